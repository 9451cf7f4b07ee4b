internal import HealthCore

/// Writes the scalars of YAML, so that every reader takes them for the text that they are.
enum YAMLText {
    /// What YAML 1.1 takes for something else than text.
    private static let words = ["", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n"]

    /// The text, in quotes if it needs them: one printable line.
    static func scalar(_ text: String) -> String {
        let line = PrintableText.line(text)
        return isPlain(line) ? line : JSONText.quoted(line)
    }

    /// A list on one line.
    static func list(_ items: [String]) -> String {
        let texts = items.map { item in
            let line = PrintableText.line(item)
            let isPlain = isPlain(line) && !line.utf8.contains { ",[]{}".utf8.contains($0) }
            return isPlain ? line : JSONText.quoted(line)
        }
        return "[" + texts.joined(separator: ", ") + "]"
    }

    /// Whether it needs no quotes in a block: nothing in it has a meaning of its own.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, !words.contains(text.lowercased()) else { return false }
        let isIndicator = "-?:,[]{}#&*!|>'\"%@` ".utf8.contains(first)
        return !isIndicator && !text.mentions(": ") && !text.mentions(" #") && !text.hasSuffix(":")
            && !text.hasSuffix(" ")
    }
}
