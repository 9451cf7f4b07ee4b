/// Reads Redis targets (semantics ).
struct RedisTarget {
    var endpoint: Endpoint
    var service = RedisService()

    /// `host:6379`.
    init(endpoint: Endpoint) {
        self.endpoint = endpoint
    }

    /// What follows `redis:`, or `redis+unix:` when `isUnix`.
    init(uri text: ArraySlice<UInt8>, isUnix: Bool) throws(TargetProblem) {
        let parts = try URIParts(text)
        if isUnix {
            guard parts.authority.isEmpty else {
                throw TargetProblem(
                    .host, at: parts.authority.startIndex, "a socket has no host: redis+unix:///path")
            }
            endpoint = .unixSocket(path: try TargetReader.socketPath(parts.path))
        } else {
            let (host, port) = try HostText.split(parts.authority)
            endpoint = .network(host: try HostText.host(host), port: try port.map(HostText.port) ?? 6379)
        }
        try takeUserinfo(parts)
        if !isUnix, parts.path.count > 1 {
            service.database = try Self.database(parts.path.dropFirst())
        }
        for (place, (key, value)) in parts.query.enumerated() {
            guard !parts.query[..<place].contains(where: { $0.key == key }) else {
                throw TargetProblem(.parameter, at: key.startIndex, "given twice")
            }
            switch String(decoding: key, as: UTF8.self) {
            case "db":
                guard isUnix || parts.path.count <= 1 else {
                    throw TargetProblem(.database, at: key.startIndex, "given in the path as well")
                }
                service.database = try Self.database(value)
            case "password":
                guard service.password == .none else {
                    throw TargetProblem(.password, at: key.startIndex, "given before the host as well")
                }
                guard !value.isEmpty else {
                    throw TargetProblem(.password, at: value.startIndex, "empty: is a variable unset?")
                }
                service.password = .given(Secret(try URIParts.decoded(value, .password)))
            default:
                throw TargetProblem(
                    .parameter, at: key.startIndex,
                    "a Redis URI takes db and password; waitfor's own settings are --set NAME.key=value")
            }
        }
    }

    private mutating func takeUserinfo(_ parts: URIParts) throws(TargetProblem) {
        guard let user = parts.user else { return }
        guard let password = parts.password else {
            throw TargetProblem(
                .user, at: user.startIndex,
                "write `redis://:PASSWORD@host` or `redis://USER:PASSWORD@host`")
        }
        service.user =
            user.isEmpty ? nil : String(decoding: try URIParts.decoded(user, .user), as: UTF8.self)
        service.password = .given(Secret(try URIParts.decoded(password, .password)))
    }

    private static func database(_ text: ArraySlice<UInt8>) throws(TargetProblem) -> Int {
        guard !text.isEmpty, text.allSatisfy(IPLiteral.isDigit),
            let number = Int32(String(decoding: text, as: UTF8.self))
        else { throw TargetProblem(.database, at: text.startIndex, "not a number from 0") }
        return Int(number)
    }
}
