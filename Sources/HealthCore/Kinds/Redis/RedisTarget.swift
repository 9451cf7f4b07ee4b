/// Reads Redis targets.
struct RedisTarget {
    var endpoint: Endpoint
    var service = RedisService()

    /// `host:6379`.
    init(endpoint: Endpoint) {
        self.endpoint = endpoint
    }

    /// What the scheme says of the place.
    enum Transport {
        case network, unixSocket
        /// A Sentinel, and in the path the name of the master to ask it for.
        case sentinel
    }

    /// What follows `redis:`, `rediss:`, `redis+unix:` or `redis+sentinel:`.
    init(uri text: ArraySlice<UInt8>, _ transport: Transport) throws(TargetError) {
        let parts = try URIParts(text)
        if transport == .unixSocket {
            guard parts.authority.isEmpty else {
                throw TargetError(
                    .host, at: parts.authority.startIndex, "a socket has no host: redis+unix:///path")
            }
            endpoint = .unixSocket(path: try PathText.socket(parts.path))
        } else {
            let (host, port) = try HostText.split(parts.authority)
            let usual: UInt16 = transport == .sentinel ? 26379 : 6379
            endpoint = .network(host: try HostText.host(host), port: try port.map(HostText.port) ?? usual)
        }
        try takeUserinfo(parts)
        var path = transport == .unixSocket ? [] : parts.path.dropFirst()
        if transport == .sentinel {
            let name = path.prefix { $0 != UInt8(ascii: "/") }
            guard !name.isEmpty else {
                throw TargetError(
                    .path, at: path.startIndex,
                    "the name of the master is missing: redis+sentinel://host:26379/mymaster")
            }
            service.sentinelMaster = String(decoding: try URIParts.decoded(name, .path), as: UTF8.self)
            service.role = .master
            path = path.dropFirst(name.count + 1)
        }
        if !path.isEmpty { service.database = try Self.database(path) }
        for (place, (key, value)) in parts.query.enumerated() {
            guard !parts.query[..<place].contains(where: { $0.key == key }) else {
                throw TargetError(.parameter, at: key.startIndex, "given twice")
            }
            switch String(decoding: key, as: UTF8.self) {
            case "db":
                guard path.isEmpty else {
                    throw TargetError(.database, at: key.startIndex, "given in the path as well")
                }
                service.database = try Self.database(value)
            case "password":
                guard service.password == .none else {
                    throw TargetError(.password, at: key.startIndex, "given before the host as well")
                }
                guard !value.isEmpty else {
                    throw TargetError(.password, at: value.startIndex, "empty: is a variable unset?")
                }
                service.password = .given(Secret(try URIParts.decoded(value, .password)))
            default:
                throw TargetError(
                    .parameter, at: key.startIndex,
                    "a Redis URI takes db and password; waitfor's own settings are --set NAME.key=value")
            }
        }
    }

    private mutating func takeUserinfo(_ parts: URIParts) throws(TargetError) {
        guard let user = parts.user else { return }
        guard let password = parts.password else {
            throw TargetError(
                .user, at: user.startIndex,
                "write `redis://:PASSWORD@host` or `redis://USER:PASSWORD@host`")
        }
        service.user =
            user.isEmpty ? nil : String(decoding: try URIParts.decoded(user, .user), as: UTF8.self)
        service.password = .given(Secret(try URIParts.decoded(password, .password)))
    }

    private static func database(_ text: ArraySlice<UInt8>) throws(TargetError) -> Int {
        guard !text.isEmpty, text.allSatisfy(ASCII.isDigit),
            let number = Int32(String(decoding: text, as: UTF8.self), radix: 10)
        else { throw TargetError(.database, at: text.startIndex, "not a number from 0") }
        return Int(clamping: number)
    }
}
