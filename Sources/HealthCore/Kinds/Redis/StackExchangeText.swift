/// StackExchange.Redis's configuration string: `cache:6379,password=…,ssl=True`.
extension RedisTarget {
    /// The items of a configuration string; nil where the text is none: places first, then at least one `key=value`.
    private static func items(_ text: ArraySlice<UInt8>) -> (
        places: [ArraySlice<UInt8>], pairs: [ArraySlice<UInt8>]
    )? {
        guard text.contains(UInt8(ascii: ",")) else { return nil }
        let items = text.split(separator: UInt8(ascii: ",")).map(\.trimmed)
        let places = items.prefix { !$0.contains(UInt8(ascii: "=")) }
        let pairs = items.dropFirst(places.count)
        let isMeant = pairs.allSatisfy { item in
            // `$PING=` takes a command away from the client.
            let name = item.first == UInt8(ascii: "$") ? item.dropFirst() : item
            let key = name.prefix { $0 != UInt8(ascii: "=") }
            return key.count < name.count && key.allSatisfy(ASCII.isLetter) && !key.isEmpty
        }
        let isPlace = places.allSatisfy { !$0.contains { $0 == ASCII.slash || $0 == UInt8(ascii: "@") } }
        guard !places.isEmpty, !pairs.isEmpty, isMeant, isPlace else { return nil }
        return (Array(places), Array(pairs))
    }

    /// Whether a text is a configuration string.
    static func isConfiguration(_ text: ArraySlice<UInt8>) -> Bool { items(text) != nil }

    /// Reads a configuration string.
    init?(configuration text: ArraySlice<UInt8>, _ context: ReadingContext) throws(TargetError) {
        guard let (places, pairs) = Self.items(text) else { return nil }
        let options = pairs.map { pair in
            let key = pair.prefix { $0 != UInt8(ascii: "=") }
            return (key: key, value: pair[key.endIndex...].dropFirst())
        }
        func option(_ name: String) -> ArraySlice<UInt8>? {
            options.last { $0.key.map(ASCII.lowercased).elementsEqual(name.utf8) }?.value
        }
        let isEncrypted = option("ssl").flatMap { Flag.parse($0.text) } ?? false
        let master = option("servicename")
        let usual: UInt16 = master != nil ? 26379 : isEncrypted ? 6380 : 6379
        let endpoints = try places.map { place throws(TargetError) -> Endpoint in
            let (host, port) = try HostText.split(place)
            return .network(host: try HostText.host(host), port: try port.map(HostText.port) ?? usual)
        }
        guard let first = endpoints.first else { return nil }
        endpoint = first
        service.alternatives = Array(endpoints.dropFirst())
        tls = isEncrypted ? TLSSettings() : nil
        if let master {
            service.sentinelMaster = master.text
            service.role = .master
        }
        if let password = option("password"), !password.isEmpty {
            service.password = .given(Secret(password))
        }
        if let user = option("user"), !user.isEmpty { service.user = user.text }
        if let name = option("sslhost"), !name.isEmpty { tls?.serverName = name.text }
        if let database = option("defaultdatabase") { service.database = try Self.database(database) }
    }
}
