import TestSupport
import Testing

/// Targets that are sockets in the file system: PostgreSQL's, Redis' and anybody's.
struct UnixSocketTests {
    @Test("PostgreSQL at its socket: missing before it starts, then ready, refused once it was killed (L-33)")
    func postgres() throws {
        let server = try PostgresServer(hba: ["host all all all reject"])
        let directory = server.socketDirectory
        let encoded = directory.split(separator: "/").map { "%2F\($0)" }.joined()
        let targets = [
            "db=postgres:///postgres?host=\(directory)&port=\(server.port)",
            "db=postgresql://\(encoded):\(server.port)/postgres",
            "db=pg:host=\(directory) port=\(server.port) user=postgres",
        ]
        try expect("missing", "postgres: socket missing", targets)
        try server.start()
        for target in targets {
            try ServerState(name: "postgres: accepting at its socket", target: target).expect([
                "ping": "ready", "query": "ready", "writable": "ready",
            ])
        }
        let socket = "\(directory)/.s.PGSQL.\(server.port)"
        #expect(try Asked(targets[0]).address == socket)
        let dead = "127.0.0.1:\(try FreePort.make())"
        #expect(
            try Asked("db=postgres://\(dead),\(encoded):\(server.port)/postgres").address == socket)
        #expect(
            try Asked("db=postgres:///gone?host=\(directory)&port=\(server.port)").verdict == "no_database")
        server.kill()
        try expect("refused", "postgres: socket refuses", targets)
        try expect("refused", "unix: socket refuses", ["db=unix://\(socket)"])
    }

    @Test("PostgreSQL at a name that is in no file system: refused before it starts, then ready")
    func abstractPostgres() throws {
        let server = try PostgresServer()
        let name = "@waitfor-test-\(server.port)"
        try server.configure(["unix_socket_directories": "\(server.socketDirectory), \(name)"])
        let targets = [
            "db=pg:host=\(name) port=\(server.port) user=postgres",
            "db=postgres://%40\(name.dropFirst()):\(server.port)/postgres",
        ]
        try expect("refused", "postgres: abstract socket refuses", targets)
        try server.start()
        try expect("ready", "postgres: accepting at an abstract socket", targets)
        #expect(try Asked(targets[0], ["level=query"]).address == "\(name)/.s.PGSQL.\(server.port)")
    }

    @Test("Redis at its socket: missing before it starts, then ready with its database, refused once killed")
    func redis() throws {
        let server = try RedisServer(["databases": "4"])
        let targets = ["", "?db=1"].map { "db=redis+unix://\(server.unixSocket)\($0)" }
        let plain = "db=unix://\(server.unixSocket)"
        try expect("missing", "redis: socket missing", targets)
        try expect("missing", "unix: socket missing", [plain])
        try server.start()
        try expect("ready", "redis: PONG at its socket", targets)
        try expect("ready", "unix: socket accepts", [plain])
        #expect(server.command(["INFO", "commandstats"]).contains("cmdstat_select:calls=1,"))
        #expect(try Asked("db=redis+unix://\(server.unixSocket)?db=4").verdict == "no_database")
        #expect(try Asked(plain).address == server.unixSocket)
        server.stop()
        try expect("refused", "redis: socket refuses", targets)
        try expect("refused", "unix: socket refuses", [plain])
    }

    @Test("A gate waits for sockets of all three kinds, and is called after them")
    func gate() throws {
        let (postgres, redis) = (try PostgresServer(), try RedisServer())
        let gate = try Program(
            Program.waitfor,
            [
                "-t", "40", "postgres:///?host=\(postgres.socketDirectory)&port=\(postgres.port)",
                "redis+unix://\(redis.unixSocket)", "plain=unix://\(redis.unixSocket)", "--", "echo", "in",
            ]
        ).start()
        let base = postgres.socketDirectory.split(separator: "/").last ?? ""
        #expect(
            gate.waitUntil(within: 10) { program in
                [String(base), "redis.sock", "plain"].allSatisfy {
                    program.standardError.contains("\($0): not ready: missing: ")
                }
            }, "\(gate.standardError)")
        try redis.start()
        #expect(
            gate.waitUntil(within: 10) {
                $0.standardError.contains("redis.sock: ready: ")
                    && $0.standardError.contains("plain: ready: ")
            }, "\(gate.standardError)")
        try postgres.start(waitForReady: false)
        let finished = try gate.finish()
        #expect(finished.exitCode == 0 && finished.output == "in\n", "\(finished)")
    }

    private func expect(
        _ verdict: String, _ name: String, _ targets: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for target in targets {
            try ServerState(name: name, target: target).expect(verdict, sourceLocation: sourceLocation)
        }
    }
}
