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
    func surroundings() throws {
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
            count("a") + count("b") + count("c") > 10_000
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
