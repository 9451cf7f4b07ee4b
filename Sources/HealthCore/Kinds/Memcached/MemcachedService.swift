/// A memcached server, which must answer `version`.
package struct MemcachedService: Kind {
    package static let word = "memcached"
    package static let title = "memcached"
    package static let wellKnownPort: UInt16? = 11211

    package static var forms: [TargetForm] {
        [
            TargetForm("memcached", of: Self.self, like: "memcached://cache") { text, _ throws(TargetError) in
                try reading(text)
            }
        ]
    }

    package static func bare(_ endpoint: Endpoint, _ context: ReadingContext) -> MemcachedService? {
        MemcachedService()
    }

    package var reasons: [Reason] { [.protocol, .tooManyConnections, .auth, .config, .error] }

    /// Reads `//host[:port]`; there are no users and no databases.
    private static func reading(_ text: ArraySlice<UInt8>) throws(TargetError) -> Reading {
        let parts = try URIParts(text)
        if let user = parts.user {
            throw TargetError(.user, at: user.startIndex, "memcached is asked without one")
        }
        guard parts.path.dropFirst().isEmpty else {
            throw TargetError(
                .path, at: parts.path.startIndex, "memcached has none: write memcached://HOST:PORT")
        }
        let (host, port) = try HostText.split(parts.authority)
        return Reading(
            endpoint: .network(host: try HostText.host(host), port: try port.map(HostText.port) ?? 11211),
            service: MemcachedService(), warnings: try parts.droppedParameters(of: Self.self))
    }
}
