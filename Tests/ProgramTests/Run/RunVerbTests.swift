import Glibc
import TestSupport
import Testing

/// `waitfor run`: the gate before the command, and the agent beside it.
struct RunVerbTests {
    @Test("each of the 256 exit codes of the command is that of waitfor")
    func exitCodes() throws {
        for code in 0...255 {
            let finished = try CommandUnderTest.run(["/bin/sh", "-c", "exit \(code)"], ["-q"])
            #expect(finished.exitCode == Int32(code), "\(finished)")
        }
        let finished = try CommandUnderTest.run(["/bin/sh", "-c", "kill -USR1 $$"])
        #expect(finished.exitCode == 128 + SIGUSR1, "\(finished)")
        #expect(finished.errors.contains("ended by SIGUSR1"), "\(finished)")
    }

    @Test("a signal that comes while it waits ends it as it ends the gate, and the command never runs")
    func endsWhileWaiting() throws {
        for signal in [SIGTERM, SIGINT] {
            let port = try FreePort.make()
            let running = try Program(
                Program.waitfor,
                [
                    "run", "tcp://127.0.0.1:\(port)", "--listen", "127.0.0.1:\(try FreePort.make())", "--",
                    "/bin/echo", "ran",
                ]
            ).start()
            #expect(running.waitUntil(within: 10) { $0.standardError.contains("refused") })
            running.send(signal)
            let finished = try running.finish(within: 10)
            #expect(finished.exitCode == 128 + signal && finished.output.isEmpty, "\(finished)")
        }
    }

    @Test("a gate that gives up ends it with the gate's exit codes")
    func gateFails() throws {
        let nobody = "tcp://127.0.0.1:\(try FreePort.make())"
        func run(_ words: [String]) throws -> Finished {
            let listen = "127.0.0.1:\(try FreePort.make())"
            return try Program.run(Program.waitfor, ["run", "--listen", listen] + words)
        }
        let late = try run(["-t", "300ms", nobody, "--", "/bin/echo", "ran"])
        #expect(late.exitCode == 124 && late.output.isEmpty, "\(late)")
        let fast = try run(["--fail-fast=refused", nobody, "--", "/bin/echo", "ran"])
        #expect(fast.exitCode == 1 && fast.output.isEmpty, "\(fast)")
        let missing = try run(["-t", "10s", nobody, "--", "/nowhere/app"])
        #expect(missing.exitCode == 127 && missing.elapsed < 5, "\(missing)")
    }

    @Test("mistakes are told before anything is waited for")
    func mistakes() throws {
        let nobody = "tcp://127.0.0.1:\(try FreePort.make())"
        for (words, text) in [
            ([nobody], "write `--` and the command after the targets"), ([nobody, "--"], "CMD is empty"),
            (["--", "/bin/true"], "no target"), ([nobody, "/bin/true"], "did you forget `--` before"),
            (["--signal", "TERM", nobody, "--", "/bin/true"], "FROM:TO"),
            (["--signal", "KILL:TERM", nobody, "--", "/bin/true"], "SIGKILL is not passed on"),
            (["--signal", "TERM:INT,15:QUIT", nobody, "--", "/bin/true"], "SIGTERM is replaced twice"),
            (["--shutdown-delay", "1s", nobody, "--", "/bin/true"], "is no option of `run`"),
        ] {
            let finished = try Program.run(Program.waitfor, ["run"] + words)
            #expect(finished.exitCode == 125 && finished.errors.contains(text), "\(words): \(finished)")
        }
        let gate = try Program.run(Program.waitfor, ["--group", nobody, "--", "/bin/true"])
        #expect(gate.exitCode == 125 && gate.errors.contains("--group is no option of the gate"), "\(gate)")
        let server = try LoopbackServer { $0.holdSilently() }
        let taken = try Program.run(
            Program.waitfor, ["run", nobody, "--listen", "127.0.0.1:\(server.port)", "--", "/bin/true"])
        #expect(taken.exitCode == 125 && taken.errors.contains("the address is in use"), "\(taken)")
    }

    @Test("the agent is alive and not ready while the gate waits, and ready with its targets afterwards")
    func agentAnswers() throws {
        let (target, port) = (try FreePort.make(), try FreePort.make())
        let running = try Program(
            Program.waitfor,
            [
                "run", "db=tcp://127.0.0.1:\(target)", "--listen", "127.0.0.1:\(port)", "-i", "50ms",
                "--retries", "1", "--", "/bin/sleep", "60",
            ]
        ).start()
        #expect(running.waitUntil(within: 10) { $0.standardError.contains("refused") })
        let place = HTTPPlace.port(port)
        #expect(try place.get("/livez").status == 200)
        let waiting = try place.get("/readyz?verbose")
        #expect(waiting.status == 503 && waiting.body.contains("db"), "\(waiting)")
        let server = try LoopbackServer(port: target) { $0.holdSilently() }
        #expect(eventually(within: 10) { (try? place.get("/readyz").status) == 200 })
        #expect(try place.get("/metrics").body.contains("waitfor_target_healthy{target=\"db\"} 1"))
        #expect(children(of: running.pid).count == 1)
        server.stop()
        #expect(eventually(within: 10) { (try? place.get("/readyz").status) == 503 })
        running.send(SIGTERM)
        #expect(try running.finish(within: 10).exitCode == 143)
    }

    @Test("a target called self is not waited for, and watched when the command has opened its port")
    func ownPort() throws {
        let port = try FreePort.make()
        let server =
            "import socket,time; time.sleep(0.5); s=socket.create_server(('127.0.0.1',\(port))); time.sleep(60)"
        let command = try CommandUnderTest(
            ["/usr/bin/python3", "-c", server], ["self=tcp://127.0.0.1:\(port)", "--start-interval", "50ms"])
        #expect(command.running.waitUntil(within: 10) { $0.standardError.contains("started, process") })
        #expect(command.status("/readyz") == 503)
        #expect(eventually(within: 10) { command.status("/readyz/self") == 200 })
        #expect(command.status("/readyz") == 200)
        // Alone, there is nothing to wait for.
        let alone = try Program.run(
            Program.waitfor,
            [
                "run", "self=tcp://127.0.0.1:\(try FreePort.make())", "--listen",
                "127.0.0.1:\(try FreePort.make())", "--", "/bin/echo", "ran",
            ])
        #expect(alone.exitCode == 0 && alone.output == "ran\n", "\(alone)")
    }

    @Test("a configuration file gives the targets, and its variables are those of run")
    func configuration() throws {
        let directory = try TemporaryDirectory()
        let port = try FreePort.make()
        let file = try directory.write(
            "waitfor.yaml",
            "listen: 127.0.0.1:\(port)\ntargets: {db: {target: '\(try ReadyGate().target)', interval: 50ms}}\n"
        )
        let running = try Program(
            Program.waitfor,
            ["run", "-c", file, "--", "/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done"],
            environment: Program.minimalEnvironment.merging(["WAITFOR_RUN_STOP_TIMEOUT": "200ms"]) { $1 }
        ).start()
        #expect(eventually(within: 10) { (try? HTTPPlace.port(port).get("/readyz").status) == 200 })
        let check = try Program.run(
            Program.waitfor, ["check", "--agent"],
            environment: ["PATH": Program.searchPath, "WAITFOR_RUN_LISTEN": "127.0.0.1:\(port)"])
        #expect(check.exitCode == 0, "\(check)")
        running.send(SIGTERM)
        let finished = try running.finish(within: 10)
        #expect(finished.exitCode == 128 + SIGKILL && finished.errors.contains("did not end within 200ms"))
    }
}
