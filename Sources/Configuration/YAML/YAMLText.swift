internal import HealthCore

/// Writes scalars of YAML that every parser reads as text.
enum YAMLText {
    /// Plain scalars that YAML 1.1 does not read as text.
    private static let words = ["", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n"]

    /// A scalar on one printable line, in quotes if necessary.
    static func scalar(_ text: String) -> String {
        let line = PrintableText.line(text)
        return isPlain(line) ? line : JSONText.quoted(line)
    }

    /// A scalar that is read as exactly this text.
    static func exact(_ text: String) -> String {
        if isPlain(text), text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        var result = ""
        for scalar in JSONText.quoted(text).unicodeScalars {
            if PrintableText.isPrintable(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                let digits = String(scalar.value, radix: 16)
                result += "\\U" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
            }
        }
        return result
    }

    /// A flow sequence on one line.
    static func list(_ items: [String]) -> String {
        let texts = items.map { item in
            let line = PrintableText.line(item)
            let isPlain = isPlain(line) && !line.utf8.contains { ",[]{}".utf8.contains($0) }
            return isPlain ? line : JSONText.quoted(line)
        }
        return "[" + texts.joined(separator: ", ") + "]"
    }

    /// Whether a text needs no quotes outside of a flow sequence.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, !words.contains(text.lowercased()) else { return false }
        let isIndicator = "-?:,[]{}#&*!|>'\"%@` ".utf8.contains(first)
        return !isIndicator && !text.mentions(": ") && !text.mentions(" #") && !text.hasSuffix(":")
            && !text.hasSuffix(" ")
    }
}
