/// The known word that somebody meant who mistyped one.
package enum NearestWord {
    /// The known word that is one edit away, or two where it has eight letters or more; the nearest of several.
    ///
    /// An edit adds, drops or changes a letter, or swaps two neighbours. Upper and lower case count as equal.
    package static func of(_ word: String, among known: some Sequence<String>) -> String? {
        // Nobody's typing error is longer, and the time grows with the square.
        guard (2...64).contains(word.utf8.count) else { return nil }
        let letters = word.utf8.map(ASCII.lowercased)
        var nearest: (word: String, edits: Int)?
        for candidate in known {
            let allowed = candidate.utf8.count >= 8 ? 2 : 1
            let edits = edits(letters, candidate.utf8.map(ASCII.lowercased), atMost: allowed)
            if let edits, edits < nearest?.edits ?? .max { nearest = (candidate, edits) }
        }
        return nearest?.word
    }

    /// `; did you mean WORD?`, or nothing.
    package static func hint(_ word: String, among known: some Sequence<String>) -> String {
        of(word, among: known).map { "; did you mean `\($0)`?" } ?? ""
    }

    private static func edits(_ one: [UInt8], _ other: [UInt8], atMost limit: Int) -> Int? {
        guard abs(one.count - other.count) <= limit else { return nil }
        var beforeLast: [Int] = []
        var last = Array(0...other.count)
        for (row, byte) in one.enumerated() {
            var current = [row + 1]
            for (column, candidate) in other.enumerated() {
                var best = min(
                    last[column] + (byte == candidate ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, byte == other[column - 1], one[row - 1] == candidate {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last.last.flatMap { $0 <= limit ? $0 : nil }
    }
}
