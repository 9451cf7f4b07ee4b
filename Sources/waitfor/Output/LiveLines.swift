/// Lines that stand below all others on a terminal, and are drawn anew in their place.
struct LiveLines {
    private var shown: [String] = []

    /// What shows other lines in the place of these; nil if they are the same.
    mutating func replacing(with lines: [String]) -> String? {
        guard lines != shown else { return nil }
        defer { shown = lines }
        // A text that does not end in a line feed would count as half a line: up and down again is where it was.
        return erasure + (lines.isEmpty ? "\u{1B}[A\n" : text(of: lines))
    }

    /// Other lines, with their ends, in the place of these, which come below them if they are to go on.
    mutating func lines(above lines: [String], goesOn: Bool) -> [String] {
        guard !shown.isEmpty, let first = lines.first else { return lines }
        let start = erasure + first
        if !goesOn { shown = [] }
        return [start] + Array(lines.dropFirst()) + shown.map { $0 + "\n" }
    }

    /// To the first of these lines, at its beginning, and away with what follows.
    private var erasure: String { shown.isEmpty ? "" : "\r\u{1B}[\(shown.count)A\u{1B}[J" }

    private func text(of lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}
