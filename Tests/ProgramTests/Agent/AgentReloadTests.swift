import Glibc
import TestSupport
import Testing

/// SIGHUP and --watch: what is as it was keeps its state.
struct AgentReloadTests {
    private static let head = "defaults: {interval: 200ms, timeout: 200ms, retries: 1, start_period: 0s}\n"

    private func targets(_ lines: String...) -> String {
        Self.head + "targets:\n" + lines.map { "  \($0)\n" }.joined()
    }

    private func reload(_ agent: AgentUnderTest, says text: String) {
        let before = agent.program.standardError.count(of: text)
        agent.program.send(SIGHUP)
        #expect(
            agent.program.waitUntil(within: 5) { $0.standardError.count(of: text) > before },
            "\(agent.program.standardError)")
    }

    @Test("SIGHUP: kept, changed, added and removed targets; the kept one does not lose a probe")
    func reload() throws {
        let server = try RedisServer.started()
        let redis = "redis: redis://127.0.0.1:\(server.port)"
        let agent = try AgentUnderTest(
            targets("kept: {\(redis)}", "changed: {\(redis)}", "removed: {\(redis)}"))
        for name in ["kept", "changed", "removed"] {
            try agent.expect(name, "healthy", reason: nil, isReady: true, within: 5)
        }
        let attempts = { (name: String) in try agent.target(name)["attempts"].flatMap(Int.init) ?? 0 }
        #expect(eventually(within: 5) { (try? attempts("changed")) ?? 0 > 5 })
        let kept = try attempts("kept")
        let since = try agent.target("kept")["since"]
        try agent.rewrite(
            targets("added: {\(redis)}", "kept: {\(redis)}", "changed: {\(redis), timeout: 1s}"))
        reload(agent, says: "1 targets as before, 1 changed, 1 added, 1 removed")
        try agent.expect("added", "healthy", reason: nil, isReady: true, within: 5)
        #expect(try attempts("kept") >= kept)
        #expect(try agent.target("kept")["since"] == since)
        #expect(try attempts("changed") < kept)
        #expect(try agent.target("removed").isEmpty)
        #expect(try agent.get("/readyz/removed").status == 404)
        #expect(!(try agent.get("/metrics").body.contains("target=\"removed\"")))
        #expect(
            FlatJSON(try agent.get("/status").body).objects.compactMap { $0["name"] }
                == ["added", "kept", "changed"])
        #expect(try agent.metric("waitfor_config_last_reload_successful") == 1)
        #expect(agent.program.standardError.count(of: "kept: healthy") == 1)
    }

    @Test("A bad file changes nothing, says so with its line, and shows in a metric until a good one comes")
    func badFile() throws {
        let server = try RedisServer.started()
        let good = targets("cache: {redis: redis://127.0.0.1:\(server.port)}")
        let agent = try AgentUnderTest(good)
        try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 5)
        try agent.rewrite(targets("cache: {redis: redis://127.0.0.1:\(server.port), timeout: 5}"))
        reload(agent, says: "the old one stays")
        #expect(agent.program.standardError.contains("waitfor.yaml:4:"), "\(agent.program.standardError)")
        #expect(try agent.metric("waitfor_config_last_reload_successful") == 0)
        try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 1)
        _ = Glibc.unlink(agent.path)
        reload(agent, says: "the old one stays")
        try agent.rewrite(good)
        reload(agent, says: "1 targets as before, 0 changed, 0 added, 0 removed")
        #expect(try agent.metric("waitfor_config_last_reload_successful") == 1)
    }

    @Test("A new address needs a restart, and a reload that tries says so")
    func listenNeedsRestart() throws {
        let server = try RedisServer.started()
        let agent = try AgentUnderTest(targets("cache: {redis: redis://127.0.0.1:\(server.port)}"))
        try agent.directory.write(
            "waitfor.yaml",
            "listen: 127.0.0.1:1\n" + targets("cache: {redis: redis://127.0.0.1:\(server.port)}"))
        reload(agent, says: "need a restart")
        #expect(try agent.get("/status").status == 200)
    }

    @Test("--watch sees a file that was exchanged, without a signal")
    func watch() throws {
        let server = try RedisServer.started()
        let redis = "redis: redis://127.0.0.1:\(server.port)"
        let agent = try AgentUnderTest(targets("one: {\(redis)}"), ["--watch"])
        try agent.expect("one", "healthy", reason: nil, isReady: true, within: 5)
        try agent.rewrite(targets("one: {\(redis)}", "two: {\(redis)}"))
        // It looks every ten seconds.
        try agent.expect("two", "healthy", reason: nil, isReady: true, within: 15)
    }

    @Test("Without a file there is nothing to reload, and the agent goes on")
    func noFile() throws {
        let server = try RedisServer.started()
        let port = try FreePort.make()
        let agent = try Program(
            Program.waitfor,
            ["agent", "--listen", "127.0.0.1:\(port)", "cache=redis://127.0.0.1:\(server.port)"]
        ).start()
        #expect(eventually(within: 5) { (try? HTTPPlace.port(port).get("/readyz").status) == 200 })
        agent.send(SIGHUP)
        #expect(agent.waitUntil(within: 5) { $0.standardError.contains("nothing to reload") })
        #expect(try HTTPPlace.port(port).get("/readyz").status == 200)
    }
}
