import Glibc
import TestSupport
import Testing

/// What a process may be started with that no shell gives it: no standard streams, a full disk, few descriptors,
/// little memory, a storm of signals.
@Suite(.serialized, .needsThePlainProgram)
struct StartFaultTests {
    /// Each set of standard streams that may be closed.
    private static let closings = ["<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"]

    @Test(
        "with standard streams closed, no line of ours goes to the server, and the verdict is the same",
        arguments: closings)
    func closedStreams(closing: String) throws {
        let server = try LoopbackServer { connection in
            let request = connection.read()
            connection.write(
                String(decoding: request, as: UTF8.self) == FakeRedis.question
                    ? "+PONG\r\n-NOPERM\r\n" : "-ERR\r\n")
            // Nothing may come behind it but the end.
            if connection.read(within: 1).isEmpty { return }
            connection.write("-ERR\r\n")
        }
        defer { server.stop() }
        let script = "exec \"$0\" \"$@\" \(closing)"
        for (words, code) in [
            (["check", "-v", "redis://127.0.0.1:\(server.port)"], Int32(0)),
            (["-v", "redis://127.0.0.1:\(server.port)", "--", "/bin/sh", "-c", "exit 7"], 7),
            (["check", "--output", "json", "redis://127.0.0.1:\(server.port)"], 0),
            (["check", "tcp://127.0.0.1:\(try FreePort.make())"], 1),
        ] {
            let finished = try Program.run("/bin/sh", ["-c", script, Program.waitfor] + words)
            #expect(finished.exitCode == code, "\(words) \(closing): \(finished)")
        }
    }

    @Test("on a full disk a check has its exit code, and an agent watches on without its ready file")
    func fullDisk() throws {
        let namespace = try Namespace()
        let directory = try TemporaryDirectory()
        let disk = directory.file("disk")
        #expect(mkdir(disk, 0o755) == 0)
        try namespace.run {
            let mounted = try Program.run(
                "/usr/bin/mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", disk])
            #expect(mounted.exitCode == 0, "\(mounted)")
            let script = """
                dd if=/dev/zero of=\(disk)/filler bs=1k count=64 2>/dev/null
                "$0" check tcp://127.0.0.1:$1 2>>\(disk)/log; echo "code $?"
                "$0" check --output json tcp://127.0.0.1:$1 >>\(disk)/log; echo "code $?"
                """
            let closed = try FreePort.make()
            let redis = try RedisServer.started()
            let finished = try Program.run("/bin/sh", ["-c", script, Program.waitfor, "\(closed)"])
            #expect(finished.output.count(of: "code ") == 2, "\(finished)")
            let agent = try AgentUnderTest(
                """
                ready_file: \(disk)/ready
                defaults: {interval: 100ms, timeout: 1s, retries: 2}
                targets: {cache: {redis: "redis://127.0.0.1:\(redis.port)"}}
                """)
            try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 5)
            redis.stop()
            try agent.expect("cache", "unhealthy", reason: "refused", isReady: false, within: 5)
            #expect(try agent.stop().exitCode == 0)
        }
    }

    @Test("10,000 SIGHUPs leave an agent as it was")
    func signalStorm() throws {
        let redis = try RedisServer.started()
        let agent = try AgentUnderTest(
            """
            defaults: {interval: 100ms, timeout: 1s, retries: 2}
            targets: {cache: {redis: "redis://127.0.0.1:\(redis.port)"}}
            """)
        try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 5)
        let open = descriptorCount(of: agent.program.pid)
        let good = readText(agent.path)
        for number in 0..<10_000 {
            if number % 1000 == 0 {
                try agent.directory.write("waitfor.yaml", number % 2000 == 0 ? "targets: [" : good)
            }
            agent.program.send(SIGHUP)
            // Signals that come together are one.
            Monotonic.sleep(0.0001)
        }
        try agent.directory.write("waitfor.yaml", good)
        agent.program.send(SIGHUP)
        try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 10)
        #expect(eventually(within: 5) { descriptorCount(of: agent.program.pid) == open })
        let changes = try agent.metric("waitfor_target_transitions_total{target=\"cache\",to=\"unhealthy\"}")
        #expect(changes == 0)
        let finished = try agent.stop()
        #expect(finished.exitCode == 0, "\(finished)")
        #expect(finished.errors.count(of: "\n") > 1000)
        #expect(finished.peakResidentKiB < residentLimit, "\(finished.peakResidentKiB)")
    }

    @Test("an agent stops at SIGTERM whatever was blocked, and whatever else was ignored, at its start")
    func oddMasks() throws {
        let redis = try RedisServer.started()
        for (blocked, ignored) in [
            (Set(Int32(1)...31), Set<Int32>()),
            ([], Set(Int32(1)...31).subtracting([SIGTERM, SIGKILL, SIGSTOP])),
            (Set(Int32(34)...63), [SIGPIPE, SIGCHLD]),
        ] {
            let port = try FreePort.make()
            var program = Program(
                Program.waitfor,
                ["agent", "--listen", "127.0.0.1:\(port)", "redis://127.0.0.1:\(redis.port)"])
            (program.blockedSignals, program.ignoredSignals) = (blocked, ignored)
            let agent = try program.start()
            let isReady = eventually(within: 5) { (try? HTTPPlace.port(port).get("/readyz").status) == 200 }
            #expect(isReady, "\(agent.standardError)")
            agent.send(SIGTERM)
            let finished = try agent.finish(within: 5)
            #expect(finished.exitCode == 0, "\(finished)")
        }
    }
}
