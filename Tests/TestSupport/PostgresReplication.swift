extension PostgresServer {
    /// A primary that keeps enough for a standby to come.
    package static func primary() throws -> PostgresServer {
        try started(
            settings: ["wal_keep_size": "64MB"],
            hba: ["host all all all trust", "host replication all all trust"])
    }

    /// A hot standby that streams from a primary which was made by `primary`, and has caught up.
    package static func standby(of primary: PostgresServer) throws -> PostgresServer {
        // Both began as the same copy: the standby needs no backup, only all that came since.
        let server = try PostgresServer(settings: [
            "primary_conninfo": "host=127.0.0.1 port=\(primary.port) user=postgres",
            "wal_retrieve_retry_interval": "100ms",
            "wal_receiver_status_interval": "1s",
        ])
        try server.writeData("standby.signal", "")
        try server.start()
        let streams = eventually(within: 30, every: 0.05) {
            (try? server.sql("SELECT count(*) FROM pg_stat_wal_receiver")) == "1"
        }
        guard streams else { throw SupportError("the standby does not stream:\n\(server.log)") }
        return server
    }
}
