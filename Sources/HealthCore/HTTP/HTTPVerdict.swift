/// What an answer says about readiness.
extension HTTPService {
    /// The request as it is sent; the caller adds the fields of a file.
    package func request(besides more: [Header]) -> [UInt8] {
        var bytes = Array("\(method) ".utf8)
        bytes += requestTarget.reveal { $0 }
        bytes += " HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n".utf8
        let fields = headers + more
        for (name, value) in [("User-Agent", "waitfor"), ("Accept", "*/*"), ("Accept-Encoding", "identity")]
        where !fields.contains(where: { $0.name.lowercased() == name.lowercased() }) {
            bytes += "\(name): \(value)\r\n".utf8
        }
        for field in fields {
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
    package func secrets(besides more: [Header]) -> [Secret] {
        let query = requestTarget.reveal { Secret($0.drop { $0 != UInt8(ascii: "?") }.dropFirst()) }
        return ((headers + more).map(\.value) + [query]).filter { $0.reveal { $0.count >= 6 } }
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

    /// The request that a redirect asks for, if it is one to follow: on the same host, and never from TLS
    /// to plain text.
    package func redirect(
        _ head: HTTPResponseHead, from endpoint: Endpoint, overTLS isEncrypted: Bool
    ) throws(Failure) -> (endpoint: Endpoint, service: HTTPService, isEncrypted: Bool)? {
        guard followsRedirects, [301, 302, 303, 307, 308].contains(head.status), let location = head.location
        else {
            return nil
        }
        // The fragment is for the reader.
        let reference = location.prefix { $0 != UInt8(ascii: "#") }
        var (next, place, encrypts) = (self, endpoint, isEncrypted)
        let base: HTTPTarget
        do throws(TargetProblem) {
            if let start = Self.startOfAuthority(reference) {
                // `//host` keeps the scheme (RFC 3986 §4.2).
                if start > reference.startIndex {
                    let scheme = reference[..<(start - 1)]
                    encrypts = scheme.isWord("https")
                    guard encrypts || scheme.isWord("http") else { throw TargetProblem(.scheme, "") }
                }
                base = try HTTPTarget(uri: reference[start...], port: encrypts ? 443 : 80)
            } else {
                base = try HTTPTarget(path: absolute(reference), of: self, at: endpoint)
            }
        } catch {
            throw Failure(.httpStatus, "\(head.title): redirects to where nothing can be asked")
        }
        (place, next.requestTarget, next.path, next.host) = (
            base.endpoint, base.service.requestTarget, base.service.path, base.service.host
        )
        guard Self.isSameHost(place, endpoint), encrypts || !isEncrypted else {
            throw Failure(
                .httpStatus,
                "\(head.title): redirects to another host or to plain text, which is not followed")
        }
        if method != "HEAD" { next.method = "GET" }
        return (place, next, encrypts)
    }

    /// Where the `//` of a reference stands, if it has a host.
    private static func startOfAuthority(_ reference: ArraySlice<UInt8>) -> Int? {
        if reference.starts(with: "//".utf8) { return reference.startIndex }
        guard let colon = reference.firstIndex(of: ASCII.colon),
            reference[(colon + 1)...].starts(with: "//".utf8)
        else { return nil }
        return colon + 1
    }

    private static func isSameHost(_ first: Endpoint, _ second: Endpoint) -> Bool {
        guard case .network(let one, _) = first, case .network(let other, _) = second else {
            return first == second
        }
        return one.lowercased() == other.lowercased()
    }

    /// A reference without a host, on top of the path that was asked for.
    private func absolute(_ reference: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        if reference.first == ASCII.slash { return reference }
        let base = Array(path.utf8)
        if reference.isEmpty || reference.first == UInt8(ascii: "?") { return (base + reference)[...] }
        let folder = base[...(base.lastIndex(of: ASCII.slash) ?? 0)]
        return (folder + reference)[...]
    }
}
