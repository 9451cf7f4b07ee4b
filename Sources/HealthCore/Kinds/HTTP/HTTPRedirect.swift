/// Redirects: the next request.
extension HTTPService {
    /// The request that follows a redirect; nil if the answer is none to follow. Redirects to another host or from TLS
    /// to plain text fail. Another origin (another scheme or port) gets no header field of the target's.
    package func redirect(
        _ head: HTTPResponseHead, from endpoint: Endpoint, overTLS isEncrypted: Bool
    ) throws(Failure) -> (endpoint: Endpoint, service: HTTPService, isEncrypted: Bool)? {
        guard followsRedirects, [301, 302, 303, 307, 308].contains(head.status), let location = head.location
        else {
            return nil
        }
        let (base, encrypts): (HTTPTarget, Bool)
        do throws(TargetError) {
            (base, encrypts) = try target(of: location, at: endpoint, overTLS: isEncrypted)
        } catch {
            throw Failure(.httpStatus, "\(head.title): redirects to where nothing can be asked")
        }
        let place = isNamed(base.endpoint) ? endpoint.with(portOf: base.endpoint) : base.endpoint
        guard Self.isSameHost(place, endpoint), encrypts || !isEncrypted else {
            throw Failure(
                .httpStatus,
                "\(head.title): redirects to another host or to plain text, which is not followed")
        }
        var next = self
        (next.requestTarget, next.path, next.host) = (
            base.service.requestTarget, base.service.path, base.service.host
        )
        if method != "HEAD" { next.method = "GET" }
        // A token is for one origin only; a later redirect back to that origin does not restore it.
        if encrypts != isEncrypted || place.port != endpoint.port {
            (next.headers, next.credentials) = ([], nil)
        }
        return (place, next, encrypts)
    }

    /// Whether this is the host that the target's own `Host` names: the virtual host is behind the same address.
    private func isNamed(_ other: Endpoint) -> Bool {
        guard let field = headers.last(where: { $0.isNamed("host") }), case .network(let host, _) = other
        else {
            return false
        }
        let named = field.value.reveal { try? HostText.split($0[...]).host.text }
        return named?.lowercased() == host.lowercased()
    }

    /// Resolves the reference of a `Location` against this request at an endpoint.
    private func target(
        of location: [UInt8], at endpoint: Endpoint, overTLS isEncrypted: Bool
    ) throws(TargetError) -> (HTTPTarget, overTLS: Bool) {
        var reference = URIReference(location[...])
        guard let authority = reference.authority else {
            // `g:h` has another scheme, and `http:g` has no host.
            guard reference.scheme == nil else { throw TargetError(.scheme, "") }
            let asked = requestTarget.reveal { $0 }
            let path = asked.prefix { $0 != UInt8(ascii: "?") }
            reference.resolve(at: path, path.count < asked.count ? asked[(path.count + 1)...] : nil)
            let service = try HTTPTarget.service(
                path: reference.path, query: reference.query, host: self.host)
            return (HTTPTarget(endpoint: endpoint, service: service), isEncrypted)
        }
        // `//host` keeps the scheme (RFC 3986 §4.2).
        let encrypts = reference.scheme.map { $0.isWord("https") } ?? isEncrypted
        guard encrypts || reference.scheme?.isWord("http") != false else { throw TargetError(.scheme, "") }
        reference.resolve(at: [], nil)
        let target = try HTTPTarget(
            authority: authority, path: reference.path, query: reference.query, port: encrypts ? 443 : 80)
        return (target, encrypts)
    }

    private static func isSameHost(_ first: Endpoint, _ second: Endpoint) -> Bool {
        guard case .network(let one, _) = first, case .network(let other, _) = second else {
            return first == second
        }
        return one.lowercased() == other.lowercased()
    }
}

extension Endpoint {
    fileprivate var port: UInt16? {
        guard case .network(_, let port) = self else { return nil }
        return port
    }

    /// The same host at another's port.
    fileprivate func with(portOf other: Endpoint) -> Endpoint {
        guard case .network(let host, _) = self, case .network(_, let port) = other else { return self }
        return .network(host: host, port: port)
    }
}
