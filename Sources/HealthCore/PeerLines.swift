/// The lines of a peer, taken from pieces as they come.
package struct PeerLines {
    private var rest: [UInt8] = []
    /// How many of them are known to have no end of a line: no byte is looked at twice.
    private var searched = 0
    /// The bytes of a line that are allowed before its end.
    private let limit: Int

    package init(atMost limit: Int) {
        self.limit = limit
    }

    /// Adds a piece; a caller takes all lines between two pieces, so that no more than one line and a piece are kept.
    package mutating func feed(_ piece: [UInt8]) { rest += piece }

    /// The bytes behind the lines that were taken.
    package var remainder: [UInt8] { rest }

    /// The next bytes, as many as are asked for; nil while there are fewer.
    package mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard rest.count >= count else { return nil }
        defer { drop(count) }
        return rest.prefix(count)
    }

    /// The next line without its LF or CRLF; nil while it has no end.
    package mutating func next() throws(Failure) -> ArraySlice<UInt8>? {
        guard let end = rest.dropFirst(searched).firstIndex(of: ASCII.lineFeed) else {
            searched = rest.count
            guard rest.count <= limit else { throw Failure(.protocol, "a line without an end") }
            return nil
        }
        guard end <= limit else { throw Failure(.protocol, "a line of more than \(limit) bytes") }
        let line = rest.prefix(end)
        drop(end + 1)
        return line.last == ASCII.carriageReturn ? line.dropLast() : line
    }

    private mutating func drop(_ count: Int) {
        rest.removeFirst(count)
        searched = 0
    }
}
