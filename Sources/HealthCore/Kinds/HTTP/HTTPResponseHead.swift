/// The fields of an HTTP response head that a probe needs.
package struct HTTPResponseHead: Sendable, Equatable {
    package let status: Int
    /// The reason phrase after the status.
    package let phrase: [UInt8]
    package private(set) var location: [UInt8]?
    /// The first coding of the body other than `identity`.
    package private(set) var contentCoding: String?
    private(set) var contentLength: Int?
    private(set) var isChunked = false
    private var hasTransferCoding = false

    /// Reads `HTTP/1.1 200 OK`. A status beyond HTTP's own, such as 999, is a
    /// server's failure (RFC 9110 §15).
    init(statusLine line: ArraySlice<UInt8>) throws(Failure) {
        // HTTP/1.x, a blank, three digits, and a blank if words follow.
        let bytes = Array(line)
        guard bytes.count >= 12, bytes.starts(with: "HTTP/1.".utf8), ASCII.isDigit(bytes[7]),
            bytes[8] == ASCII.space,
            bytes[9..<12].allSatisfy(ASCII.isDigit), bytes.count == 12 || bytes[12] == ASCII.space,
            let status = Int(bytes[9..<12].text, radix: 10)
        else { throw Failure(.protocol, "not HTTP: it answers \(PrintableText.line(line))") }
        self.status = status
        phrase = Array(bytes.dropFirst(13))
    }

    /// `503 Service Unavailable`, for people.
    package var title: String {
        phrase.isEmpty ? "\(status)" : "\(status) \(PrintableText.line(phrase.prefix(60)))"
    }

    /// Whether the response is interim (1xx) and a final one follows.
    var isInterim: Bool { (100..<200).contains(status) && status != 101 }

    /// The parser's state after this head, by the rules for a body's length (RFC 9112 §6.3).
    func stateOfBody(asked method: String) -> HTTPResponseParser.State {
        if method == "HEAD" || (100..<200).contains(status) || status == 204 || status == 304 {
            return .complete
        }
        if isChunked { return .chunkSize }
        // A body whose last coding is not `chunked` ends with the connection.
        guard !hasTransferCoding, let contentLength else { return .untilClose }
        return contentLength == 0 ? .complete : .body(left: contentLength)
    }

    mutating func read(_ line: ArraySlice<UInt8>) throws(Failure) {
        guard let field = HTTPField(line) else {
            throw Failure(.protocol, "a malformed header field: \(PrintableText.line(line))")
        }
        if field.name.isWord("location") {
            location = Array(field.value)
        } else if field.name.isWord("content-encoding") {
            if !field.value.isWord("identity") { contentCoding = PrintableText.line(field.value.prefix(40)) }
        } else if field.name.isWord("transfer-encoding") {
            hasTransferCoding = true
            isChunked =
                field.value.split(separator: UInt8(ascii: ",")).last?.trimmed.isWord("chunked") == true
        } else if field.name.isWord("content-length") {
            guard !field.value.isEmpty, field.value.allSatisfy(ASCII.isDigit),
                let length = Int(field.value.text, radix: 10),
                contentLength == nil || contentLength == length
            else { throw Failure(.protocol, "a malformed Content-Length") }
            contentLength = length
        }
    }
}

/// One field line of an HTTP head, in the grammar that clients and servers share (RFC 9112 §5).
package struct HTTPField {
    package let name: ArraySlice<UInt8>
    /// The value without blanks around it, and without control characters other than tabs.
    package let value: ArraySlice<UInt8>

    /// Parses a line; nil if it is no field: a folded line and a blank before the colon are invalid.
    package init?(_ line: ArraySlice<UInt8>) {
        guard let colon = line.firstIndex(of: ASCII.colon), colon > line.startIndex else { return nil }
        name = line[..<colon]
        value = line[(colon + 1)...].trimmed
        guard name.allSatisfy(ASCII.isToken),
            !value.contains(where: { ASCII.isControl($0) && $0 != ASCII.tab })
        else { return nil }
    }
}
