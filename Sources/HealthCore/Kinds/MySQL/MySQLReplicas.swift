/// The channels over which a server replicates from others, from `SHOW REPLICA STATUS` of whatever spelling.
package struct MySQLReplicas {
    /// The most rows that are read.
    package static let rowLimit = 256
    /// All channels of a MariaDB.
    package static let queryOfMariaDB = "SHOW ALL SLAVES STATUS"
    package static let query = "SHOW REPLICA STATUS"
    /// What MySQL before 8.0.22 calls it.
    package static let olderQuery = "SHOW SLAVE STATUS"

    private static let receiverColumns = ["Replica_IO_Running", "Slave_IO_Running"]

    private struct Channel {
        let name: String
        /// What the threads say that receive and apply: `Yes`, `No`, `Connecting`.
        let receives, applies: String
        /// How far it is behind; nil where the server does not know.
        let lag: Duration?
    }

    private let channels: [Channel]

    /// Reads the rows. No row is no channel only where the columns are those of channels.
    package init(_ result: MySQLResult) throws(Failure) {
        guard result.columns.contains(where: { Self.receiverColumns.contains($0) }) else {
            throw Failure(.protocol, "it does not say whether it is a replica")
        }
        let all = result.rows.map { row in
            func value(_ names: [String]) -> String? { result.value(names, ofRow: row) }
            return Channel(
                name: value(["Channel_Name", "Connection_name"]) ?? "",
                receives: value(Self.receiverColumns) ?? "unknown",
                applies: value(["Replica_SQL_Running", "Slave_SQL_Running"]) ?? "unknown",
                lag: value(["Seconds_Behind_Source", "Seconds_Behind_Master"]).flatMap(Self.seconds))
        }
        // A member of a group has channels of its own, the primary too.
        channels = all.filter { !$0.name.hasPrefix("group_replication_") }
    }

    private static func seconds(_ text: String) -> Duration? {
        guard !text.isEmpty, text.utf8.allSatisfy(ASCII.isDigit) else { return nil }
        return DurationText.parse("\(text)s", bareSeconds: false)
    }

    /// Refuses another role than the required one: a primary replicates from nobody, and takes writes.
    package func require(_ role: MySQLRole, _ state: MySQLState) throws(Failure) {
        let why =
            channels.isEmpty
            ? state.readOnlyVariable.map { "\(PrintableText.line($0, atMost: 40)) is set" }
            : "it replicates from another server"
        guard (why == nil) != (role == .primary) else { return }
        throw Failure(.role, why.map { "it is no primary: \($0)" } ?? "it is a primary, and not a replica")
    }

    /// Refuses a server of which one channel is further behind than this, or stands.
    package func requireLag(atMost limit: Duration) throws(Failure) {
        guard !channels.isEmpty else { throw Failure(.linkDown, "it replicates from no other server") }
        for channel in channels {
            let name = channel.name.isEmpty ? "" : " of \(PrintableText.line(channel.name, atMost: 60))"
            for (thread, state) in [("receiver", channel.receives), ("applier", channel.applies)]
            where state != "Yes" {
                throw Failure(.linkDown, "the \(thread)\(name) says \(PrintableText.line(state, atMost: 40))")
            }
            guard channel.lag != nil else { throw Failure(.linkDown, "the lag\(name) is unknown") }
        }
        guard let worst = channels.compactMap(\.lag).max(), worst > limit else { return }
        throw Failure(.lag, "it is \(DurationText.describe(worst)) behind")
    }
}
