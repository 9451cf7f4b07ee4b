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

    /// What the beginning of an answer to `INFO persistence` says in a line `loading:0` or `loading:1`; nil where there is
    /// none. Every check of a Redis looks for that line: making fields would be dear.
    package static func isLoading(_ text: ArraySlice<UInt8>) -> Bool? {
        // How much of the line has been seen; nil where it is another.
        var seen: Int? = 0
        var isLoading = false
        for byte in text {
            if byte == ASCII.lineFeed {
                seen = 0
            } else if let count = seen {
                let wanted: UInt8
                switch count {
                case 0: wanted = UInt8(ascii: "l")
                case 1: wanted = UInt8(ascii: "o")
                case 2: wanted = UInt8(ascii: "a")
                case 3: wanted = UInt8(ascii: "d")
                case 4: wanted = UInt8(ascii: "i")
                case 5: wanted = UInt8(ascii: "n")
                case 6: wanted = UInt8(ascii: "g")
                case 7: wanted = ASCII.colon
                case 8:
                    isLoading = byte == UInt8(ascii: "1")
                    wanted = isLoading ? byte : UInt8(ascii: "0")
                default:
                    guard byte != ASCII.carriageReturn else { return isLoading }
                    wanted = ASCII.carriageReturn
                }
                seen = byte == wanted ? count + 1 : nil
            }
        }
        return nil
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
