/// A memcached server, which must answer `version`.
package struct MemcachedService: Kind {
    package static let word = "memcached"
    package static let title = "memcached"
    package static let wellKnownPort: UInt16? = 11211

    package static var forms: [TargetForm] {
        [
            TargetForm("memcached", of: Self.self, like: "memcached://cache") { text, _ throws(TargetError) in
                Reading(endpoint: try endpoint(text), service: MemcachedService())
            }
        ]
    }

    package static func bare(_ endpoint: Endpoint, _ context: ReadingContext) -> MemcachedService? {
        MemcachedService()
    }

    package var reasons: [Reason] { [.protocol, .tooManyConnections, .auth, .config, .error] }

    /// Reads `//host[:port]`; there are no users and no databases.
    private static func endpoint(_ text: ArraySlice<UInt8>) throws(TargetError) -> Endpoint {
        let parts = try URIParts(text)
        if let user = parts.user {
            throw TargetError(.user, at: user.startIndex, "memcached is asked without one")
        }
        guard parts.path.dropFirst().isEmpty, parts.queryText == nil else {
            throw TargetError(.path, at: parts.path.startIndex, "nothing may follow the port")
        }
        let (host, port) = try HostText.split(parts.authority)
        return .network(host: try HostText.host(host), port: try port.map(HostText.port) ?? 11211)
    }
}
