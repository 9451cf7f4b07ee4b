/// What a PostgreSQL server says of its part in a replication.
package struct ReplicationState {
    /// One value with all of it, in words: `primary`, or `standby`, how many WAL receivers run, whether all that
    /// came is replayed, and the age of the last replayed commit in seconds.
    package static let query = """
        SELECT CASE WHEN pg_is_in_recovery() THEN concat_ws(' ', 'standby', \
        (SELECT count(*) FROM pg_stat_wal_receiver), \
        coalesce(pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn(), false)::int, \
        coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::numeric(20, 3)::text, '-')) \
        ELSE 'primary' END
        """

    private let isStandby: Bool
    private var hasReceiver = false
    private var hasReplayedAll = false
    /// How long ago the last commit was made that is replayed here; nil if there was none.
    private var age: Duration?

    /// Reads the value of the query.
    package init(_ text: String?) throws(Failure) {
        let words = (text ?? "").split(separator: " ")
        isStandby = words.first == "standby"
        if words == ["primary"] { return }
        guard isStandby, words.count == 4 else { throw Failure(.error, "the server does not tell its role") }
        hasReceiver = words[1] != "0"
        hasReplayedAll = words[2] == "1"
        age = Double(words[3]).map { .seconds(max(0, $0)) }
    }

    /// Refuses another role than the one that is asked for.
    package func require(_ role: PostgresRole) throws(Failure) {
        let seen = isStandby ? PostgresRole.standby : .primary
        guard seen != role else { return }
        throw Failure(.role, "it is a \(seen.rawValue), and not a \(role.rawValue)")
    }

    /// Refuses a standby that is further behind, and one that nothing has come to for that long. It is not behind
    /// when all that it received is replayed and a receiver runs: a primary may have nothing to say for hours.
    package func requireLag(atMost limit: Duration) throws(Failure) {
        guard isStandby, !(hasReceiver && hasReplayedAll) else { return }
        if let age, age <= limit { return }
        let behind =
            age.map { "the last replayed commit is \(DurationText.describe($0)) old" }
            ?? "nothing was ever replayed"
        guard hasReceiver else { throw Failure(.linkDown, "no WAL receiver runs, and \(behind)") }
        throw Failure(.lag, behind)
    }
}
