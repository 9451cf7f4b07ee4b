// The standard library's own search belongs to the regular expression engine, which the
// package does not import.
extension String {
    /// Whether `part` occurs.
    package func contains(_ part: String) -> Bool {
        part.isEmpty || count(of: part) > 0
    }

    /// How often `part` occurs, without overlap.
    package func count(of part: String) -> Int {
        let (text, wanted) = (Array(utf8), Array(part.utf8))
        var (count, at) = (0, 0)
        while !wanted.isEmpty, at + wanted.count <= text.count {
            let isHere = text[at] == wanted[0] && text[at..<(at + wanted.count)].elementsEqual(wanted)
            count += isHere ? 1 : 0
            at += isHere ? wanted.count : 1
        }
        return count
    }
}
