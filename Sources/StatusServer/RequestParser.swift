internal import HealthCore

/// Reads the heads of requests from the bytes of a connection, line by line: the result is the same whether the bytes
/// come one by one or all at once.
struct RequestParser: Sendable {
    /// The most bytes of one head, empty lines before it included.
    let limit: Int
    /// The index at which the current head begins.
    private(set) var start = 0
    private var lineStart = 0
    /// The index up to which no line ends.
    private var scanned = 0
    private var fields = RequestFields()
    private var line: RequestLine?

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether the request that is being read is a HEAD, whose answer has no body.
    var isHead: Bool { line?.method == .head }

    /// The next complete head; nil until more has come. After a refusal there is no next one.
    mutating func next(in bytes: [UInt8]) throws(RequestRefusal) -> RequestHead? {
        while true {
            try requireMethod(in: bytes)
            guard let (end, next) = try lineEnd(in: bytes) else { break }
            let content = bytes[lineStart..<end]
            lineStart = next
            guard let line else {
                // A client may send an empty line after the body of the request before (RFC 9112 §2.2).
                if !content.isEmpty { line = try RequestLine(content) }
                continue
            }
            guard content.isEmpty else {
                try fields.read(content)
                continue
            }
            let head = try fields.head(of: line)
            (start, self.line, fields) = (lineStart, nil, RequestFields())
            return head
        }
        guard bytes.count - start < limit else {
            throw line == nil
                ? RequestRefusal(.uriTooLong, "the request line is longer than \(limit) bytes")
                : RequestRefusal(.headTooLarge, "the head is longer than \(limit) bytes")
        }
        return nil
    }

    /// Refuses a first byte that begins no method, as that of a TLS handshake, without waiting for more bytes.
    private func requireMethod(in bytes: [UInt8]) throws(RequestRefusal) {
        guard line == nil, lineStart < bytes.count else { return }
        let first = bytes[lineStart]
        guard ASCII.isToken(first) || first == ASCII.carriageReturn || first == ASCII.lineFeed else {
            throw RequestRefusal("the method is malformed")
        }
    }

    /// Shifts the indices after the bytes before `start` were dropped from the buffer.
    mutating func forgetAnswered() {
        (lineStart, scanned, start) = (lineStart - start, scanned - start, 0)
    }

    /// The content of the current line and where the next line begins. A line may end in a bare LF, as whoever types a
    /// request sends it (RFC 9112 §2.2). A CR alone is refused: requests are smuggled where two programs disagree about
    /// the end of a line.
    private mutating func lineEnd(in bytes: [UInt8]) throws(RequestRefusal) -> (end: Int, next: Int)? {
        let end = min(bytes.count, start + limit)
        var index = scanned
        defer { scanned = index }
        while index < end {
            let byte = bytes[index]
            if byte == ASCII.lineFeed {
                defer { index += 1 }
                return (index, index + 1)
            }
            if byte == ASCII.carriageReturn {
                guard index + 1 < end else { return nil }
                guard bytes[index + 1] == ASCII.lineFeed else { throw RequestRefusal("a CR without LF") }
                defer { index += 2 }
                return (index, index + 2)
            }
            index += 1
        }
        return nil
    }
}

/// The first line of a request.
struct RequestLine: Sendable {
    let method: RequestHead.Method
    let target: RequestTarget
    /// The minor version of HTTP/1: 0 or 1.
    let minorVersion: Int

    init(_ line: ArraySlice<UInt8>) throws(RequestRefusal) {
        guard let first = line.firstIndex(of: ASCII.space),
            let second = line[(first + 1)...].firstIndex(of: ASCII.space)
        else { throw RequestRefusal("the request line is not METHOD TARGET HTTP/1.1") }
        let name = line[..<first]
        guard !name.isEmpty, name.allSatisfy(ASCII.isToken) else {
            throw RequestRefusal("the method is malformed")
        }
        // The version is judged first: another version may give the rest of the head another meaning.
        minorVersion = try Self.minorVersion(line[(second + 1)...])
        let target = line[(first + 1)..<second]
        guard !target.isEmpty else { throw RequestRefusal("the target is missing") }
        method =
            name.elementsEqual("GET".utf8)
            ? .get
            : name.elementsEqual("HEAD".utf8) ? .head : name.elementsEqual("OPTIONS".utf8) ? .options : .other
        self.target = try RequestTarget(target, method: name)
    }

    private static func minorVersion(_ bytes: ArraySlice<UInt8>) throws(RequestRefusal) -> Int {
        let start = bytes.startIndex
        guard bytes.count == 8, bytes.starts(with: "HTTP/".utf8), ASCII.isDigit(bytes[start + 5]),
            bytes[start + 6] == UInt8(ascii: "."), ASCII.isDigit(bytes[start + 7])
        else { throw RequestRefusal("the version is malformed") }
        guard bytes[start + 5] == UInt8(ascii: "1") else {
            throw RequestRefusal(.versionNotSupported, "this server speaks HTTP/1.1")
        }
        // A client of a later minor version understands HTTP/1.1 (RFC 9110 §2.5).
        return bytes[start + 7] == UInt8(ascii: "0") ? 0 : 1
    }
}
