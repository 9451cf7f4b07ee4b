import Glibc
import TestSupport
import Testing

/// `waitfor run` as the first process of a PID namespace, as in a container, and as a subreaper; it needs root.
struct RunInitTests {
    /// The children of waitfor that have ended and are not reaped.
    private func zombies(of pid: Int32) -> Int { children(of: pid).count { isZombie($0) } }

    @Test("10,000 orphans that have ended are all reaped, and a signal does not wait for that")
    func manyOrphans() throws {
        let count = isSanitized ? 1_000 : 10_000
        let script = """
            trap 'echo got' USR1; i=0; echo up; read line
            while [ $i -lt \(count) ]; do (: &); i=$((i + 1)); done
            echo made; while :; do sleep 0.02; done
            """
        let command = try CommandUnderTest(
            ["/bin/sh", "-c", script], prefix: CommandUnderTest.asFirst
        ) { $0.standardInput = .open }
        try command.expectToSay("up")
        let inside = try command.first()
        // While it is stopped, what it has to reap piles up.
        kill(inside, SIGSTOP)
        command.running.write("\n")
        #expect(command.running.waitUntil(within: 120) { $0.standardOutput.contains("made") })
        #expect(zombies(of: inside) >= count, "\(zombies(of: inside))")
        kill(inside, SIGUSR1)
        kill(inside, SIGCONT)
        #expect(command.running.waitUntil(within: 5) { $0.standardOutput.contains("got") })
        #expect(eventually(within: 20) { children(of: inside).count == 1 }, "\(children(of: inside).count)")
        #expect(command.status("/livez") == 200)
    }

    @Test("an orphan that became its child while it started, or while it waited, is reaped")
    func earlyOrphans() throws {
        let port = try FreePort.make()
        // The shell becomes waitfor, which finds children that have ended, or will.
        let script = """
            (exit 3) & (sleep 0.05) & (sleep 0.3 &) ; (sleep 1.5 &) ; sleep 0.02
            exec \(Program.waitfor) run tcp://127.0.0.1:\(port) --listen 127.0.0.1:\(try FreePort.make()) \
            -- /bin/sh -c 'echo up; sleep 60'
            """
        let words = CommandUnderTest.asFirst + ["/bin/sh", "-c", script]
        let running = try Program(words[0], Array(words.dropFirst())).start()
        #expect(running.waitUntil(within: 10) { $0.standardError.contains("refused") })
        let inside = try #require(children(of: running.pid).first)
        #expect(eventually(within: 5) { zombies(of: inside) == 0 && children(of: inside).count <= 1 })
        let server = try LoopbackServer(port: port) { $0.holdSilently() }
        defer { server.stop() }
        #expect(running.waitUntil(within: 10) { $0.standardOutput.contains("up") })
        #expect(eventually(within: 10) { children(of: inside).count == 1 }, "\(children(of: inside))")
    }

    @Test("a command that goes into the background ends it, and as PID 1 all that it left ends too")
    func daemon() throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("ticks")
        let daemon = "while :; do echo tick >>\(file); sleep 0.02; done"
        let command = try CommandUnderTest(
            [
                "/bin/sh", "-c",
                "setsid sh -c '\(daemon)' & until [ -s \(file) ]; do sleep 0.01; done; exit 5",
            ],
            prefix: CommandUnderTest.asFirst)
        #expect(try command.running.finish(within: 10).exitCode == 5)
        let ticks = readText(file)
        #expect(!ticks.isEmpty)
        let goesOn = eventually(within: 0.3) { readText(file) != ticks }
        #expect(!goesOn)
    }

    @Test(
        "with --subreaper it adopts orphans without being PID 1, and leaves alone what still runs at its end")
    func subreaper() throws {
        let script = "(sleep 0.2 &); (exec sleep 61 &) ; echo up; sleep 1; exit 6"
        for options in [[], ["--subreaper"]] {
            let command = try CommandUnderTest(["/bin/sh", "-c", script], options)
            try command.expectToSay("up")
            let adopted = {
                children(of: command.running.pid).filter { readText("/proc/\($0)/comm") == "sleep\n" }
            }
            let isAdopted = eventually(within: options.isEmpty ? 0.3 : 5) { adopted().count == 1 }
            #expect(isAdopted == !options.isEmpty, "\(adopted())")
            let left = adopted()
            #expect(try command.running.finish(within: 10).exitCode == 6)
            for pid in left {
                #expect(kill(pid, 0) == 0 && !isZombie(pid))
                kill(pid, SIGKILL)
            }
        }
    }

    @Test("commands of exec probes and the command keep their own exit statuses, whoever reaps")
    func probesAndCommand() throws {
        let script = "for i in $(seq 300); do (sleep 0.01 &); sleep 0.005; done; echo done; sleep 1; exit 9"
        let command = try CommandUnderTest(
            ["/bin/sh", "-c", script],
            [
                "a=exec:exit 0", "b=exec:setsid sleep 0.02 & exit 0", "--interval", "5ms", "--jitter", "0",
                "--success-threshold", "1",
            ], prefix: CommandUnderTest.asFirst)
        #expect(command.running.waitUntil(within: 60) { $0.standardOutput.contains("done") })
        let metrics = try command.place.get("/metrics").body
        let failures = lines(metrics).filter {
            $0.hasPrefix("waitfor_probe_failures_total{") && !$0.hasSuffix(" 0")
        }
        #expect(failures.isEmpty, "\(failures)")
        #expect(zombies(of: try command.first()) < 5)
        #expect(try command.running.finish(within: 20).exitCode == 9)
    }

    @Test("as PID 1 it ends with the command's exit code, and by a signal's with 128 and its number")
    func exitCodes() throws {
        for (script, code) in [("exit 42", 42), ("kill -TERM $$", 143), ("kill -KILL $$", 137)]
            as [(String, Int32)]
        {
            let finished = try CommandUnderTest.run(
                ["/bin/sh", "-c", script], prefix: CommandUnderTest.asFirst)
            #expect(finished.exitCode == code, "\(finished)")
        }
        let command = try CommandUnderTest(
            ["/bin/sh", "-c", "echo up; sleep 60"], prefix: CommandUnderTest.asFirst)
        try command.expectToSay("up")
        kill(try command.first(), SIGTERM)
        #expect(try command.running.finish(within: 10).exitCode == 143)
    }
}
