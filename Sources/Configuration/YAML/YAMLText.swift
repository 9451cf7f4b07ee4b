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
