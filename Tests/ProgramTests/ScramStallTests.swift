import TestSupport
import Testing

/// A server decides how much computing a SCRAM login is. libpq does it in one piece, in which the loop stands still:
/// that is told with the target's name, and passes.
struct ScramStallTests {
    /// A role whose password takes so many rounds, and which nobody's password opens.
    private func createRole(_ name: String, rounds: Int, in server: PostgresServer) throws {
        let key = String(repeating: "A", count: 43) + "="
        try server.sql(
            "CREATE ROLE \(name) LOGIN PASSWORD 'SCRAM-SHA-256$\(rounds):c2FsdHNhbHRzYWx0c2FsdA==$\(key):\(key)'"
        )
    }

    @Test(
        "a login of three million rounds stalls the agent, which names the target, and all others go on afterwards"
    )
    func stall() throws {
        // It says no only when the deadline is well over: that is what the agent has to report.
        let server = try PostgresServer.started(
            settings: ["shared_preload_libraries": "auth_delay", "auth_delay.milliseconds": "3000"],
            hba: ["host all slow all scram-sha-256", "host all all all trust"])
        try createRole("slow", rounds: 3_000_000, in: server)
        let redis = try RedisServer.started()
        let agent = try AgentUnderTest(
            """
            defaults: {interval: 500ms, timeout: 1s, start_period: 0s}
            targets:
              slow: {postgres: "postgres://slow:secret@127.0.0.1:\(server.port)/postgres", interval: 1m, retries: 1}
              cache: {redis: "127.0.0.1:\(redis.port)"}
            """)
        try agent.expect("slow", "unhealthy", reason: "timeout", isReady: false, within: 60)
        let isTold = eventually(within: 10) { agent.program.standardError.contains("stood still") }
        let told = agent.program.standardError
        #expect(
            isTold
                && told.split(separator: "\n").contains { $0.contains("stood still") && $0.contains("slow") },
            "\(told)")
        try agent.expect("cache", "healthy", reason: nil, isReady: false, within: 10)
        #expect(try #require(try agent.metric("waitfor_loop_lag_seconds")) > 0.5)
    }
}
