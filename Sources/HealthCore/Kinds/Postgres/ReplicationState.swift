/// The replication state of a PostgreSQL server.
package struct ReplicationState {
    /// The query for the role: each server with roles knows this function.
    package static let roleQuery = "SELECT pg_is_in_recovery()"

    /// The query for one value of words: `primary`; or `standby`, the number of WAL receivers (0 or 1), whether all
    /// received WAL is replayed, and the age of the last replayed commit in seconds, `-` without one. No age is
    /// negative, although the primary's clock may be ahead of ours. `greatest` ignores NULL and would turn it into 0.
    package static let lagQuery = """
        SELECT CASE WHEN pg_is_in_recovery() THEN concat_ws(' ', 'standby', \
        (SELECT count(*) FROM pg_stat_wal_receiver), \
        coalesce(pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn(), false)::int, \
        coalesce((CASE WHEN pg_last_xact_replay_timestamp() IS NOT NULL THEN \
        greatest(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0) END)\
        ::numeric(20, 3)::text, '-')) \
        ELSE 'primary' END
        """

    private let standby: Standby?

    /// The state of a standby.
    private struct Standby {
        let hasReceiver: Bool
        let hasReplayedAll: Bool
        /// The age of the last replayed commit; nil without one.
        let age: Duration?

        /// Reads the words after `standby`; nil if the query cannot give one of them.
        init?(_ words: ArraySlice<Substring>) {
            var words = words
            guard let receiver = words.popFirst().flatMap(Self.flag),
                let replayed = words.popFirst().flatMap(Self.flag),
                let age = words.popFirst(), words.isEmpty
            else { return nil }
            (hasReceiver, hasReplayedAll, self.age) = (receiver, replayed, Self.age(age))
            guard self.age != nil || age == "-" else { return nil }
        }

        private static func flag(_ word: Substring) -> Bool? { ["0": false, "1": true][word] }

        /// Reads digits and at most the three decimals that the query asks for, so that parsing is exact: no sign, no
        /// exponent, nothing that a `Duration` cannot hold.
        private static func age(_ word: Substring) -> Duration? {
            let parts = word.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), parts.dropFirst().allSatisfy({ $0.count <= 3 }),
                parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(ASCII.isDigit) })
            else { return nil }
            return DurationText.parse("\(word)s", bareSeconds: false)
        }
    }

    /// Reads the value of the query.
    package init(_ text: String?) throws(Failure) {
        let words = (text ?? "").split(separator: " ", omittingEmptySubsequences: false)
        if words == ["primary"] {
            standby = nil
        } else if words.first == "standby", let state = Standby(words.dropFirst()) {
            standby = state
        } else {
            throw Failure(
                .protocol, "not what a server says of its lag: \(PrintableText.line(text ?? "nothing"))")
        }
    }

    /// Refuses another role than the required one, by the value that `roleQuery` returned.
    package static func require(_ role: PostgresRole, _ value: String?) throws(Failure) {
        guard let isStandby = ["t": true, "f": false][value ?? ""] else {
            throw Failure(
                .protocol, "not what a server says of its role: \(PrintableText.line(value ?? "nothing"))")
        }
        let seen = isStandby ? PostgresRole.standby : .primary
        guard seen != role else { return }
        throw Failure(.role, "it is a \(seen.rawValue), and not a \(role.rawValue)")
    }

    /// Whether a SQLSTATE says that the server lacks the feature, function, view or column of a query.
    package static func isUnknown(_ code: String) -> Bool {
        ["0A000", "42883", "42P01", "42703"].contains(code)
    }

    /// Refuses a standby whose last replayed commit is older than the limit. A standby with a running receiver and all
    /// received WAL replayed is never behind: a primary may have no commits for hours.
    package func requireLag(atMost limit: Duration) throws(Failure) {
        guard let standby, !(standby.hasReceiver && standby.hasReplayedAll) else { return }
        if let age = standby.age, age <= limit { return }
        let behind =
            standby.age.map { "the last replayed commit is \(DurationText.describe($0)) old" }
            ?? "nothing was ever replayed"
        guard standby.hasReceiver else { throw Failure(.linkDown, "no WAL receiver runs, and \(behind)") }
        throw Failure(.lag, behind)
    }
}
