import TestSupport
import Testing

/// How `pg_isready`, `mariadb-admin ping`, `redis-cli ping` and `rabbitmq-diagnostics ping` differ from `waitfor check`,
/// from the real tools, and gRPC's own client in the place of `grpc_health_probe`. docs/readiness.md shows the table between `<!-- table: ready -->` and `<!-- end -->`, the README its lies.
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
        let rows = try postgresRows() + mariaRows() + redisRows() + rabbitRows() + grpcRows()
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

    // MARK: MariaDB

    private func mariaRows() throws -> [Row] {
        let never = try MariaDBServer()
        var rows = [try row("MariaDB: nothing listens", never)]
        let server = try MariaDBServer.started(["--max-connections=10", "--max-connect-errors=1000"])
        try server.execute(
            """
            CREATE USER app@'%' IDENTIFIED BY 'secret'; CREATE USER old@'%' IDENTIFIED BY 'secret' PASSWORD EXPIRE;
            SET GLOBAL disconnect_on_expired_password = 1; CREATE DATABASE app
            """)
        rows.append(try row("MariaDB: accepts logins", server, "app:secret"))
        rows.append(try row("MariaDB: wrong password", server, "app:wrong"))
        rows.append(try row("MariaDB: the database does not exist", server, "root:", "/gone"))
        rows.append(try row("MariaDB: no privilege on the database", server, "app:secret", "/app"))
        rows.append(try row("MariaDB: the password has expired", server, "old:secret"))
        var sleepers: [RunningProgram] = []
        let isFull = try eventually(within: 20, every: 0.1) {
            sleepers.append(try sleeper(at: server))
            return try Asked("mysql://app:secret@127.0.0.1:\(server.port)").verdict != "ready"
        }
        #expect(isFull)
        rows.append(try row("MariaDB: every connection is taken", server, "app:secret"))
        sleepers.forEach { $0.stop() }
        server.pause()
        rows.append(try row("MariaDB: stopped, never answers", server, "app:secret"))
        server.resume()
        return rows
    }

    private func sleeper(at server: MariaDBServer) throws -> RunningProgram {
        let options = [
            "--no-defaults", "--skip-ssl", "-h127.0.0.1", "-P\(server.port)", "-uapp", "-psecret",
        ]
        return try Program("/usr/bin/mariadb", options + ["-e", "SELECT SLEEP(60)"]).start()
    }

    private func row(
        _ state: String, _ server: MariaDBServer, _ userinfo: String = "root:", _ rest: String = ""
    ) throws -> Row {
        let words = userinfo.split(separator: ":").map(String.init)
        let password = words.count > 1 ? ["-p\(words[1])"] : []
        let peer = try Program.run(
            MariaDBServer.admin,
            [
                "--no-defaults", "--skip-ssl", "--connect-timeout=1", "-h127.0.0.1", "-P\(server.port)",
                "-u\(words[0])",
            ]
                + password + ["ping"])
        // What stands before and behind the error says where the tool is, and where it is not.
        let text = said(peer, server.port)
        let start = text.indices.first { text[..<$0].hasSuffix("failed error: ") } ?? text.startIndex
        let end = text.indices.first { text[$0...].hasPrefix(" Check that ") } ?? text.endIndex
        return Row(
            state: state, peer: peer, peerSays: String(text[start..<end]),
            asked: try Asked("mysql://\(userinfo)@127.0.0.1:\(server.port)\(rest)", options: ["-t", "500ms"]))
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

    // MARK: RabbitMQ

    private func rabbitRows() throws -> [Row] {
        let authority = try Certificates()
        let server = try RabbitServer(try authority.sign("server", names: ["IP:127.0.0.1"]))
        try server.waitUntilUp()
        var rows = [
            try row("RabbitMQ: takes logins", server, "guest:guest"),
            try row("RabbitMQ: wrong password", server, "guest:wrong"),
            try row("RabbitMQ: the vhost does not exist", server, "guest:guest", "/gone"),
        ]
        try server.evaluate("rabbit_alarm:set_alarm({{resource_limit, memory, node()}, []}).")
        let publish = ["--set", "queue.level=publish"]
        rows.append(
            try row("RabbitMQ: an alarm keeps publishers out", server, "guest:guest", options: publish))
        return rows
    }

    private func row(
        _ state: String, _ server: RabbitServer, _ login: String, _ rest: String = "", options: [String] = []
    ) throws -> Row {
        let peer = try server.diagnose(["-q", "ping"])
        return Row(
            state: state, peer: peer, peerSays: said(peer, server.port),
            asked: try Asked(
                "queue=amqp://\(login)@127.0.0.1:\(server.port)\(rest)", options: ["-t", "2s"] + options))
    }

    // MARK: gRPC

    private func grpcRows() throws -> [Row] {
        let server = try GRPCServer()
        var rows = [
            try row("gRPC: nothing listens", FreePort.make(), service: ""),
            try row("gRPC: SERVING", server.port, service: ""),
            try row("gRPC: no such service", server.port, service: "orders"),
        ]
        try server.command("set NOT_SERVING orders")
        rows.append(try row("gRPC: the service is NOT_SERVING", server.port, service: "orders"))
        rows.append(try row("gRPC: the same, without its name", server.port, service: ""))
        let bare = try GRPCServer(isBare: true)
        rows.append(try row("gRPC: no health service", bare.port, service: ""))
        try server.command("token Bearer-1")
        rows.append(try row("gRPC: wants a token", server.port, service: ""))
        server.freeze()
        rows.append(try row("gRPC: stopped, never answers", server.port, service: ""))
        return rows
    }

    private func row(_ state: String, _ port: UInt16, service: String) throws -> Row {
        let peer = try GRPCServer.probe(port, service)
        return Row(
            state: state, peer: peer, peerSays: said(peer, port),
            asked: try Asked("grpc://127.0.0.1:\(port)/\(service)", options: ["-t", "500ms"]))
    }

    // MARK: Text

    /// The line that a tool printed, without the port, which differs from run to run.
    private func said(_ peer: Finished, _ port: UInt16) -> String {
        let words = (peer.output + peer.errors).split(whereSeparator: \.isWhitespace)
        let known = words.map { word in
            // Asked by its own port each time, a Redis is shown at the usual one.
            word == "127.0.0.1:\(port):" ? "127.0.0.1:6379:" : word == "(\(port))" ? "(3306)" : String(word)
        }
        return known.joined(separator: " ")
    }
}
