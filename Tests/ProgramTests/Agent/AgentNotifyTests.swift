import Glibc
import TestSupport
import Testing

/// What systemd hears (S-1, S-2).
struct AgentNotifyTests {
    private static let fast = "defaults: {interval: 200ms, timeout: 200ms, retries: 1, start_period: 0s}\n"

    private func yaml(_ server: RedisServer) -> String {
        Self.fast + "targets:\n  cache: {redis: redis://127.0.0.1:\(server.port)}\n"
    }

    @Test(
        "READY=1 once it listens, RELOADING=1 with its time and READY=1 again, STOPPING=1",
        arguments: ["/", "@"])
    func messages(kind: String) throws {
        let server = try RedisServer()
        let directory = try TemporaryDirectory()
        let name = kind == "/" ? directory.file("notify") : "@waitfor-test-\(getpid())-\(server.port)"
        let manager = try NotifySocket(name)
        // Nothing is ready, and that is not what it waits for.
        let agent = try AgentUnderTest(yaml(server), environment: ["NOTIFY_SOCKET": name])
        #expect(manager.next(within: 5) == "READY=1")
        agent.program.send(SIGHUP)
        let reload = try #require(manager.next(within: 5))
        let lines = reload.split(separator: "\n")
        #expect(lines.count == 2 && lines[0] == "RELOADING=1", "\(reload)")
        let time = Double(lines[1].dropFirst("MONOTONIC_USEC=".utf8.count)) ?? 0
        #expect(abs(time / 1e6 - Monotonic.seconds()) < 5, "\(reload)")
        #expect(manager.next(within: 5) == "READY=1")
        agent.program.send(SIGTERM)
        #expect(manager.next(within: 5) == "STOPPING=1")
        #expect(try agent.program.finish().exitCode == 0)
    }

    @Test("--notify ready waits for the targets")
    func whenReady() throws {
        let server = try RedisServer()
        let directory = try TemporaryDirectory()
        let manager = try NotifySocket(directory.file("notify"))
        let agent = try AgentUnderTest(
            "notify: ready\n" + yaml(server), environment: ["NOTIFY_SOCKET": directory.file("notify")])
        #expect(eventually(within: 5) { (try? agent.target("cache")["state"]) == "unhealthy" })
        #expect(manager.next(within: 0) == nil)
        try server.start()
        #expect(manager.next(within: 5) == "READY=1")
        #expect(try agent.get("/readyz").status == 200)
    }

    @Test("a reload, good or bad, makes nothing ready; READY=1 comes once, with the targets")
    func reloadBeforeReady() throws {
        let server = try RedisServer()
        let directory = try TemporaryDirectory()
        let manager = try NotifySocket(directory.file("notify"))
        let agent = try AgentUnderTest(
            "notify: ready\n" + yaml(server), environment: ["NOTIFY_SOCKET": directory.file("notify")])
        agent.program.send(SIGHUP)
        #expect(agent.program.waitUntil(within: 5) { $0.standardError.contains("configuration reloaded") })
        try agent.rewrite("targets: {cache: {redis: ''}}\n")
        agent.program.send(SIGHUP)
        #expect(agent.program.waitUntil(within: 5) { $0.standardError.contains("the old one stays") })
        #expect(manager.next(within: 1.5) == nil)
        try agent.rewrite("notify: ready\n" + yaml(server))
        try server.start()
        #expect(manager.next(within: 5) == "READY=1")
        #expect(manager.next(within: 1.5) == nil)
        agent.program.send(SIGHUP)
        #expect(manager.next(within: 5)?.hasPrefix("RELOADING=1") == true)
        #expect(manager.next(within: 5) == "READY=1")
    }

    @Test("after STOPPING=1 a reload says nothing more", arguments: ["started", "ready"])
    func reloadAfterTheEnd(notify: String) throws {
        let server = try RedisServer()
        let directory = try TemporaryDirectory()
        let manager = try NotifySocket(directory.file("notify"))
        let agent = try AgentUnderTest(
            "notify: \(notify)\nshutdown_delay: 30s\n" + yaml(server),
            environment: ["NOTIFY_SOCKET": directory.file("notify")])
        if notify == "started" { #expect(manager.next(within: 5) == "READY=1") }
        agent.program.send(SIGTERM)
        #expect(manager.next(within: 5) == "STOPPING=1")
        agent.program.send(SIGHUP)
        #expect(manager.next(within: 1.5) == nil)
        #expect(try agent.stop().exitCode == 0)
    }

    @Test("STATUS= says who is missing, and then that all are ready, once each")
    func status() throws {
        let server = try RedisServer()
        let directory = try TemporaryDirectory()
        let manager = try NotifySocket(directory.file("notify"))
        let agent = try AgentUnderTest(yaml(server), environment: ["NOTIFY_SOCKET": directory.file("notify")])
        #expect(manager.messages(until: "STATUS", within: 5).last == "STATUS=not ready: cache")
        try server.start()
        #expect(manager.messages(until: "STATUS", within: 10) == ["STATUS=ready: 1 of 1 required"])
        _ = try agent.stop()
        #expect(manager.messages(until: "STOPPING", within: 5) == ["STOPPING=1"])
    }

    @Test("WATCHDOG=1 at half of WATCHDOG_USEC, for its own process only")
    func watchdog() throws {
        let server = try RedisServer.started()
        let directory = try TemporaryDirectory()
        let manager = try NotifySocket(directory.file("notify"))
        let environment = ["NOTIFY_SOCKET": directory.file("notify"), "WATCHDOG_USEC": "600000"]
        let agent = try AgentUnderTest(yaml(server), environment: environment)
        #expect(manager.next(within: 5) == "READY=1")
        var last = Monotonic.seconds()
        for _ in 0..<6 {
            #expect(manager.next(within: 5) == "WATCHDOG=1")
            #expect(Monotonic.seconds() - last < 0.55)
            last = Monotonic.seconds()
        }
        _ = try agent.stop()
        _ = manager.messages(until: "STOPPING", within: 5)
        let other = try AgentUnderTest(
            yaml(server), environment: environment.merging(["WATCHDOG_PID": "1"]) { $1 })
        #expect(manager.next(within: 5) == "READY=1")
        _ = try other.stop()
        #expect(manager.next(within: 5) == "STOPPING=1")
    }
}
