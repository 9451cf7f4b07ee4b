import Glibc
import TestSupport
import Testing

/// Logins that a real server judges: they get in, whatever it asks for, and what was computed is computed once.
@Suite(.serialized)
struct ScramLoginTests {
    /// A server that asks `app` for a password that it knows by this verifier.
    private func server(_ verifier: ScramVerifier) throws -> PostgresServer {
        let server = try PostgresServer.started(hba: ["host all all all scram-sha-256"])
        try server.sql("CREATE ROLE app LOGIN PASSWORD '\(verifier.text)'")
        return server
    }

    @Test(
        "a login gets in after 1 round as after 100000, with a password longer than a block, and a wrong one does not"
    )
    func realLogins() throws {
        let long = String(repeating: "correct-horse-", count: 9)
        let server = try server(ScramVerifier("x", rounds: 1))
        for (password, rounds) in [("secret", 1), ("secret", 2), (long, 4096), ("secret", 100_000)] {
            let verifier = try ScramVerifier(password, rounds: rounds)
            try server.sql("ALTER ROLE app PASSWORD '\(verifier.text)'")
            let asked = try Asked(server.target("app:\(password)", "/postgres"))
            #expect(asked.verdict == "ready", "\(password), \(rounds): \(asked)")
            #expect(try Asked(server.target("app:\(password)x", "/postgres")).verdict == "auth")
        }
    }

    @Test(
        "an agent gets in where the salt is new for each login, at 4096 rounds and at 100000",
        arguments: [4096, 100_000])
    func newSalts(rounds: Int) throws {
        let server = try server(ScramVerifier("secret", rounds: rounds))
        let agent = try AgentUnderTest(
            """
            defaults: {interval: 50ms, timeout: \(isSanitized ? 10 : 1)s, retries: 1, start_period: 0s}
            targets:
              db: {postgres: "postgres://app:secret@127.0.0.1:\(server.port)/postgres"}
            """)
        for _ in 0..<6 {
            try server.sql("ALTER ROLE app PASSWORD '\(ScramVerifier("secret", rounds: rounds).text)'")
            let probes = try #require(try agent.metric("waitfor_probes_total{target=\"db\"}"))
            #expect(
                eventually(within: 10) {
                    (try? agent.metric("waitfor_probes_total{target=\"db\"}")) ?? 0 >= probes
                        + 2
                })
            try agent.expect("db", "healthy", reason: nil, isReady: true, within: 10)
        }
        try expectNoFailures(agent)
    }

    @Test(
        "an agent gets in through a PgBouncer that knows the plain password, and draws a salt for each login")
    func pooler() throws {
        let server = try PostgresServer.started()
        let pooler = try PgBouncer(before: server, settings: ["auth_type": "scram-sha-256"])
        let target = "postgres://app:secret@127.0.0.1:\(pooler.port)/postgres"
        let agent = try AgentUnderTest(
            "defaults: {interval: 50ms, timeout: 1s, retries: 1}\ntargets:\n  db: {postgres: \"\(target)\"}\n"
        )
        #expect(
            eventually(within: 20) {
                (try? agent.metric("waitfor_probes_total{target=\"db\"}")) ?? 0 >= 20
            })
        try agent.expect("db", "healthy", reason: nil, isReady: true, within: 10)
        try expectNoFailures(agent)
    }

    private func expectNoFailures(_ agent: AgentUnderTest) throws {
        let samples = try agent.get("/metrics").body.split(separator: "\n").filter {
            $0.hasPrefix("waitfor_probe_failures_total{")
        }
        #expect(!samples.isEmpty && samples.allSatisfy { $0.hasSuffix(" 0") }, "\(samples)")
    }

    // MARK: Remembering

    /// An agent with a login of so many rounds every 100 ms, its password in a file.
    private final class Remembering {
        let agent: AgentUnderTest
        let server: PostgresServer
        let verifier: ScramVerifier
        /// Seconds of processor time that one computation takes, in a check of its own.
        let price: Double

        init(rounds: Int, _ test: ScramLoginTests) throws {
            verifier = try ScramVerifier("secret", rounds: rounds)
            server = try test.server(verifier)
            let directory = try TemporaryDirectory()
            let path = try directory.write("password", "secret\n")
            let target = "postgres://app@127.0.0.1:\(server.port)/postgres"
            agent = try AgentUnderTest(
                "defaults: {interval: 100ms, timeout: 20s, start_period: 0s}\ntargets:\n"
                    + "  db: {postgres: \"\(target)\", password_file: \"\(path)\"}\n", directory: directory)
            try agent.expect("db", "healthy", reason: nil, isReady: true, within: 20)
            price = processorTime(of: agent.program.pid)
        }

        /// Seconds of processor time until there were so many probes more.
        func cost(of probes: Double) throws -> Double {
            let before = processorTime(of: agent.program.pid)
            let end = try #require(try made) + probes
            #expect(eventually(within: 60) { (try? made) ?? 0 >= end })
            return processorTime(of: agent.program.pid) - before
        }

        private var made: Double? {
            get throws { try agent.metric("waitfor_probes_total{target=\"db\"}") }
        }

        func setPassword(_ text: String) throws {
            try agent.directory.write("password", text)
        }
    }

    @Test("an agent computes a login once, and anew when the password was gone", .needsTheStaticProgram)
    func remembered() throws {
        let scene = try Remembering(rounds: 2_000_000, self)
        #expect(try scene.cost(of: 10) < scene.price / 2)
        unlink(scene.agent.directory.file("password"))
        try scene.agent.expect("db", "unhealthy", reason: "config", isReady: false, within: 20)
        try scene.setPassword("secret\n")
        let again = try scene.cost(of: 10)
        #expect(again > scene.price / 2, "\(again) of \(scene.price)")
        try scene.agent.expect("db", "healthy", reason: nil, isReady: true, within: 20)
        // The wrong one is computed, too.
        try scene.setPassword("wrong\n")
        try scene.agent.expect("db", "unhealthy", reason: "auth", isReady: false, within: 20)
        try scene.setPassword("secret\n")
        let anew = try scene.cost(of: 10)
        #expect(anew > scene.price / 2, "\(anew) of \(scene.price)")
        try scene.agent.expect("db", "healthy", reason: nil, isReady: true, within: 20)
        #expect(try scene.cost(of: 10) < scene.price / 2)
    }

    @Test(
        "a salted password is in memory once while it is remembered, and gone with its password",
        .needsTheStaticProgram)
    func wiped() throws {
        let scene = try Remembering(rounds: 4096, self)
        let agent = scene.agent
        func copies() -> Int { processMemory(of: agent.program.pid, count: scene.verifier.salted) }
        // Between two logins; one that is going on has a copy of its own.
        #expect(eventually(within: 20) { copies() == 1 }, "\(copies())")
        unlink(agent.directory.file("password"))
        try agent.expect("db", "unhealthy", reason: "config", isReady: false, within: 20)
        #expect(copies() == 0)
        try scene.setPassword("secret\n")
        #expect(eventually(within: 20) { copies() == 1 }, "\(copies())")
        try scene.setPassword("wrong\n")
        #expect(eventually(within: 20) { copies() == 0 }, "\(copies())")
        try scene.setPassword("secret\n")
        #expect(eventually(within: 20) { copies() == 1 }, "\(copies())")
        try agent.rewrite("targets:\n  cache: {redis: \"127.0.0.1:1\"}\n")
        agent.program.send(SIGHUP)
        #expect(eventually(within: 20) { (try? agent.target("db"))?.isEmpty == true })
        #expect(eventually(within: 20) { copies() == 0 }, "\(copies())")
    }
}
