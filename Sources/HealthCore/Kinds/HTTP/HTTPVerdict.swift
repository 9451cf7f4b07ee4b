/// The request on the wire, and the verdict about the response.
extension HTTPService {
    /// The bytes of the request.
    package var request: [UInt8] {
        var bytes = Array("\(method) ".utf8)
        bytes += requestTarget.reveal { $0 }
        bytes += " HTTP/1.1\r\nHost: ".utf8
        bytes += headers.last { $0.isNamed("host") }?.value.reveal { $0 } ?? Array(host.utf8)
        bytes += "\r\nConnection: close\r\n".utf8
        for (name, value) in [("User-Agent", "waitfor"), ("Accept", "*/*"), ("Accept-Encoding", "identity")]
        where !headers.contains(where: { $0.isNamed(name.lowercased()) }) {
            bytes += "\(name): \(value)\r\n".utf8
        }
        if let credentials, !headers.contains(where: { $0.isNamed("authorization") }) {
            bytes += "Authorization: ".utf8
            bytes += credentials.field.reveal { $0 }
            bytes += "\r\n".utf8
        }
        for field in headers where !field.isNamed("host") {
            bytes += "\(field.name): ".utf8
            bytes += field.value.reveal { $0 }
            bytes += "\r\n".utf8
        }
        // Servers expect a Content-Length with methods that usually have a body.
        if method != "GET", method != "HEAD" { bytes += "Content-Length: 0\r\n".utf8 }
        return bytes + Array("\r\n".utf8)
    }

    /// The parser of the response to `request`.
    package var parser: HTTPResponseParser {
        HTTPResponseParser(answerTo: method, lookingFor: expectedBody?.reveal { $0 } ?? [])
    }

    /// The secrets of the request, which the peer could echo: header values and the query. Tokens have at least six
    /// bytes; shorter values are words.
    package var secrets: [Secret] {
        let query = requestTarget.reveal { Secret($0.drop { $0 != UInt8(ascii: "?") }.dropFirst()) }
        // A host is no secret, and servers like to repeat it.
        let fields = headers.filter { !$0.isNamed("host") }.map(\.value)
        return (fields + (credentials?.secrets ?? []) + [query]).filter { $0.reveal { $0.count >= 6 } }
    }

    /// Whether the status has decided, and the body can but say why.
    package func isDecided(_ answer: HTTPResponseParser) -> Bool {
        answer.head.map { !expectedStatus.contains($0.status) } ?? false
    }

    /// The verdict about the response so far: the detail of a success; nil if more bytes are needed.
    package func judge(
        _ answer: HTTPResponseParser, overTLS isEncrypted: Bool = false
    ) throws(Failure) -> String? {
        guard let head = answer.head else { return nil }
        guard expectedStatus.contains(head.status) else {
            if head.status == 400, !isEncrypted {
                guard answer.isOver || answer.body.count >= ForeignProtocol.complaintLimit else { return nil }
                if ForeignProtocol.isComplaintOfPlainText(answer.body) {
                    throw Failure(.protocol, "\(head.title): it speaks TLS: write https://").advising(
                        .speaksTLS)
                }
            }
            throw Failure(.httpStatus, "\(head.title), and \(expectedStatus) is expected")
        }
        guard expectedBody != nil || !expectedJSON.isEmpty else { return head.title }
        if answer.hasFound, expectedJSON.isEmpty { return "\(head.title), and the body has what is expected" }
        guard answer.isComplete else { return nil }
        if let coding = head.contentCoding ?? (answer.body.starts(with: Self.gzipMark) ? "gzip" : nil) {
            throw Failure(.bodyMismatch, "the body is compressed (\(coding)), though nobody asked for that")
        }
        let size = answer.body.count
        let seen =
            size >= HTTPResponseParser.bodyLimit ? "the first \(size >> 20) MiB of the body" : "the body"
        guard answer.hasFound else {
            throw Failure(.bodyMismatch, "\(head.title), and \(seen) has not what is expected")
        }
        for expectation in expectedJSON {
            guard let mismatch = expectation.mismatch(in: answer.body) else { continue }
            throw Failure(.bodyMismatch, "\(head.title), and \(mismatch.sentence(about: seen))")
        }
        return "\(head.title), and the body has what is expected"
    }

    /// What everything begins with that gzip has made (RFC 1952 §2.3.1).
    private static let gzipMark: [UInt8] = [0x1F, 0x8B]
}
