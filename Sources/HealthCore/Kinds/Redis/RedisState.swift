/// The fields of `INFO replication` and `CLUSTER INFO` (R-11, R-12).
package struct RedisState {
    private let fields: [(key: Substring, value: Substring)]

    /// Reads lines of `key:value`.
    package init(_ text: [UInt8]) {
        // Bytes are split, because CRLF is one `Character`.
        fields = text.split { $0 == 0x0A || $0 == 0x0D }.compactMap { line in
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            return (
                Substring(decoding: line[..<colon], as: UTF8.self),
                Substring(decoding: line[(colon + 1)...], as: UTF8.self)
            )
        }
    }

    private func value(_ key: String) -> Substring? {
        fields.first { $0.key == key }?.value
    }

    /// The digits of a non-negative integer; nil for any other value, such as -1 for unknown.
    private func number(_ key: String) -> Substring? {
        value(key).flatMap { !$0.isEmpty && $0.utf8.allSatisfy(ASCII.isDigit) ? $0 : nil }
    }

    private var role: RedisRole {
        get throws(Failure) {
            switch value("role") {
            case "master": return .master
            case "slave": return .replica
            default: throw Failure(.protocol, "INFO replication does not tell the role")
            }
        }
    }

    /// Refuses another role than the required one.
    package func require(_ wanted: RedisRole) throws(Failure) {
        let seen = try role
        guard seen != wanted else { return }
        let master = value("master_host").map { " of \($0):\(number("master_port") ?? "?")" } ?? ""
        throw Failure(.role, "it is a \(seen.rawValue)\(master), and not a \(wanted.rawValue)")
    }

    /// Refuses a replica whose link to its master is down. Returns false for a master, which has no link.
    package func requireLink() throws(Failure) -> Bool {
        guard try role == .replica else { return false }
        switch value("master_link_status") {
        case "up": return true
        case "down":
            let since = number("master_link_down_since_seconds").map { " since \($0) s" } ?? ""
            throw Failure(.linkDown, "the link to \(value("master_host") ?? "the master") is down\(since)")
        default: throw Failure(.protocol, "INFO replication does not tell the state of the link")
        }
    }

    /// Refuses a cluster that does not serve all of its slots.
    package func requireCluster() throws(Failure) {
        switch value("cluster_state") {
        case "ok": return
        case "fail":
            let slots = number("cluster_slots_ok").map { ", \($0) of 16384 slots are served" } ?? ""
            throw Failure(.clusterDown, "the cluster's state is fail\(slots)")
        default: throw Failure(.protocol, "CLUSTER INFO does not tell the state")
        }
    }
}
