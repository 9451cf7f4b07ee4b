/// libpq's lists of hosts, addresses and ports.
extension PostgresTarget {
    /// The places, at least one. Each given list is as long as the list of hosts, or one port is for all.
    static func places(
        _ values: [String: PostgresPair], placeOfHost: Int, _ context: ReadingContext
    ) throws(TargetError) -> [PostgresService.Place] {
        var (host, port, address) = (values["host"], values["port"], values["hostaddr"])
        if host == nil, address == nil {
            // Who names no host means libpq's variables, all of them.
            func variable(_ key: String, _ name: String) -> PostgresPair? {
                context.meaningful(name).map {
                    PostgresPair(key: key, value: Array($0.utf8), index: placeOfHost)
                }
            }
            (host, address) = (variable("host", "PGHOST"), variable("hostaddr", "PGHOSTADDR"))
            if host != nil || address != nil { port = port ?? variable("port", "PGPORT") }
        }
        if let split = host?.withoutPorts { (host, port) = (split.hosts, split.ports) }
        return try places(
            host: host?.value, port: port, hostIndex: host?.index ?? placeOfHost, address: address)
    }

    private static func places(
        host: [UInt8]?, port: PostgresPair?, hostIndex: Int, address: PostgresPair?
    ) throws(TargetError) -> [PostgresService.Place] {
        let addresses = try address.map(numericAddresses) ?? []
        guard let host = host ?? address?.value else {
            throw TargetError(
                .host, at: hostIndex, "\(HostText.emptyHost), or host=/DIRECTORY for a socket")
        }
        let hosts = list(host)
        guard addresses.isEmpty || addresses.count == hosts.count else {
            throw TargetError(
                .host, at: address?.index ?? hostIndex, "as many addresses in hostaddr as hosts")
        }
        let ports = try list(port?.value ?? [])
            .map { text throws(TargetError) in try number(text, at: port?.index ?? hostIndex) }
        guard let first = ports.first, ports.count == 1 || ports.count == hosts.count else {
            throw TargetError(.port, at: port?.index ?? hostIndex, "as many ports as hosts, or one for all")
        }
        let places = zip(
            zip(hosts, ports.count == 1 ? hosts.map { _ in first } : ports),
            addresses.isEmpty ? hosts.map { _ in nil } : addresses)
        return try places.map { place, address throws(TargetError) in
            try Self.place(place.0, place.1, address, at: hostIndex)
        }
    }

    private static func list(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    }

    /// The addresses by host, nil for a host without one.
    private static func numericAddresses(_ pair: PostgresPair) throws(TargetError) -> [String?] {
        try list(pair.value).map { bytes throws(TargetError) in
            if bytes.isEmpty { return nil }
            let text = String(decoding: bytes, as: UTF8.self)
            guard IPLiteral.isAddress(text) else {
                throw TargetError(.host, at: pair.index, "hostaddr is not a numeric address")
            }
            return text
        }
    }

    private static func number(_ text: ArraySlice<UInt8>, at index: Int) throws(TargetError) -> UInt16 {
        if text.isEmpty { return 5432 }
        do {
            return try HostText.port(text)
        } catch {
            throw TargetError(.port, at: index, "not a port from 1 to 65535")
        }
    }

    private static func place(
        _ host: ArraySlice<UInt8>, _ port: UInt16, _ address: String?, at index: Int
    ) throws(TargetError) -> PostgresService.Place {
        // `/` begins a directory, `@` an abstract name. An address takes precedence over both.
        let isSocket = host.first == ASCII.slash || host.first == UInt8(ascii: "@")
        if let address, isSocket || host.isEmpty { return .init(host: address, port: port, address: nil) }
        if isSocket { return .init(host: host.text, port: port, address: nil) }
        do {
            return .init(host: try HostText.host(host), port: port, address: address)
        } catch {
            throw TargetError(.host, at: index, error.advice)
        }
    }
}
