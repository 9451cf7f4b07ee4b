import Glibc
import TestSupport
import Testing

/// What `waitfor agent` and `waitfor run` do when a real server is killed and comes back, if they are told to.
struct ActionTests {
    private static let quick = [
        "-i", "100ms", "--retries", "2", "--start-period", "0s", "--jitter", "0",
    ]

    private func agent(_ redis: RedisServer, _ options: [String]) throws -> (RunningProgram, HTTPPlace) {
        let port = try FreePort.make()
        let running = try Program(
            Program.waitfor,
            ["agent", "db=redis://127.0.0.1:\(redis.port)", "--listen", "127.0.0.1:\(port)"] + Self.quick
                + options
        ).start()
        return (running, .port(port))
    }

    private func run(_ redis: RedisServer, _ options: [String], _ script: String) throws -> CommandUnderTest {
        try CommandUnderTest(
            ["/bin/sh", "-c", script], ["db=redis://127.0.0.1:\(redis.port)"] + Self.quick + options)
    }

    private func said(_ command: CommandUnderTest, _ text: String) -> Int {
        lines(command.running.standardOutput).count { $0 == text }
    }

    // MARK: agent

    @Test(
        "an agent whose Redis is killed ends with the code that was asked for, and says why",
        arguments: [
            (["--exit-on", "unhealthy:88"], 88), (["--on-unhealthy", "db=exit:7"], 7),
            (["--exit-on", "unhealthy"], 1),
        ] as [([String], Int32)])
    func exits(options: [String], code: Int32) throws {
        let redis = try RedisServer.started()
        let (running, place) = try agent(redis, options)
        #expect(eventually(within: 10) { (try? place.get("/readyz").status) == 200 })
        #expect(
            try place.get("/metrics").body.contains("waitfor_actions_total{target=\"db\",action=\"exit\"} 0"))
        redis.stop()
        let finished = try running.finish(within: 15)
        #expect(finished.exitCode == code, "\(finished)")
        #expect(finished.errors.contains("db: unhealthy: exit:\(code)"), "\(finished)")
    }

    @Test(
        "an agent beside a Redis that was never there does not end, and neither does one that is not told to")
    func staysIfNeverHealthy() throws {
        let redis = try RedisServer()
        let (running, place) = try agent(redis, ["--exit-on", "unhealthy"])
        #expect(running.waitUntil(within: 10) { $0.standardError.contains("unhealthy after") })
        let other = try RedisServer.started()
        let (silent, _) = try agent(other, [])
        #expect(silent.waitUntil(within: 10) { $0.standardError.contains("db: healthy") })
        other.stop()
        #expect(silent.waitUntil(within: 10) { $0.standardError.contains("unhealthy after") })
        // A back-off is at most 1.5 s.
        let hasEnded = eventually(within: 2.5) { running.finished != nil || silent.finished != nil }
        #expect(!hasEnded)
        try redis.start()
        #expect(eventually(within: 10) { (try? place.get("/readyz").status) == 200 })
        redis.stop()
        #expect(try running.finish(within: 15).exitCode == 1)
    }

    @Test("mistakes name the option, the target that was meant, and that an agent has no command")
    func mistakes() throws {
        let target = "db=tcp://127.0.0.1:1"
        for (words, text) in [
            (
                ["agent", target, "--on-unhealthy", "db=restart"],
                "there is no command: `waitfor run` has one"
            ),
            (
                ["agent", target, "--on-healthy", "db=signal:HUP"],
                "there is no command: `waitfor run` has one"
            ),
            (["agent", target, "--restart-limit", "3"], "is no option of `agent`"),
            (["agent", target, "--on-unhealthy", "dv=exit"], "--on-unhealthy: there is no target called dv"),
            (["agent", target, "--on-unhealthy", "db=exti"], "did you mean `exit`?"),
            (["agent", target, "--exit-on", "healthy"], "--exit-on: `healthy`: unhealthy or unhealthy:CODE"),
            (
                [
                    "run", target, "--on-unhealthy", "db=restart", "--on-unhealthy", "db=exit", "--",
                    "/bin/true",
                ],
                "db has an action already"
            ),
            (["run", target, "--restart-limit", "0", "--", "/bin/true"], "a whole number from 1"),
            ([target, "--exit-on", "unhealthy"], "--exit-on is no option of the gate"),
        ] {
            let finished = try Program.run(Program.waitfor, words)
            #expect(finished.exitCode == 125 && finished.errors.contains(text), "\(words): \(finished)")
        }
        let variable = try Program.run(
            Program.waitfor, ["agent", target], environment: ["WAITFOR_AGENT_ON_UNHEALTHY": "db=restart"])
        #expect(
            variable.errors.contains("WAITFOR_AGENT_ON_UNHEALTHY: restart: there is no command"),
            "\(variable)")
    }

    // MARK: run

    @Test("restart stops the command, waits until Redis is back, and starts the command again, once")
    func restarts() throws {
        let redis = try RedisServer.started()
        let command = try run(
            redis, ["--on-unhealthy", "db=restart", "-t", "1s"],
            "trap 'echo down; exit 0' TERM; echo up; while :; do sleep 0.02; done")
        try command.expectToSay("up")
        #expect(eventually(within: 10) { command.status("/readyz") == 200 })
        redis.stop()
        try command.expectToSay("down")
        // The wait before a restart has no end: that of the start was a second.
        let hasEnded = eventually(within: 2) { command.running.finished != nil }
        #expect(!hasEnded && said(command, "up") == 1)
        let waiting = try command.place.get("/readyz?verbose")
        #expect(waiting.status == 503 && waiting.body.contains("being restarted"), "\(waiting)")
        #expect(command.status("/livez") == 200)
        try redis.start()
        #expect(eventually(within: 15) { said(command, "up") == 2 })
        #expect(eventually(within: 10) { command.status("/readyz") == 200 })
        let isRestartedAgain = eventually(within: 2.5) { said(command, "up") > 2 }
        #expect(!isRestartedAgain)
        let metrics = try command.place.get("/metrics").body
        #expect(metrics.contains("waitfor_actions_total{target=\"db\",action=\"restart\"} 1"), "\(metrics)")
        command.running.send(SIGTERM)
        let finished = try command.running.finish(within: 10)
        #expect(finished.exitCode == 0 && finished.output == "up\ndown\nup\ndown\n", "\(finished)")
    }

    @Test("on-healthy restarts the command when Redis was lost and came back")
    func restartsOnHealthy() throws {
        let redis = try RedisServer.started()
        let command = try run(redis, ["--on-healthy", "db=restart"], "echo up; exec sleep 60")
        try command.expectToSay("up")
        #expect(eventually(within: 10) { command.status("/readyz") == 200 })
        redis.stop()
        #expect(eventually(within: 10) { command.status("/readyz") == 503 })
        try redis.start()
        #expect(eventually(within: 15) { said(command, "up") == 2 })
        #expect(command.running.standardError.contains("db: healthy: restart"))
    }

    @Test("a command that ignores SIGTERM is killed before its restart, with all of its group")
    func killsBeforeRestart() throws {
        let redis = try RedisServer.started()
        let command = try run(
            redis, ["--on-unhealthy", "db=restart", "--stop-timeout", "300ms"],
            "trap '' TERM; sleep 71 & echo up $!; while :; do sleep 0.02; done")
        try command.expectToSay("up")
        #expect(eventually(within: 10) { command.status("/readyz") == 200 })
        let first = try #require(
            Int32(lines(command.running.standardOutput)[0].split(separator: " ").last.map(String.init) ?? ""))
        redis.stop()
        #expect(
            command.running.waitUntil(within: 15) { $0.standardError.contains("did not end within 300ms") })
        #expect(eventually(within: 5) { kill(first, 0) != 0 })
        try redis.start()
        #expect(eventually(within: 15) { lines(command.running.standardOutput).count == 2 })
        // The timeout of the first stop is not one of the second start.
        let isKilled = eventually(within: 1) {
            lines(command.running.standardError).count { $0.contains("killed, with") } > 1
        }
        #expect(!isKilled)
    }

    @Test("a group's child that outlives its command is gone before the restart")
    func leavesNobodyBehind() throws {
        let redis = try RedisServer.started()
        let command = try run(
            redis, ["--on-unhealthy", "db=restart"], "sleep 72 & echo up $!; exec sleep 73")
        try command.expectToSay("up")
        #expect(eventually(within: 10) { command.status("/readyz") == 200 })
        let left = try #require(
            Int32(lines(command.running.standardOutput)[0].split(separator: " ").last.map(String.init) ?? ""))
        redis.stop()
        #expect(command.running.waitUntil(within: 15) { $0.standardError.contains("ended by SIGTERM") })
        #expect(eventually(within: 5) { kill(left, 0) != 0 || isZombie(left) })
    }

    @Test("exit stops the command first, and ends with the code")
    func exitsAfterTheCommand() throws {
        let redis = try RedisServer.started()
        let command = try run(
            redis, ["--on-unhealthy", "db=exit:88"],
            "trap 'sleep 0.3; echo down; exit 3' TERM; echo up; while :; do sleep 0.02; done")
        try command.expectToSay("up")
        #expect(eventually(within: 10) { command.status("/readyz") == 200 })
        redis.stop()
        let finished = try command.running.finish(within: 15)
        #expect(finished.exitCode == 88 && finished.output == "up\ndown\n", "\(finished)")
    }

    @Test("a signal goes to the command, for unhealthy and for healthy again")
    func signals() throws {
        let redis = try RedisServer.started()
        let command = try run(
            redis, ["--on-unhealthy", "db=signal:USR1", "--on-healthy", "db=signal:12"],
            "trap 'echo lost' USR1; trap 'echo back' USR2; echo up; while :; do sleep 0.02; done")
        try command.expectToSay("up")
        #expect(eventually(within: 10) { command.status("/readyz") == 200 })
        redis.stop()
        try command.expectToSay("lost")
        try redis.start()
        try command.expectToSay("back")
        #expect(command.running.standardOutput == "up\nlost\nback\n")
    }

    @Test("SIGTERM ends the wait before a restart with 143, and a stop for a restart with the command's code")
    func signalsMeanwhile() throws {
        let redis = try RedisServer.started()
        let waiting = try run(
            redis, ["--on-unhealthy", "db=restart"],
            "trap 'exit 0' TERM; echo up; while :; do sleep 0.02; done")
        let stopping = try run(
            redis, ["--on-unhealthy", "db=restart"],
            "trap 'echo got; sleep 1; exit 5' TERM; echo up; while :; do sleep 0.02; done")
        for command in [waiting, stopping] {
            try command.expectToSay("up")
            #expect(eventually(within: 10) { command.status("/readyz") == 200 })
        }
        redis.stop()
        try stopping.expectToSay("got")
        stopping.running.send(SIGTERM)
        #expect(try stopping.running.finish(within: 10).exitCode == 5)
        #expect(
            waiting.running.waitUntil(within: 15) { $0.standardError.contains("ended with exit status 0") })
        waiting.running.send(SIGTERM)
        let ended = try waiting.running.finish(within: 10)
        #expect(ended.exitCode == 143 && !ended.errors.contains("timed out"), "\(ended)")
    }

    @Test("beyond --restart-limit it ends with 1 in place of another restart")
    func restartLimit() throws {
        let redis = try RedisServer.started()
        let command = try run(
            redis, ["--on-unhealthy", "db=restart", "--restart-limit", "1"], "echo up; exec sleep 60")
        for count in 1...2 {
            #expect(eventually(within: 15) { said(command, "up") == count })
            #expect(eventually(within: 10) { command.status("/readyz") == 200 })
            redis.stop()
            if count == 1 {
                #expect(
                    command.running.waitUntil(within: 15) { $0.standardError.contains("ended by SIGTERM") })
                try redis.start()
            }
        }
        let finished = try command.running.finish(within: 20)
        #expect(finished.exitCode == 1 && finished.errors.contains("beyond the limit"), "\(finished)")
    }

    @Test("a hung command is restarted by its own port, which is asked anew after the restart")
    func ownPort() throws {
        let port = try FreePort.make()
        let server = """
            import socket, time
            print("up", flush=True)
            s = socket.create_server(("127.0.0.1", \(port)))
            time.sleep(2)
            s.close()
            time.sleep(60)
            """
        let command = try CommandUnderTest(
            ["/usr/bin/python3", "-c", server],
            ["self=tcp://127.0.0.1:\(port)", "--on-unhealthy", "self=restart"]
                + Self.quick.map { $0 == "0s" ? "5s" : $0 })
        #expect(eventually(within: 20) { said(command, "up") == 2 }, "\(command.running.standardError)")
        #expect(eventually(within: 10) { command.status("/readyz/self") == 200 })
    }

    @Test("after SIGSTOP and SIGCONT the first result restarts nothing")
    func pause() throws {
        let redis = try RedisServer.started()
        let command = try CommandUnderTest(
            ["/bin/sh", "-c", "echo up; exec sleep 60"],
            [
                "db=redis://127.0.0.1:\(redis.port)", "--on-unhealthy", "db=restart", "-i", "100ms",
                "--retries", "1",
                "--start-period", "0s", "--attempt-timeout", "500ms",
            ])
        try command.expectToSay("up")
        #expect(eventually(within: 10) { command.status("/readyz") == 200 })
        let pid = try #require(redis.pid)
        for _ in 0..<3 {
            // Redis stands still too, so that a probe is under way: it ends, too late, after the pause.
            kill(pid, SIGSTOP)
            Monotonic.sleep(0.2)
            kill(command.running.pid, SIGSTOP)
            Monotonic.sleep(2)
            kill(pid, SIGCONT)
            kill(command.running.pid, SIGCONT)
            #expect(eventually(within: 10) { command.status("/readyz") == 200 })
        }
        let isRestarted = eventually(within: 2) { said(command, "up") > 1 }
        #expect(!isRestarted, "\(command.running.standardError)")
    }
}
