/// What an answer says about readiness.
extension HTTPService {
    /// The request as it is sent.
    package var request: [UInt8] {
        var bytes = Array("\(method) ".utf8)
        bytes += requestTarget.reveal { $0 }
        bytes += " HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n".utf8
        for (name, value) in [("User-Agent", "waitfor"), ("Accept", "*/*"), ("Accept-Encoding", "identity")]
        where !headers.contains(where: { $0.name.lowercased() == name.lowercased() }) {
            bytes += "\(name): \(value)\r\n".utf8
        }
        for field in headers {
            bytes += "\(field.name): ".utf8
            bytes += field.value.reveal { $0 }
            bytes += "\r\n".utf8
        }
        // Servers want to know that no body comes where one would be usual.
        if method != "GET", method != "HEAD" { bytes += "Content-Length: 0\r\n".utf8 }
        return bytes + Array("\r\n".utf8)
    }

    /// The reader of the answer to `request`.
    package var parser: HTTPResponseParser {
        HTTPResponseParser(answerTo: method, lookingFor: expectedBody?.reveal { $0 } ?? [])
    }

    /// What the request carries that nobody else may see, and a peer could repeat: tokens have at least so many
    /// bytes, and shorter values are words.
    package var secrets: [Secret] {
        let query = requestTarget.reveal { Secret($0.drop { $0 != UInt8(ascii: "?") }.dropFirst()) }
        return (headers.map(\.value) + [query]).filter { $0.reveal { $0.count >= 6 } }
    }

    /// The verdict about what has come so far, as what is seen; nil if more has to come.
    package func judge(_ answer: HTTPResponseParser) throws(Failure) -> String? {
        guard let head = answer.head else { return nil }
        guard expectedStatus.contains(head.status) else {
            throw Failure(.httpStatus, "\(head.title), and \(expectedStatus) is expected")
        }
        guard expectedBody != nil else { return head.title }
        if answer.hasFound { return "\(head.title), and the body has what is expected" }
        guard answer.isComplete else { return nil }
        if let coding = head.contentCoding {
            throw Failure(.bodyMismatch, "the body is compressed (\(coding)), though nobody asked for that")
        }
        let size = answer.body.count
        let seen =
            size >= HTTPResponseParser.bodyLimit ? "the first \(size >> 20) MiB of the body" : "the body"
        throw Failure(.bodyMismatch, "\(head.title), and \(seen) has not what is expected")
    }
}
