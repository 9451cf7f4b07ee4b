/// A memcached, asked for its version.
package struct MemcachedService: Kind {
    package static let word = "memcached"
    package static let title = "memcached"
    package static let wellKnownPort: UInt16? = 11211

    package static var forms: [Form] {
        [
            Form("memcached", of: Self.self, like: "memcached://cache") { text, _ throws(TargetProblem) in
                Reading(endpoint: try endpoint(text), service: MemcachedService())
            }
        ]
    }

    package static func bare(_ endpoint: Endpoint, _ surroundings: Surroundings) -> MemcachedService? {
        MemcachedService()
    }

    package var reasons: [Reason] { [.protocol, .tooManyConnections, .auth, .config, .error] }

    /// `//host[:port]`, and nothing else: there are no users and no databases.
    private static func endpoint(_ text: ArraySlice<UInt8>) throws(TargetProblem) -> Endpoint {
        let parts = try URIParts(text)
        if let user = parts.user {
            throw TargetProblem(.user, at: user.startIndex, "memcached is asked without one")
        }
        guard parts.path.dropFirst().isEmpty, parts.queryText == nil else {
            throw TargetProblem(.path, at: parts.path.startIndex, "nothing may follow the port")
        }
        let (host, port) = try HostText.split(parts.authority)
        return .network(host: try HostText.host(host), port: try port.map(HostText.port) ?? 11211)
    }
}
