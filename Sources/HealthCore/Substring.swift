// The standard library's substring search links the regular expression engine, 1.2 MB of a static program.
extension Collection where Element: Equatable, Index: Comparable {
    /// The end of the first occurrence of `part`.
    package func endOfFirst(_ part: some Collection<Element>) -> Index? {
        guard let first = part.first else { return startIndex }
        var rest = self[...]
        while let start = rest.firstIndex(of: first) {
            if self[start...].starts(with: part) { return index(start, offsetBy: part.count) }
            rest = self[index(after: start)...]
        }
        return nil
    }
}

extension String {
    /// Whether the text contains `part`.
    package func mentions(_ part: String) -> Bool {
        utf8.endOfFirst(part.utf8) != nil
    }
}
