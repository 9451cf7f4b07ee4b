internal import HealthCore

/// Reads the header fields of a request one by one, and makes the request's head at their end.
struct RequestFields: Sendable {
    private var hosts = 0
    private var host = RequestHost.local
    private var accept: [UInt8] = []
    private var closes = false
    private var keepsAlive = false
    private var contentLength: ContentLength?
    private var codings: TransferCodings?

    private enum ContentLength {
        case empty, present
    }

    /// Reads one field line.
    mutating func read(_ line: ArraySlice<UInt8>) throws(RequestRefusal) {
        guard let first = line.first, !ASCII.isBlank(first) else {
            throw RequestRefusal("a header field is folded over two lines")
        }
        guard let field = HTTPField(line) else {
            throw RequestRefusal("a header field is malformed")
        }
        let (name, value) = (field.name, field.value)
        switch name.count {
        case 4 where name.isWord("host"): try readHost(value)
        case 6 where name.isWord("accept"):
            if !accept.isEmpty { accept.append(UInt8(ascii: ",")) }
            accept.append(contentsOf: value)
        case 10 where name.isWord("connection"): readConnection(value)
        case 14 where name.isWord("content-length"): try readContentLength(value)
        case 17 where name.isWord("transfer-encoding"):
            codings = codings ?? TransferCodings()
            codings?.read(value)
        default: break
        }
    }

    /// The request's head, once its last line has come.
    func head(of line: RequestLine) throws(RequestRefusal) -> RequestHead {
        guard hosts == 1 || line.minorVersion == 0 else { throw RequestRefusal("there is no Host") }
        if let codings {
            // Requests are smuggled by two lengths, and by chunks from a client of HTTP/1.0, which knows none.
            guard contentLength == nil else {
                throw RequestRefusal("both Content-Length and Transfer-Encoding")
            }
            guard line.minorVersion == 1 else { throw RequestRefusal("Transfer-Encoding in HTTP/1.0") }
            try codings.check()
        }
        return RequestHead(
            method: line.method, target: line.target, host: line.target.host ?? host,
            isVersionZero: line.minorVersion == 0, accept: accept,
            keepsAlive: !closes && (line.minorVersion == 1 || keepsAlive),
            hasBody: codings != nil || contentLength == .present)
    }

    private mutating func readHost(_ value: ArraySlice<UInt8>) throws(RequestRefusal) {
        hosts += 1
        guard hosts == 1 else { throw RequestRefusal("there is more than one Host") }
        guard Authority.isWellFormed(value, needsPort: false) else {
            throw RequestRefusal("the Host is malformed")
        }
        host = RequestHost(value)
    }

    private mutating func readConnection(_ value: ArraySlice<UInt8>) {
        for option in value.split(separator: UInt8(ascii: ",")) {
            let option = option.trimmed
            if option.isWord("close") { closes = true }
            if option.isWord("keep-alive") { keepsAlive = true }
        }
    }

    private mutating func readContentLength(_ value: ArraySlice<UInt8>) throws(RequestRefusal) {
        guard contentLength == nil else { throw RequestRefusal("there is more than one Content-Length") }
        guard !value.isEmpty, value.allSatisfy(ASCII.isDigit), let length = UInt64(value.text, radix: 10),
            length <= 1 << 63
        else { throw RequestRefusal("the Content-Length is malformed") }
        contentLength = length == 0 ? .empty : .present
    }
}

/// The transfer codings of a body, in their order.
struct TransferCodings: Sendable {
    private var chunked = 0
    private var others = 0
    private var endsChunked = false

    mutating func read(_ value: ArraySlice<UInt8>) {
        for coding in value.split(separator: UInt8(ascii: ",")) {
            let coding = coding.trimmed
            guard !coding.isEmpty else { continue }
            endsChunked = coding.isWord("chunked")
            if endsChunked { chunked += 1 } else { others += 1 }
        }
    }

    /// Only `chunked` at the end tells where the body ends (RFC 9112 §6.3).
    func check() throws(RequestRefusal) {
        guard endsChunked, chunked == 1 else {
            throw RequestRefusal("the Transfer-Encoding does not end with one chunked")
        }
        guard others == 0 else {
            throw RequestRefusal(.notImplemented, "of the transfer codings only chunked is known")
        }
    }
}
