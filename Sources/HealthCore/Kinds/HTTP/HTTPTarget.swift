/// Reads `http://host[:port]/path?query`, `https://…` and `http+unix:///socket:/path`.
struct HTTPTarget {
    var endpoint: Endpoint
    var service: HTTPService
    /// What everybody is told about how the URL was read.
    private(set) var warnings: [String] = []

    init(endpoint: Endpoint, service: HTTPService) {
        (self.endpoint, self.service) = (endpoint, service)
    }

    var reading: Reading { Reading(endpoint: endpoint, service: service, warnings: warnings) }
}

extension HTTPTarget {
    /// Reads the text after `http:` or `https:`.
    init(uri text: ArraySlice<UInt8>, port usualPort: UInt16, _ context: ReadingContext) throws(TargetError) {
        let parts = try URIParts(text, isHTTP: true)
        try Self.requireEncoded(parts.path)
        try Self.requireEncoded(parts.queryText)
        try self.init(
            authority: parts.authority, path: parts.path, query: parts.queryText, port: usualPort)
        try takeUser(of: parts, context)
    }

    /// A request to the server of an authority.
    init(
        authority: ArraySlice<UInt8>, path: ArraySlice<UInt8>, query: ArraySlice<UInt8>?,
        port usualPort: UInt16
    ) throws(TargetError) {
        let (host, port) = try HostText.split(authority)
        let name = try HostText.host(host)
        let number = try port.map(HostText.port) ?? usualPort
        // A zone is nobody's business but this machine's (RFC 6874 §4).
        let shown = name.contains(":") ? "[\(name.prefix { $0 != "%" })]" : name
        self.init(
            endpoint: .network(host: name, port: number),
            service: try Self.service(
                path: path, query: query, host: number == usualPort ? shown : "\(shown):\(number)"))
    }

    /// Reads the text after `http+unix:`. The socket's path ends at the first colon; without one the path is `/`.
    init(unixURI text: ArraySlice<UInt8>, _ context: ReadingContext) throws(TargetError) {
        let parts = try URIParts(text, isHTTP: true)
        let (socket, path) = try Self.split(parts)
        try Self.requireEncoded(path)
        try Self.requireEncoded(parts.queryText)
        self.init(
            endpoint: .unixSocket(path: try PathText.socket(socket)),
            service: try Self.service(path: path, query: parts.queryText, host: "localhost"))
        try takeUser(of: parts, context)
    }

    /// The socket and the path: `/sock:/path`, `unix:/sock:/path` as nginx has it, or `%2Fsock/path` as Docker's clients.
    private static func split(
        _ parts: URIParts
    ) throws(TargetError) -> (socket: ArraySlice<UInt8>, path: ArraySlice<UInt8>) {
        if try URIParts.decoded(parts.authority, .path).first == ASCII.slash {
            return (parts.authority, parts.path)
        }
        guard parts.authority.isEmpty || parts.authority.elementsEqual("unix:".utf8) else {
            if parts.authority.starts(with: "unix:".utf8) {
                throw TargetError(
                    .path, at: parts.authority.startIndex + 5, "not an absolute path: http+unix:///sock:/path"
                )
            }
            throw TargetError(
                .host, at: parts.authority.startIndex, "a socket has no host: http+unix:///sock:/path")
        }
        let colon = parts.path.firstIndex(of: ASCII.colon) ?? parts.path.endIndex
        return (parts.path[..<colon], parts.path[colon...].dropFirst())
    }

    /// Takes the user and the password before the host, which become `Authorization: Basic`.
    private mutating func takeUser(of parts: URIParts, _ context: ReadingContext) throws(TargetError) {
        guard let written = parts.user else { return }
        let user = try URIParts.decoded(written, .user)
        guard !user.isEmpty || parts.password?.isEmpty == false else {
            throw TargetError(.user, at: written.startIndex, "empty: is a variable unset?")
        }
        guard !user.contains(ASCII.colon) else {
            throw TargetError(
                .user, at: written.startIndex, "no user of HTTP has a `:` in the name (RFC 7617 §2)")
        }
        if let password = parts.password, password.isEmpty {
            warnings.append(try URIParts.warning(ofEmptyPassword: password.startIndex, context))
        }
        let password = try URIParts.decoded(parts.password ?? [], .password)
        service.credentials = HTTPCredentials(user: user, password: password)
    }

    /// Refuses an invalid `%` in a target. A redirect is requested as the server wrote it.
    private static func requireEncoded(_ text: ArraySlice<UInt8>?) throws(TargetError) {
        guard let text, let index = PercentEncoding.firstInvalid(in: text) else { return }
        throw TargetError(
            .path, at: index, "`%` must be followed by two hexadecimal digits: a `%` itself is %25")
    }

    /// The request for a path.
    static func service(
        path: ArraySlice<UInt8>, query: ArraySlice<UInt8>?, host: String
    ) throws(TargetError) -> HTTPService {
        if let first = path.first, first != UInt8(ascii: "/") {
            throw TargetError(.path, at: path.startIndex, "begins with a `/`: http+unix:///sock:/path")
        }
        for part in [path, query ?? []] {
            if let index = part.firstIndex(where: { $0 <= 0x20 || $0 >= 0x7F }) {
                let kind = part[index] <= 0x20 ? "a space or control character" : "not ASCII"
                throw TargetError(.path, at: index, "\(kind): percent-encode it")
            }
        }
        let path = path.isEmpty ? [UInt8(ascii: "/")] : Array(path)
        let whole = path + (query.map { [UInt8(ascii: "?")] + $0 } ?? [])
        return HTTPService(
            requestTarget: Secret(whole), path: String(decoding: path, as: UTF8.self), host: host)
    }
}
