import Glibc
import TestSupport
import Testing

/// A running agent follows the states of real servers: within an interval and a timeout, at every
/// endpoint alike.
struct AgentStatesTests {
    /// One counted failure is enough, so that an interval and a timeout are all there is to wait for.
    private static let rhythm =
        "defaults: {interval: 300ms, timeout: 300ms, retries: 1, start_period: 0s}\ntargets:\n"
    /// An interval with its jitter, a timeout, and what this machine needs for itself.
    private static let oneRound = 0.315 + 0.3 + 0.6

    @Test("Redis: stopped, started, SIGSTOP, SIGCONT, a password set at run time")
    func redis() throws {
        let server = try RedisServer.started()
        let agent = try AgentUnderTest(
            Self.rhythm + "  cache: {redis: redis://127.0.0.1:\(server.port)}\n")
        try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 5)
        server.stop()
        try agent.expect("cache", "unhealthy", reason: "refused", isReady: false, within: Self.oneRound)
        // The streak goes on while unhealthy (D-20).
        try agent.expect(
            "cache", "unhealthy", reason: "refused", isReady: false, streak: 4...100, within: 5)
        try server.start()
        try agent.expect("cache", "healthy", reason: nil, isReady: true, within: Self.oneRound)
        server.pause()
        try agent.expect("cache", "unhealthy", reason: "timeout", isReady: false, within: Self.oneRound)
        server.resume()
        try agent.expect("cache", "healthy", reason: nil, isReady: true, within: Self.oneRound)
        #expect(server.command(["CONFIG", "SET", "requirepass", "secret"]) == "OK")
        try agent.expect("cache", "unhealthy", reason: "auth", isReady: false, within: Self.oneRound)
        #expect(try agent.target("cache")["permanent"] == "true")
        #expect(server.command(["CONFIG", "SET", "requirepass", ""], password: "secret") == "OK")
        try agent.expect("cache", "healthy", reason: nil, isReady: true, within: Self.oneRound)
        for to in ["healthy", "unhealthy"] {
            let count = try agent.metric("waitfor_target_transitions_total{target=\"cache\",to=\"\(to)\"}")
            #expect(count == (to == "healthy" ? 4 : 3))
        }
        for state in ["stopped", "stopped by SIGSTOP", "NOAUTH at run time", "healed"] {
            Records.reached("agent, redis: \(state)")
        }
    }

    @Test("PostgreSQL: SIGSTOP, stopped, started, a wrong password, max_connections reached")
    func postgres() throws {
        let server = try PostgresServer.started(hba: [
            "host all app all scram-sha-256", "host all all all trust",
        ])
        try server.createRole("app", password: "secret")
        let directory = try TemporaryDirectory()
        try directory.write("password", "secret\n")
        let agent = try AgentUnderTest(
            Self.rhythm + """
                  db:
                    postgres: postgres://app@127.0.0.1:\(server.port)/postgres
                    password_file: \(directory.file("password"))

                """, directory: directory)
        try agent.expect("db", "healthy", reason: nil, isReady: true, within: 5)
        server.pause()
        try agent.expect("db", "unhealthy", reason: "timeout", isReady: false, within: Self.oneRound)
        server.resume()
        try agent.expect("db", "healthy", reason: nil, isReady: true, within: Self.oneRound)
        let sessions = try server.exhaustSlots()
        try agent.expect(
            "db", "unhealthy", reason: "too_many_connections", isReady: false, within: Self.oneRound)
        sessions.close()
        try agent.expect("db", "healthy", reason: nil, isReady: true, within: Self.oneRound)
        // The server's password changes, then the file follows: no restart (rotation).
        _ = try server.sql("ALTER ROLE app PASSWORD 'another'")
        try agent.expect("db", "unhealthy", reason: "auth", isReady: false, within: Self.oneRound)
        try directory.write("password", "another\n")
        try agent.expect("db", "healthy", reason: nil, isReady: true, within: Self.oneRound)
        _ = Glibc.unlink(directory.file("password"))
        try agent.expect("db", "unhealthy", reason: "config", isReady: false, within: Self.oneRound)
        try directory.write("password", "another\n")
        try agent.expect("db", "healthy", reason: nil, isReady: true, within: Self.oneRound)
        try server.stop()
        try agent.expect("db", "unhealthy", reason: "refused", isReady: false, within: Self.oneRound)
        try server.start()
        try agent.expect("db", "healthy", reason: nil, isReady: true, within: 2)
        for state in [
            "stopped by SIGSTOP", "slots exhausted", "wrong password", "rotated password", "stopped",
            "healed",
        ] {
            Records.reached("agent, postgres: \(state)")
        }
    }

    @Test("A starting server has its grace: failures inside the start period are not counted (D-18)")
    func grace() throws {
        let server = try PostgresServer.holdInStartup()
        let agent = try AgentUnderTest(
            """
            defaults: {interval: 200ms, start_interval: 100ms, timeout: 1s, retries: 2, start_period: 1m}
            targets:
              db: {postgres: "postgres://127.0.0.1:\(server.port)/postgres"}

            """)
        try agent.expect("db", "starting", reason: "starting", isReady: false, streak: 0...0, within: 5)
        let probes = "waitfor_probes_total{target=\"db\"}"
        #expect(eventually(within: 5) { (try? agent.metric(probes)).flatMap { $0 } ?? 0 > 5 })
        try agent.expect("db", "starting", reason: "starting", isReady: false, streak: 0...0, within: 1)
        #expect(try agent.get("/startupz").status == 503)
        #expect(try agent.get("/livez").status == 200)
        server.releaseStartup()
        try agent.expect("db", "healthy", reason: nil, isReady: true, within: 20)
        #expect(try agent.get("/startupz").status == 200)
        // The first success has ended the grace (D-19), long before the start period is over.
        try server.stop()
        try agent.expect("db", "unhealthy", reason: "refused", isReady: false, within: 3)
        #expect(try agent.get("/startupz").status == 200, "once started, always started")
        Records.reached("agent, postgres: starting in its grace")
    }

    @Test("An optional target that is down warns and leaves the verdict alone")
    func optional() throws {
        let port = try FreePort.make()
        let agent = try AgentUnderTest(
            Self.rhythm + """
                  down: {tcp: "127.0.0.1:\(port)", optional: true}

                """)
        #expect(eventually(within: 5) { (try? agent.target("down")["state"]) == "unhealthy" })
        #expect(try agent.get("/readyz").status == 200)
        #expect(try agent.get("/readyz?verbose").body.contains("down"))
        let json = try agent.get("/healthz", headers: ["Accept": "application/health+json"])
        #expect(json.status == 200 && json.body.contains("\"status\":\"warn\""), "\(json)")
    }

    @Test("One line for each change of state, with the reason and the address; nothing for each probe")
    func log() throws {
        let server = try RedisServer.started()
        let agent = try AgentUnderTest(
            Self.rhythm + "  cache: {redis: redis://127.0.0.1:\(server.port)}\n")
        try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 5)
        server.stop()
        try agent.expect(
            "cache", "unhealthy", reason: "refused", isReady: false, streak: 3...100, within: 5)
        try server.start()
        try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 5)
        let lines = try agent.stop().errors.split(separator: "\n")
        try #require(lines.count == 5, "\(lines)")
        #expect(lines[0].hasPrefix("waitfor: watching cache (Redis at 127.0.0.1:\(server.port)"))
        #expect(lines[1] == "waitfor: cache: healthy: ready: 127.0.0.1:\(server.port) PONG")
        #expect(
            lines[2].hasPrefix("waitfor: cache: unhealthy after 1 failure: not ready: ")
                && lines[2].contains("127.0.0.1:\(server.port)"), "\(lines)")
        #expect(lines[3] == lines[1])
        #expect(lines[4] == "waitfor: stopping on SIGTERM")
    }

    @Test("The same lines as JSON have all that is known of the target")
    func jsonLog() throws {
        let server = try RedisServer.started()
        let agent = try AgentUnderTest(
            Self.rhythm + "  cache: {redis: redis://127.0.0.1:\(server.port)}\n", ["--log", "json"])
        try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 5)
        let lines = try agent.stop().errors.split(separator: "\n").map { FlatJSON($0) }
        #expect(lines.map { $0["event"] } == ["watching", "healthy", "stopping"])
        #expect(lines[1]["target"] == "cache" && lines[1]["address"] == "127.0.0.1:\(server.port)")
    }
}
