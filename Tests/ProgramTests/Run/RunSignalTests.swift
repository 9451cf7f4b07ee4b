import Glibc
import HealthCore
import TestSupport
import Testing

/// What `waitfor run` does with the signals that it gets.
struct RunSignalTests {
    /// Says the number of each signal that it gets, and ends on none of them.
    private static let listener = """
        import signal, sys
        wanted = [n for n in range(1, 65) if n not in (9, 19, 32, 33)]
        signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
        print("up", flush=True)
        while True: print("got %d." % signal.sigwait(wanted), flush=True)
        """

    private func listener(_ options: [String]) throws -> CommandUnderTest {
        let command = try CommandUnderTest(["/usr/bin/python3", "-c", Self.listener], options)
        try command.expectToSay("up")
        return command
    }

    @Test("every signal that can be passed on reaches the command, and each reaches it once")
    func everySignal() throws {
        let command = try listener(["--stop-timeout", "0"])
        for signal in ForwardedSignals.all {
            command.running.send(signal)
            try command.expectToSay("got \(signal).")
        }
        // Those that are none of the command's business.
        for signal in [SIGTTIN, SIGTTOU, SIGCHLD] { command.running.send(signal) }
        command.running.send(SIGUSR1)
        let count = { lines(command.running.standardOutput).count }
        #expect(eventually(within: 10) { count() == ForwardedSignals.all.count + 2 }, "\(count())")
        #expect(ForwardedSignals.all.count == 50)
    }

    @Test("--signal sends another signal in its place, or none, by number or name")
    func rewrites() throws {
        let command = try listener(["--signal", "20:10", "--signal", "HUP:0,SIGUSR2:winch"])
        for (signal, sent) in [(SIGTSTP, SIGUSR1), (SIGHUP, nil), (SIGUSR2, SIGWINCH), (SIGCONT, SIGCONT)] {
            command.running.send(signal)
            if let sent { try command.expectToSay("got \(sent).") }
        }
        let said = command.running.standardOutput
        #expect(!said.contains("got 1.") && !said.contains("got 20.") && !said.contains("got 12."), "\(said)")
    }

    @Test("signals go to the command alone, and with --group to its process group")
    func group() throws {
        let script = #"""
            trap 'echo outer' USR1
            sh -c 'trap "echo inner" USR1; echo ready; while :; do sleep 0.02; done' &
            while :; do sleep 0.02; done
            """#
        for options in [[], ["--group"]] {
            let command = try CommandUnderTest(["/bin/sh", "-c", script], options)
            try command.expectToSay("ready")
            command.running.send(SIGUSR1)
            try command.expectToSay("outer")
            let isBoth = eventually(within: options.isEmpty ? 0.3 : 5) {
                command.running.standardOutput.contains("inner")
            }
            #expect(isBoth == !options.isEmpty)
        }
    }

    @Test("SIGTERM reaches the command at once, and /readyz is 503 as soon as the command has it")
    func orderlyEnd() throws {
        let script = #"trap 'echo got; sleep 1.5; exit 3' TERM; echo up; while :; do sleep 0.01; done"#
        let command = try CommandUnderTest(["/bin/sh", "-c", script], ["-i", "50ms"])
        try command.expectToSay("up")
        #expect(eventually(within: 10) { command.status("/readyz") == 200 })
        let sent = Monotonic.seconds()
        command.running.send(SIGTERM)
        try command.expectToSay("got")
        #expect(command.status("/readyz") == 503 && command.status("/livez") == 200)
        #expect(Monotonic.seconds() - sent < 1.4)
        #expect(try command.running.finish(within: 10).exitCode == 3)
    }

    @Test("a command that ignores SIGTERM is killed after the stop timeout, with its process group")
    func ignoresTermination() throws {
        let script = "trap '' TERM; sleep 60 & echo $!; echo up; while :; do sleep 1; done"
        let command = try CommandUnderTest(["/bin/sh", "-c", script], ["--stop-timeout", "300ms"])
        try command.expectToSay("up")
        let inner = try #require(Int32(lines(command.running.standardOutput)[0]))
        let sent = Monotonic.seconds()
        command.running.send(SIGTERM)
        let finished = try command.running.finish(within: 10)
        let elapsed = Monotonic.seconds() - sent
        #expect(
            finished.exitCode == 128 + SIGKILL && elapsed > 0.29 && elapsed < 1.5, "\(elapsed) \(finished)")
        #expect(eventually(within: 5) { kill(inner, 0) != 0 || isZombie(inner) })
    }

    @Test("a second SIGTERM kills at once")
    func secondTermination() throws {
        let script = "trap '' TERM; echo up; while :; do sleep 1; done"
        let command = try CommandUnderTest(["/bin/sh", "-c", script])
        try command.expectToSay("up")
        command.running.send(SIGTERM)
        #expect(command.running.waitUntil(within: 5) { $0.standardError.contains("at most 8s") })
        let sent = Monotonic.seconds()
        command.running.send(SIGTERM)
        #expect(try command.running.finish(within: 10).exitCode == 128 + SIGKILL)
        #expect(Monotonic.seconds() - sent < 1)
    }

    @Test("a command that stops itself does not stop waitfor, and SIGCONT wakes it")
    func stopsItself() throws {
        let command = try CommandUnderTest(["/bin/sh", "-c", "echo up; kill -STOP $$; echo on; exit 4"])
        try command.expectToSay("up")
        let child = try #require(children(of: command.running.pid).first)
        #expect(eventually(within: 5) { readText("/proc/\(child)/stat").contains(") T ") })
        #expect(command.status("/livez") == 200)
        #expect(!readText("/proc/\(command.running.pid)/stat").contains(") T "))
        command.running.send(SIGCONT)
        let finished = try command.running.finish(within: 10)
        #expect(finished.exitCode == 4 && finished.output == "up\non\n", "\(finished)")
    }

    @Test("what was ignored at the start is neither taken nor passed on")
    func nohup() throws {
        let command = try CommandUnderTest(["/bin/sh", "-c", "echo up; sleep 0.3; echo alive"]) {
            $0.ignoredSignals = [SIGHUP, SIGTERM]
        }
        try command.expectToSay("up")
        for signal in [SIGHUP, SIGTERM] { command.running.send(signal) }
        let finished = try command.running.finish(within: 10)
        #expect(finished.exitCode == 0 && finished.output == "up\nalive\n", "\(finished)")
        // A command that ignores it would be killed in the end.
        #expect(!finished.errors.contains("stopping"), "\(finished)")
    }
}
