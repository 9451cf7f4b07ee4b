/// What a PostgreSQL server says of its part in a replication.
package struct ReplicationState {
    /// One value with all of it, in words: `primary`, or `standby`, how many WAL receivers run (there is one at most),
    /// whether all that came is replayed, and the age of the last replayed commit in seconds, `-` if there was none. The
    /// primary's clock may be ahead of ours: no age is negative. `greatest` takes no notice of NULL, and would make 0 of it.
    package static let query = """
        SELECT CASE WHEN pg_is_in_recovery() THEN concat_ws(' ', 'standby', \
        (SELECT count(*) FROM pg_stat_wal_receiver), \
        coalesce(pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn(), false)::int, \
        coalesce((CASE WHEN pg_last_xact_replay_timestamp() IS NOT NULL THEN \
        greatest(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0) END)\
        ::numeric(20, 3)::text, '-')) \
        ELSE 'primary' END
        """

    private let standby: Standby?

    /// How far a standby has come.
    private struct Standby {
        let hasReceiver: Bool
        let hasReplayedAll: Bool
        /// How long ago the last commit was made that is replayed here; nil if there was none.
        let age: Duration?

        /// Reads what follows `standby`; nil if a word of it is none that the query can give.
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

        /// Digits, and at most the three decimals that the query asks for, so that nothing is lost when they are read:
        /// no sign, no exponent, and at most what a `Duration` can be compared by.
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
                .protocol, "not what a server says of its role: \(PrintableText.line(text ?? "nothing"))")
        }
    }

    /// Refuses another role than the one that is asked for.
    package func require(_ role: PostgresRole) throws(Failure) {
        let seen = standby == nil ? PostgresRole.primary : .standby
        guard seen != role else { return }
        throw Failure(.role, "it is a \(seen.rawValue), and not a \(role.rawValue)")
    }

    /// Refuses a standby that is further behind, and one that nothing has come to for that long. It is not behind
    /// when all that it received is replayed and a receiver runs: a primary may have nothing to say for hours.
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
