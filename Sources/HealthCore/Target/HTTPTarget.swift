/// Reads `http://host[:port]/path?query`, `https://…` and `http+unix:///socket:/path`.
struct HTTPTarget {
    var endpoint: Endpoint
    var service: HTTPService

    /// Takes what follows the scheme and its colon.
    init(uri text: ArraySlice<UInt8>, port usualPort: UInt16) throws(TargetProblem) {
        let parts = try URIParts(text, queryHasPairs: false)
        try Self.requireNoUser(parts)
        let (host, port) = try HostText.split(parts.authority)
        let name = try HostText.host(host)
        let number = try port.map(HostText.port) ?? usualPort
        endpoint = .network(host: name, port: number)
        let shown = name.contains(":") ? "[\(name)]" : name
        service = try Self.service(
            path: parts.path, query: parts.queryText, host: number == usualPort ? shown : "\(shown):\(number)"
        )
    }

    /// The socket's path ends at the first colon; without one the request is for `/`.
    init(unixURI text: ArraySlice<UInt8>) throws(TargetProblem) {
        let parts = try URIParts(text, queryHasPairs: false)
        guard parts.authority.isEmpty else {
            throw TargetProblem(
                .host, at: parts.authority.startIndex, "a socket has no host: http+unix:///sock:/path")
        }
        let colon = parts.path.firstIndex(of: UInt8(ascii: ":")) ?? parts.path.endIndex
        endpoint = .unixSocket(path: try TargetReader.socketPath(parts.path[..<colon]))
        service = try Self.service(
            path: parts.path[colon...].dropFirst(), query: parts.queryText, host: "localhost")
    }

    /// Another path of the same server.
    init(path text: ArraySlice<UInt8>, of service: HTTPService, at endpoint: Endpoint) throws(TargetProblem) {
        let question = text.firstIndex(of: UInt8(ascii: "?")) ?? text.endIndex
        if let index = text.firstIndex(where: { $0 <= 0x20 }) {
            throw TargetProblem(.path, at: index, "a space or control character")
        }
        self.endpoint = endpoint
        self.service = try Self.service(
            path: text[..<question], query: question == text.endIndex ? nil : text[(question + 1)...],
            host: service.host)
    }

    private static func requireNoUser(_ parts: URIParts) throws(TargetProblem) {
        guard let user = parts.user else { return }
        throw TargetProblem(
            .user, at: user.startIndex,
            "put `Authorization: …` into a file, and name it with --set NAME.header_file=PATH")
    }

    private static func service(
        path: ArraySlice<UInt8>, query: ArraySlice<UInt8>?, host: String
    ) throws(TargetProblem) -> HTTPService {
        if let first = path.first, first != UInt8(ascii: "/") {
            throw TargetProblem(.path, at: path.startIndex, "begins with a `/`: http+unix:///sock:/path")
        }
        for part in [path, query ?? []] {
            if let index = part.firstIndex(where: { $0 >= 0x7F }) {
                throw TargetProblem(.path, at: index, "not ASCII: percent-encode it")
            }
        }
        let path = path.isEmpty ? [UInt8(ascii: "/")] : Array(path)
        let whole = path + (query.map { [UInt8(ascii: "?")] + $0 } ?? [])
        return HTTPService(
            requestTarget: Secret(whole), path: String(decoding: path, as: UTF8.self), host: host)
    }
}
