/// libpq's lists of hosts and ports.
extension PostgresTarget {
    /// The places, at least one: libpq's lists of hosts and ports, of which one port may be for all.
    static func endpoints(
        host: [UInt8]?, port: Pair?, hostIndex: Int, address: Pair?
    ) throws(TargetProblem) -> [Endpoint] {
        if let address {
            let text = String(decoding: address.value, as: UTF8.self)
            guard IPLiteral.isIPv4(text) || IPLiteral.isIPv6(text) else {
                throw TargetProblem(.host, at: address.index, "hostaddr is not a numeric address")
            }
        }
        guard let host = host ?? address?.value else {
            throw TargetProblem(
                .host, at: hostIndex, "\(HostText.emptyHost), or host=/DIRECTORY for a socket")
        }
        let comma = UInt8(ascii: ",")
        let hosts = host.split(separator: comma, omittingEmptySubsequences: false)
        let ports = try (port?.value ?? []).split(separator: comma, omittingEmptySubsequences: false)
            .map { text throws(TargetProblem) in try number(text, at: port?.index ?? hostIndex) }
        guard [1, hosts.count].contains(ports.count), hosts.count == 1 || address == nil else {
            throw TargetProblem(.port, at: port?.index ?? hostIndex, "as many ports as hosts, or one for all")
        }
        var endpoints: [Endpoint] = []
        for (place, host) in hosts.enumerated() {
            let port = ports.count == 1 ? ports[0] : ports[place]
            endpoints.append(try endpoint(Array(host), port, at: hostIndex))
        }
        return endpoints
    }

    private static func number(_ text: ArraySlice<UInt8>, at index: Int) throws(TargetProblem) -> UInt16 {
        if text.isEmpty { return 5432 }
        do {
            return try HostText.port(text)
        } catch {
            throw TargetProblem(.port, at: index, "not a port from 1 to 65535")
        }
    }

    private static func endpoint(
        _ host: [UInt8], _ port: UInt16, at index: Int
    ) throws(TargetProblem) -> Endpoint {
        if host.first == UInt8(ascii: "/") {
            return .unixSocket(path: "\(String(decoding: host, as: UTF8.self))/.s.PGSQL.\(port)")
        }
        do {
            return .network(host: try HostText.host(host[...]), port: port)
        } catch {
            throw TargetProblem(.host, at: index, error.advice)
        }
    }
}
