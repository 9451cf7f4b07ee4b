/// Text for roff's macros of manual pages.
enum Roff {
    /// The longest line, which tools ask for.
    private static let width = 78

    /// A text without anything that roff reads as its own.
    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            // A terminal without UTF-8 has no such character, and man warns of it.
            case "…": escaped += "..."
            default: escaped.append(character)
            }
        }
    }

    static func bold(_ text: String) -> String { text.isEmpty ? "" : "\\fB\(escaped(text))\\fR" }
    static func italic(_ text: String) -> String { text.isEmpty ? "" : "\\fI\(escaped(text))\\fR" }

    /// Words in lines of a limited width; no line begins as a request does.
    static func filled(_ text: String) -> String {
        var lines = [""]
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            let escaped = escaped(String(word))
            let line = lines[lines.count - 1]
            if line.isEmpty {
                lines[lines.count - 1] = escaped
            } else if line.utf8.count + escaped.utf8.count < width {
                lines[lines.count - 1] += " \(escaped)"
            } else {
                lines.append(escaped)
            }
        }
        return lines.map { guarded($0) + "\n" }.joined()
    }

    /// A paragraph with a mark: an option and what it does.
    static func item(_ mark: String, _ text: String) -> String { marked(mark) + filled(text) }

    /// A mark, and lines that stay as they are.
    static func item(_ mark: String, lines: [String]) -> String { marked(mark) + verbatim(lines) }

    private static func marked(_ mark: String) -> String { ".TP\n\(guarded(mark))\n" }

    /// Lines that stay as they are.
    static func verbatim(_ lines: [String]) -> String {
        ".nf\n" + lines.map { guarded(escaped($0)) + "\n" }.joined() + ".fi\n"
    }

    /// Paragraphs with blank lines between them, in which lines that begin with a blank stay as they are.
    static func paragraphs(_ text: String) -> String {
        var (roff, prose, kept) = ("", "", [String]())
        func end() {
            if !prose.isEmpty { roff += (roff.isEmpty ? "" : ".PP\n") + filled(prose) }
            if !kept.isEmpty { roff += (roff.isEmpty ? "" : ".PP\n") + verbatim(kept) }
            (prose, kept) = ("", [])
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let isKept = line.hasPrefix(" ")
            if line.isEmpty || isKept != !kept.isEmpty { end() }
            guard !line.isEmpty else { continue }
            if isKept { kept.append(String(line.drop { $0 == " " })) } else { prose += "\(line)\n" }
        }
        end()
        return roff
    }

    private static func guarded(_ line: String) -> String {
        line.hasPrefix(".") || line.hasPrefix("'") ? "\\&\(line)" : line
    }
}
