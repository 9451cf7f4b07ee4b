/// The answer of memcached to `version` (protocol.txt of its sources): `VERSION 1.6.18`, or an error line.
package enum MemcachedAnswer {
    /// The request.
    package static let question = Array("version\r\n".utf8)
    /// The maximum bytes of an answer's line.
    private static let limit = 1024

    /// The version line; nil while the line is incomplete.
    package static func version(in bytes: [UInt8]) throws(Failure) -> String? {
        if let failure = ForeignProtocol.failure(of: bytes, encrypted: nil) { throw failure }
        guard let end = bytes.firstIndex(of: ASCII.lineFeed) else {
            guard bytes.count <= limit else { throw Failure(.protocol, "a line without an end") }
            return nil
        }
        let line = bytes[..<end]
        let text = line.last == ASCII.carriageReturn ? line.dropLast() : line
        let isVersion = text.starts(with: "VERSION ".utf8) && text.count > 8
        guard isVersion, end == bytes.count - 1 else { throw failure(text) }
        return PrintableText.line(text)
    }

    private static func failure(_ line: ArraySlice<UInt8>) -> Failure {
        let shown = PrintableText.line(line)
        if shown.hasPrefix("ERROR Too many open connections") { return Failure(.tooManyConnections, shown) }
        if shown.hasPrefix("CLIENT_ERROR unauthenticated") { return Failure(.auth, shown) }
        let isError = ["ERROR", "SERVER_ERROR", "CLIENT_ERROR"].contains {
            shown == $0 || shown.hasPrefix("\($0) ")
        }
        return isError ? Failure(.error, shown) : Failure(.protocol, "not what a memcached says: \(shown)")
    }
}
