import TestSupport
import Testing

/// The states of a real PostgreSQL, by their names in `check` (L-5, L-6).
struct PostgresStatesTests {
    @Test("A server that is not started is refused")
    func notStarted() throws {
        let server = try PostgresServer()
        let state = ServerState(name: "postgres: not started", target: server.target())
        try state.expect(["ping": "refused", "query": "refused", "writable": "refused"])
    }

    @Test("A server that recovers is starting until it accepts, and then ready, at every level (L-5, L-12)")
    func starting() throws {
        let server = try PostgresServer.holdInStartup()
        let state = ServerState(name: "postgres: starting", target: server.target())
        try state.expect(["ping": "starting", "query": "starting", "writable": "starting"])
        // The state comes before authentication: nobody and nothing of these exists (L-12).
        let unknown = ServerState(
            name: "postgres: starting, user and database unknown", target: server.target("who:x", "/what"))
        let answers = try unknown.expect(["ping": "starting", "query": "starting"])
        #expect(answers.allSatisfy { $0.message.hasPrefix("57P03 ") && !$0.isPermanent }, "\(answers)")

        server.releaseStartup()
        #expect(try eventually(within: 20, every: 0.05) { try Asked(server.target()).verdict == "ready" })
        let accepting = ServerState(name: "postgres: accepting", target: server.target())
        try accepting.expect(["ping": "ready", "query": "ready", "writable": "ready"])
    }

    @Test("A standby that is not consistent yet is recovering (L-5)")
    func recovering() throws {
        let server = try PostgresServer.standbyNotConsistent()
        let state = ServerState(name: "postgres: standby not consistent", target: server.target())
        try state.expect(["ping": "recovering", "query": "recovering", "writable": "recovering"])
    }

    @Test("A server that waits for its last session is shutting down")
    func shuttingDown() throws {
        let (server, session) = try PostgresServer.shuttingDown()
        let state = ServerState(name: "postgres: shutting down", target: server.target())
        try state.expect(["ping": "shutting_down", "query": "shutting_down"])
        session.close()
    }

    @Test("A hot standby answers queries and takes no writes")
    func hotStandby() throws {
        let server = try PostgresServer.hotStandby()
        let state = ServerState(name: "postgres: hot standby", target: server.target())
        try state.expect(["ping": "ready", "query": "ready", "writable": "read_only"])
    }

    @Test("A server whose sessions are read-only answers queries and takes no writes")
    func readOnly() throws {
        let server = try PostgresServer.started(settings: ["default_transaction_read_only": "on"])
        let state = ServerState(name: "postgres: read-only sessions", target: server.target())
        try state.expect(["ping": "ready", "query": "ready", "writable": "read_only"])
    }

    @Test("A stopped server accepts connections and is out of time when the deadline is")
    func silent() throws {
        let server = try PostgresServer.started()
        server.pause()
        defer { server.resume() }
        let state = ServerState(
            name: "postgres: stopped by SIGSTOP", target: server.target(), options: ["-t", "400ms"])
        for asked in try state.expect(["ping": "timeout", "query": "timeout"]) {
            // The deadline counts from the start of the check, and the duration from that of the attempt.
            #expect((0.38..<0.6).contains(asked.duration), "\(asked)")
            #expect(asked.message == "connected, and no answer")
        }
    }

    @Test("A killed server is refused, and a gate rides through its restart to readiness")
    func killedAndRestarted() throws {
        let server = try PostgresServer.holdInStartup()
        let gate = try Program(
            Program.waitfor, ["-t", "40", server.target(), "--", "echo", "started"]
        ).start()
        #expect(gate.waitUntil(within: 10) { $0.standardError.contains("db: not ready: starting:") })
        server.kill()
        let state = ServerState(name: "postgres: killed", target: server.target())
        try state.expect(["ping": "refused", "query": "refused"])
        #expect(gate.waitUntil(within: 10) { $0.standardError.contains("db: not ready: refused:") })

        server.releaseStartup()
        try server.start()
        let finished = try gate.finish()
        #expect(finished.exitCode == 0 && finished.output == "started\n", "\(finished)")
        #expect(finished.errors.count(of: "db: ready: ") == 1, "\(finished)")
    }

    @Test("Without unreserved slots a ping of a trusted user is refused like a query (53300, L-6)")
    func slotsWithTrust() throws {
        let server = try PostgresServer.started(settings: ["max_connections": "5"])
        try server.createRole("app")
        let target = server.target("app", "/postgres")
        let unreserved = try server.exhaustSlots()
        try ServerState(name: "postgres: unreserved slots gone, trust", target: target).expect([
            "ping": "too_many_connections", "query": "too_many_connections",
        ])
        // The superuser still gets in.
        #expect(try Asked(server.target(), ["level=query"]).verdict == "ready")
        unreserved.close()
        let all = try server.exhaustSlots(includingReserved: true)
        let state = ServerState(name: "postgres: all slots gone, trust", target: target)
        let answers = try state.expect(["ping": "too_many_connections", "query": "too_many_connections"])
        #expect(answers.allSatisfy { $0.message.hasPrefix("53300 ") }, "\(answers)")
        all.close()
    }

    @Test("Without unreserved slots a ping sees only the question for the password, a query 53300 (L-3)")
    func slotsWithPassword() throws {
        let server = try PostgresServer.started(
            settings: ["max_connections": "5"], hba: ["host all all all scram-sha-256"])
        try server.createRole("app", password: "secret")
        let target = server.target("app:secret", "/postgres")
        let unreserved = try server.exhaustSlots()
        try ServerState(name: "postgres: unreserved slots gone, scram", target: target).expect([
            "ping": "ready", "query": "too_many_connections",
        ])
        unreserved.close()
        let all = try server.exhaustSlots(includingReserved: true)
        try ServerState(name: "postgres: all slots gone, scram", target: target).expect([
            "ping": "too_many_connections", "query": "too_many_connections",
        ])
        all.close()
    }

    @Test("German answers have the same names: only the code is read")
    func german() throws {
        let server = try PostgresServer.german(hba: ["host all all all scram-sha-256"])
        try server.directory.write("hold", "")
        let wait = "while test -e \(server.directory.file("hold")); do sleep 0.05; done; exit 1"
        try server.configure(["restore_command": wait])
        try server.writeData("recovery.signal", "")
        try server.start(waitForReady: false)
        #expect(try eventually(within: 20, every: 0.05) { try Asked(server.target()).verdict == "starting" })
        let starting = ServerState(name: "postgres: starting, in German", target: server.target())
        for asked in try starting.expect(["ping": "starting", "query": "starting"]) {
            #expect(asked.message.contains("das Datenbanksystem startet"), "\(asked)")
        }

        server.releaseStartup()
        #expect(try eventually(within: 20, every: 0.05) { try Asked(server.target()).verdict == "ready" })
        try server.createRole("app", password: "secret")
        let login = ServerState(
            name: "postgres: wrong password, in German", target: server.target("app:wrong", "/postgres"))
        for asked in try login.expect(["ping": "ready", "query": "auth"]) where asked.verdict != "ready" {
            #expect(
                asked.message.hasPrefix("28P01 ") && asked.message.contains("-Authentifizierung"), "\(asked)")
        }
        #expect(try Asked(server.target("app:secret", "/postgres")).verdict == "ready")
    }
}
