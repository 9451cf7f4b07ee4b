/// What `INFO replication` and `CLUSTER INFO` say, as far as it is asked (R-11, R-12).
package struct RedisState {
    private let fields: [(key: Substring, value: Substring)]

    /// Takes lines of `key:value`.
    package init(_ text: [UInt8]) {
        // With CRLF a Swift line end would be one character of two.
        fields = text.split { $0 == 0x0A || $0 == 0x0D }.compactMap { line in
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            return (
                Substring(decoding: line[..<colon], as: UTF8.self),
                Substring(decoding: line[(colon + 1)...], as: UTF8.self)
            )
        }
    }

    private func value(_ key: String) -> String? {
        fields.first { $0.key == key }.map { String($0.value) }
    }

    /// Refuses another role than the one that is asked for.
    package func require(_ role: RedisRole) throws(Failure) {
        let seen: RedisRole? = ["master": .master, "slave": .replica][value("role")]
        guard let seen else { throw Failure(.protocol, "INFO replication does not tell the role") }
        guard seen != role else { return }
        let master = value("master_host").map { " of \($0):\(value("master_port") ?? "?")" } ?? ""
        throw Failure(.role, "it is a \(seen.rawValue)\(master), and not a \(role.rawValue)")
    }

    /// Refuses a replica whose link to its master is down; a master has none.
    package func requireLink() throws(Failure) {
        guard let status = value("master_link_status"), status != "up" else { return }
        let since = value("master_link_down_since_seconds").map { " since \($0) s" } ?? ""
        throw Failure(.linkDown, "the link to \(value("master_host") ?? "the master") is \(status)\(since)")
    }

    /// Refuses a cluster that does not serve all of its slots.
    package func requireCluster() throws(Failure) {
        guard let state = value("cluster_state") else {
            throw Failure(.protocol, "CLUSTER INFO does not tell the state")
        }
        guard state != "ok" else { return }
        let slots = value("cluster_slots_ok").map { ", \($0) of 16384 slots are served" } ?? ""
        throw Failure(.clusterDown, "the cluster's state is \(state)\(slots)")
    }
}

extension [String: RedisRole] {
    fileprivate subscript(_ key: String?) -> RedisRole? { key.flatMap { self[$0] } }
}
