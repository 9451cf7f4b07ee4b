import TestSupport
import Testing

/// How `pg_isready` and `redis-cli ping` differ from `waitfor check`, from the real tools. docs/readiness.md shows
/// the table between `<!-- table: ready -->` and `<!-- end -->`, the README its lies.
struct PeerToolsTableTests {
    private struct Row {
        let state: String
        let peer: Finished
        let peerSays: String
        let asked: Asked

        /// Whether the tool says yes by its exit code, and the program does not.
        var isLie: Bool { peer.exitCode == 0 && asked.finished.exitCode != 0 }

        /// The line of the table, of what the tool said at most as many characters, up to a word's end.
        func line(atMost limit: Int = .max) -> String {
            var said = peerSays
            if said.count > limit {
                let words = said.prefix(limit).split(separator: " ").dropLast()
                said = words.joined(separator: " ") + " …"
            }
            return "| \(state) | `\(said)` | \(peer.exitCode ?? -1)"
                + " | `\(asked.verdict)` | \(asked.finished.exitCode ?? -1) |"
        }
    }

    @Test("the tables of what the usual tools say are what they say")
    func table() throws {
        let header = [
            "| state of the server | the usual tool prints | exit | `waitfor check` says | exit |",
            "| --- | --- | --- | --- | --- |",
        ]
        let rows = try postgresRows() + redisRows()
        expect("docs/readiness.md", "ready", header + rows.map { $0.line() })
        expect("README.md", "lies", header + rows.filter(\.isLie).map { $0.line(atMost: 40) })
    }

    private func expect(_ page: String, _ table: String, _ made: [String]) {
        let text = made.joined(separator: "\n")
        #expect(
            Document(page).marked(table) == made, "\(page) must have between the marks of \(table):\n\(text)")
    }

    // MARK: PostgreSQL

    private func postgresRows() throws -> [Row] {
        let never = try PostgresServer()
        var rows = [try row("PostgreSQL: nothing listens", never.port)]

        let starting = try PostgresServer.holdInStartup()
        rows.append(try row("PostgreSQL: starting", starting.port))

        let server = try PostgresServer.started(
            settings: ["max_connections": "5"],
            hba: ["host all app all scram-sha-256", "host all all all trust"])
        try server.createRole("app", password: "secret")
        rows.append(try row("PostgreSQL: accepts connections", server.port))
        rows.append(
            try row(
                "PostgreSQL: the database does not exist, the user is trusted", server.port, rest: "/gone"))
        rows.append(
            try row(
                "PostgreSQL: the database does not exist, asked without the password", server.port,
                userinfo: "app@", rest: "/gone"))
        rows.append(
            try row(
                "PostgreSQL: the database does not exist, asked with the password", server.port,
                userinfo: "app:secret@", rest: "/gone"))
        rows.append(
            try row("PostgreSQL: wrong password", server.port, userinfo: "app:wrong@", rest: "/postgres"))
        let sessions = try server.exhaustSlots(includingReserved: true)
        rows.append(try row("PostgreSQL: every connection slot is taken", server.port))
        sessions.close()
        server.pause()
        rows.append(try row("PostgreSQL: stopped, never answers", server.port))
        server.resume()
        return rows
    }

    private func row(
        _ state: String, _ port: UInt16, userinfo: String = "", rest: String = ""
    ) throws -> Row {
        let uri = "postgres://\(userinfo)127.0.0.1:\(port)\(rest)"
        // Without a user pg_isready would ask as the one who runs the tests.
        let named = userinfo.isEmpty ? ["-U", "postgres"] : []
        let peer = try Program.run(PostgresServer.pgIsReady, ["-t", "1", "-d", uri] + named)
        return Row(
            state: state, peer: peer,
            peerSays: said(peer, port).split(separator: "- ").last.map(String.init) ?? "",
            asked: try Asked(uri, options: ["-t", "500ms"]))
    }

    // MARK: Redis

    private func redisRows() throws -> [Row] {
        let never = try RedisServer()
        let loading = try RedisServer.loading(for: 60)
        return try [
            row("Redis: nothing listens", never), row("Redis: PONG", RedisServer.started()),
            row("Redis: LOADING", loading),
            row("Redis: asks for a password", RedisServer.started(["requirepass": "secret"])),
            row("Redis: replica without its master", RedisServer.masterDown()),
            row("Redis: a script runs without end", RedisServer.busy()),
        ]
    }

    private func row(_ state: String, _ server: RedisServer) throws -> Row {
        let peer = try Program.run(RedisServer.redisCli, ["-p", "\(server.port)", "ping"])
        return Row(
            state: state, peer: peer, peerSays: said(peer, server.port),
            asked: try Asked("redis://127.0.0.1:\(server.port)"))
    }

    // MARK: Text

    /// The line that a tool printed, without the port, which differs from run to run.
    private func said(_ peer: Finished, _ port: UInt16) -> String {
        let words = (peer.output + peer.errors).split(whereSeparator: \.isWhitespace)
        let known = words.map { $0 == "127.0.0.1:\(port):" ? "127.0.0.1:6379:" : String($0) }
        return known.joined(separator: " ")
    }
}
