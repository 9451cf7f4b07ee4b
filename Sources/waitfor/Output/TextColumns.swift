/// How much room a text takes on a terminal.
enum TextColumns {
    /// The most columns that a printable text takes: what is not ASCII may be wide, by the terminal's font and settings.
    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    /// The text in at most `limit` columns; a longer one ends in `…`.
    static func cut(_ text: String, to limit: Int) -> String {
        guard width(text) > limit else { return text }
        var (kept, left) = ("", limit - width("…"))
        guard left >= 0 else { return "" }
        for scalar in text.unicodeScalars {
            left -= width(scalar)
            guard left >= 0 else { break }
            kept.unicodeScalars.append(scalar)
        }
        return kept + "…"
    }

    /// The text with blanks behind it up to a width.
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - self.width(text)))
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int { scalar.isASCII ? 1 : 2 }
}
