import Glibc
import TestSupport
import Testing

/// `exec:`, with the rules of a HEALTHCHECK's CMD and CMD-SHELL.
struct ExecProbeTests {
    private func expect(
        _ verdict: String, _ command: String, says words: String = "", _ options: [String] = [],
        environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let asked = try Asked("x=exec:\(command)", options: options, environment: environment)
        #expect(asked.verdict == verdict, "\(command): \(asked)", sourceLocation: sourceLocation)
        #expect(asked.message.contains(words), "\(command): \(asked)", sourceLocation: sourceLocation)
    }

    @Test("0 is ready, everything else is not, and the output says why (D-16)")
    func statuses() throws {
        try expect("ready", "true", says: "exit status 0")
        try expect("ready", "echo all; echo well >&2", says: "all well")
        try expect("exit_status", "echo broken; exit 3", says: "exit status 3: broken")
        try expect("exit_status", "nosuchcommand", says: "exit status 127")
        try expect("exit_status", "kill -9 $$", says: "killed by signal 9")
        try expect("ready", #"["/bin/sh","-c","test \"$0\" = 'a b'","a b"]"#)
        try expect("config", #"["nosuchcommand"]"#, says: "command not found")
        try expect("config", #"["/etc/passwd"]"#, says: "not executable")
    }

    @Test(
        "it gets the environment as it was, PG… and all, an empty stdin, no descriptor of ours, and no blocked signal"
    )
    func context() throws {
        try expect("ready", "test \"$PGPASSWORD\" = secret", environment: ["PGPASSWORD": "secret"])
        try expect("ready", #"test "$(cat | wc -c)" = 0"#)
        try expect("exit_status", "ls /proc/self/fd | tr '\\n' ' '; exit 1", says: "exit status 1: 0 1 2 3")
        // posix_spawn itself ignores the two signals that belong to libc.
        let clean =
            "grep -q 'SigBlk:.0000000000000000' /proc/self/status"
            + " && grep -Eq 'SigIgn:.0000000(00|18)0000000' /proc/self/status"
        try expect("ready", clean)
        let gate = try Program.run(Program.waitfor, ["x=exec:\(clean)", "--", "echo", "ok"])
        #expect(gate.output == "ok\n", "\(gate)")
    }

    @Test("at the deadline the whole group is killed, and what was said is kept (D-24)")
    func deadline() throws {
        let directory = try TemporaryDirectory()
        let marker = directory.file("marker")
        try expect(
            "timeout", "echo working; (sleep 1; touch \(marker)) & sleep 30", says: "killed: working",
            ["-t", "300ms"])
        let check = try PeerCheck("x=exec:trap '' TERM INT HUP; while :; do :; done", within: 300)
        check.expect("timeout")
        // Had the child of the child lived on, it would have said so by now.
        let cameToLife = eventually(within: 1.5) { access(marker, F_OK) == 0 }
        #expect(!cameToLife)
    }

    @Test("output without end is thrown away, and a child that keeps it open is not waited for (D-28)")
    func output() throws {
        let check = try PeerCheck("x=exec:yes", within: 500)
        check.expect("timeout")
        #expect(check.finished.peakResidentKiB < residentLimit, "\(check.finished)")
        let background = try PeerCheck("x=exec:sleep 20 & exit 0", within: 2000)
        background.expectReady(0...1)
        let closed = try PeerCheck("x=exec:exec >/dev/null 2>&1; sleep 0.3; exit 0", within: 2000)
        closed.expectReady(0.25...1.5)
        try expect("exit_status", #"printf 'a\033[2Jb\n\nc'; exit 1"#, says: "a\\x1b[2Jb c")
    }

    @Test("10 000 probes leave no process and no descriptor behind")
    func noZombies() throws {
        let agent = try AgentUnderTest(
            """
            defaults: {interval: 1ms, timeout: 5s, jitter: 0}
            targets:
              a: {exec: [CMD, /bin/true]}
              b: {exec: [CMD, /bin/false]}
              c: {exec: "sleep 100 & exit 0"}
            """)
        let count = { (name: String) in (try? agent.metric("waitfor_probes_total{target=\"\(name)\"}")) ?? 0 }
        let isDone = eventually(within: 100, every: 0.2) {
            count("a") + count("b") + count("c") > (isSanitized ? 1_000 : 10_000)
        }
        #expect(isDone, "\(String(describing: count("a")))")
        let children = readText("/proc/\(agent.program.pid)/task/\(agent.program.pid)/children").split(
            separator: " ")
        #expect(children.count <= 3, "\(children)")
        #expect(try #require(try agent.metric("process_open_fds")) < 40)
        let finished = try agent.stop()
        #expect(finished.exitCode == 0, "\(finished)")
    }

    @Test("as the first process it inherits what a command leaves behind, and that ends and is reaped too")
    func firstProcess() throws {
        let directory = try TemporaryDirectory()
        let port = try FreePort.make()
        let file = try directory.write(
            "waitfor.yaml",
            """
            listen: 127.0.0.1:\(port)
            defaults: {interval: 1ms, timeout: 5s, jitter: 0}
            targets:
              orphans: {exec: "sleep 100 & sleep 100 & (sleep 100 &) ; exit 0"}
            """)
        let agent = try Program(
            "/usr/bin/unshare", ["--fork", "--pid", "--mount-proc", Program.waitfor, "agent", "-c", file]
        ).start()
        let place = HTTPPlace.port(port)
        let probes = {
            let line = (try? place.get("/metrics").body)?.split(separator: "\n").last {
                $0.hasPrefix("waitfor_probes_total{")
            }
            return line.flatMap { $0.split(separator: " ").last }.flatMap { Double($0) } ?? 0
        }
        let isDone = eventually(within: 60, every: 0.1) { probes() > 300 }
        #expect(isDone, "\(agent.standardError)")
        let inside = try #require(children(of: agent.pid).first)
        // One command runs at a time: itself, and the three that it leaves.
        #expect(children(of: inside).count <= 5, "\(children(of: inside))")
        agent.stop()
    }

    // A sanitizer's runtime takes SIGSEGV and its like for itself.
    @Test(
        "it works whatever signals we were started with, and the command gets those", .needsThePlainProgram)
    func startStates() throws {
        let all = Set((1...31).filter { $0 != SIGKILL && $0 != SIGSTOP })
        let states: [(Set<Int32>, Set<Int32>)] = [([SIGCHLD], []), ([], [SIGCHLD]), (all, []), (all, all)]
        for (ignored, blocked) in states {
            var check = Program(Program.waitfor, ["check", "x=exec:kill -0 $$; exit 3"])
            (check.ignoredSignals, check.blockedSignals) = (ignored, blocked)
            let finished = try check.run(within: 10)
            #expect(finished.exitCode == 1 && finished.output.contains("exit status 3"), "\(finished)")
            var gate = Program(Program.waitfor, ["x=exec:true", "--", "/bin/cat", "/proc/self/status"])
            (gate.ignoredSignals, gate.blockedSignals) = (ignored, blocked)
            let became = try gate.run(within: 10)
            let line = lines(became.output).first { $0.hasPrefix("SigIgn:") } ?? ""
            let inherited = UInt64(line.suffix(16), radix: 16)
            #expect(inherited == ignored.reduce(0) { $0 | 1 << (UInt64($1) - 1) }, "\(became)")
        }
    }

    @Test("as the first process it reaps what left its group, and takes no probe's own status doing so")
    func strayOrphans() throws {
        let directory = try TemporaryDirectory()
        let port = try FreePort.make()
        let file = try directory.write(
            "waitfor.yaml",
            """
            listen: 127.0.0.1:\(port)
            defaults: {interval: 5ms, timeout: 5s, jitter: 0, start_period: 0s}
            targets:
              stray: {exec: "setsid sleep 0.05 & exit 0"}
              three: {exec: "setsid sleep 0.02 & exit 3"}
            """)
        let agent = try Program(
            "/usr/bin/unshare", ["--fork", "--pid", "--mount-proc", Program.waitfor, "agent", "-c", file]
        ).start()
        let place = HTTPPlace.port(port)
        func value(_ sample: String) -> Double {
            let line = (try? place.get("/metrics").body)?.split(separator: "\n").last {
                $0.hasPrefix(sample + " ")
            }
            return line.flatMap { Double($0.dropFirst(sample.utf8.count + 1)) } ?? 0
        }
        #expect(eventually(within: 60, every: 0.1) { value("waitfor_probes_total{target=\"three\"}") > 200 })
        let inside = try #require(children(of: agent.pid).first)
        let zombies = { children(of: inside).count { readText("/proc/\($0)/stat").contains(") Z ") } }
        #expect(eventually(within: 3) { zombies() < 5 }, "\(zombies())")
        let wrong = ["timeout", "config", "error"].map {
            value("waitfor_probe_failures_total{target=\"three\",reason=\"\($0)\"}")
        }
        #expect(wrong == [0, 0, 0])
        #expect(value("waitfor_target_healthy{target=\"stray\"}") == 1)
        // What nobody probes any more ends and is reaped as well, by nobody's probe.
        try directory.write(
            "waitfor.yaml", "listen: 127.0.0.1:\(port)\ntargets: {a: {exec: \"setsid sleep 1 & exit 0\"}}\n")
        kill(inside, SIGHUP)
        #expect(eventually(within: 8) { children(of: inside).isEmpty }, "\(children(of: inside))")
        agent.stop()
    }

    /// A program that leaves its process group, tells its number in a file, and lives on.
    private func leaver(_ group: String, _ file: String) -> String {
        "[\"/usr/bin/python3\",\"-c\",\"import os,time; os.setpgid(0, \(group));"
            + " open('\(file)','w').write(str(os.getpid())); time.sleep(60)\"]"
    }

    @Test("one that moves into our own group, or away from its own, is killed all the same")
    func leavesItsGroup() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("pid")
        // Only what is a process in the same session may be joined: ours.
        let command = leaver("os.getpgid(os.getppid())", path)
        let asked = try Asked("x=exec:\(command)", options: ["-t", "1500ms"])
        #expect(asked.verdict == "timeout" && asked.message.contains("killed"), "\(asked)")
        let pid = try #require(Int32(readText(path)))
        #expect(eventually(within: 1) { kill(pid, 0) != 0 })
    }

    @Test("it ends with us, even if we are killed")
    func diesWithUs() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("pid")
        let agent = try AgentUnderTest(
            "targets:\n  x: {timeout: 50s, exec: [CMD, /bin/sh, -c, 'echo $$$$ >\(path); exec sleep 60']}\n")
        #expect(eventually(within: 5) { readText(path).hasSuffix("\n") })
        let pid = try #require(Int32(readText(path).dropLast()))
        #expect(kill(pid, 0) == 0)
        agent.program.send(SIGKILL)
        #expect(eventually(within: 2) { kill(pid, 0) != 0 || readText("/proc/\(pid)/stat").contains(") Z ") })
    }

    @Test("a list in YAML begins with CMD or CMD-SHELL, as in Compose (C-3)")
    func lists() throws {
        for (list, mistake) in [
            ("[CMD, /bin/true]", nil), ("[CMD-SHELL, 'true && true']", nil), ("'true && true'", nil),
            ("[/bin/true]", "a list is [CMD, program, argument…] or [CMD-SHELL, text]"),
            ("[CMD]", "a list is"),
            ("[CMD-SHELL]", "a list is"), ("[CMD-SHELL, a, b]", "a list is"), ("[]", "a list is"),
            ("''", "empty"),
        ] as [(String, String?)] {
            let directory = try TemporaryDirectory()
            let file = try directory.write("waitfor.yaml", "targets:\n  x:\n    exec: \(list)\n")
            let check = try Program.run(Program.waitfor, ["check", "-c", file])
            #expect(check.exitCode == (mistake == nil ? 0 : 125), "\(list): \(check)")
            if let mistake { #expect(check.errors.contains(mistake), "\(list): \(check)") }
        }
    }
}
