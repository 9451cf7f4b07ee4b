/// Reads `http://host[:port]/path?query`, `https://…` and `http+unix:///socket:/path`.
struct HTTPTarget {
    var endpoint: Endpoint
    var service: HTTPService
    var reading: Reading { Reading(endpoint: endpoint, service: service) }
}

extension HTTPTarget {
    /// Reads the text after `http:` or `https:`.
    init(uri text: ArraySlice<UInt8>, port usualPort: UInt16) throws(TargetError) {
        let parts = try URIParts(text, isHTTP: true)
        try Self.requireNoUser(parts)
        try Self.requireEncoded(parts.path)
        try Self.requireEncoded(parts.queryText)
        try self.init(
            authority: parts.authority, path: parts.path, query: parts.queryText, port: usualPort)
    }

    /// A request to the server of an authority.
    init(
        authority: ArraySlice<UInt8>, path: ArraySlice<UInt8>, query: ArraySlice<UInt8>?,
        port usualPort: UInt16
    ) throws(TargetError) {
        let (host, port) = try HostText.split(authority)
        let name = try HostText.host(host)
        let number = try port.map(HostText.port) ?? usualPort
        let shown = name.contains(":") ? "[\(name)]" : name
        self.init(
            endpoint: .network(host: name, port: number),
            service: try Self.service(
                path: path, query: query, host: number == usualPort ? shown : "\(shown):\(number)"))
    }

    /// Reads the text after `http+unix:`. The socket's path ends at the first colon; without one the path is `/`.
    init(unixURI text: ArraySlice<UInt8>) throws(TargetError) {
        let parts = try URIParts(text, isHTTP: true)
        let (socket, path) = try Self.split(parts)
        try Self.requireEncoded(path)
        try Self.requireEncoded(parts.queryText)
        self.init(
            endpoint: .unixSocket(path: try PathText.socket(socket)),
            service: try Self.service(path: path, query: parts.queryText, host: "localhost"))
    }

    /// The socket and the path: `/sock:/path`, `unix:/sock:/path` as nginx has it, or `%2Fsock/path` as Docker's clients.
    private static func split(
        _ parts: URIParts
    ) throws(TargetError) -> (socket: ArraySlice<UInt8>, path: ArraySlice<UInt8>) {
        if try URIParts.decoded(parts.authority, .path).first == ASCII.slash {
            return (parts.authority, parts.path)
        }
        guard parts.authority.isEmpty || parts.authority.elementsEqual("unix:".utf8) else {
            throw TargetError(
                .host, at: parts.authority.startIndex, "a socket has no host: http+unix:///sock:/path")
        }
        let colon = parts.path.firstIndex(of: ASCII.colon) ?? parts.path.endIndex
        return (parts.path[..<colon], parts.path[colon...].dropFirst())
    }

    private static func requireNoUser(_ parts: URIParts) throws(TargetError) {
        guard let user = parts.user else { return }
        throw TargetError(
            .user, at: user.startIndex,
            "put `Authorization: …` into a file, and name it with --set NAME.header_file=PATH")
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
