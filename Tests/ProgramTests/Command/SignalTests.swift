import Glibc
import Synchronization
import TestSupport
import Testing

/// Signals: what ends the gate, what the command inherits, and that none is lost between the two.
struct SignalTests {
    private static let termination: KeyValuePairs = [
        SIGTERM: "SIGTERM", SIGINT: "SIGINT", SIGHUP: "SIGHUP", SIGQUIT: "SIGQUIT", SIGUSR1: "SIGUSR1",
        SIGUSR2: "SIGUSR2", SIGALRM: "SIGALRM",
    ]

    /// Sends a signal; returns how the gate ended and how many seconds later.
    private func end(_ gate: WaitingGate, by signal: Int32) throws -> (Finished, Double) {
        let sent = Monotonic.seconds()
        gate.running.send(signal)
        let finished = try gate.running.finish(within: 10)
        return (finished, Monotonic.seconds() - sent)
    }

    @Test("A termination signal ends a waiting gate at once with 128+n, and the command does not run")
    func endsWhileWaiting() throws {
        for (signal, name) in Self.termination {
            // The quickest of three: the machine may be busy with something else.
            var quickest = Double.infinity
            for _ in 0..<3 where quickest >= 0.1 {
                let gate = try WaitingGate(command: ["/bin/echo", "ran"])
                let (finished, seconds) = try end(gate, by: signal)
                #expect(finished.status == .exited(128 + signal), "\(finished)")
                #expect(finished.output.isEmpty)
                #expect(lines(finished.errors).last?.contains(name) == true, "\(finished)")
                quickest = min(quickest, seconds)
            }
            #expect(quickest < 0.1, "\(name)")
        }
    }

    @Test("A signal ends a gate in the middle of an attempt that gets no answer")
    func endsDuringAttempt() throws {
        let silent = try LoopbackServer { $0.holdSilently() }
        let target = "redis://127.0.0.1:\(silent.port)"
        let running = try Program(Program.waitfor, ["--attempt-timeout", "20", target, "--", "/bin/true"])
            .start()
        #expect(eventually(within: 10) { silent.accepted == 1 })
        let sent = Monotonic.seconds()
        running.send(SIGTERM)
        #expect(try running.finish(within: 10).status == .exited(128 + SIGTERM))
        #expect(Monotonic.seconds() - sent < 0.5)
    }

    @Test("Without a command, a signal ends the gate all the same; so does one under -q, silently")
    func endsWithoutCommand() throws {
        let port = try FreePort.make()
        let running = try Program(Program.waitfor, ["-q", "tcp://127.0.0.1:\(port)"]).start()
        // It says nothing that one could wait for. Who starts a program blocks everything for a moment.
        let isWaiting = eventually(within: 5) {
            let mask = signalSets(of: running.pid)["SigBlk"].flatMap { UInt64($0, radix: 16) } ?? 0
            return mask & 1 << (UInt64(SIGTERM) - 1) != 0 && mask & 1 << (UInt64(SIGSEGV) - 1) == 0
        }
        #expect(isWaiting)
        running.send(SIGTERM)
        let finished = try running.finish(within: 10)
        #expect(finished.status == .exited(143), "\(finished)")
        #expect(finished.errors.isEmpty && finished.output.isEmpty)
    }

    // MARK: What the command inherits

    private static let startStates: [(ignored: Set<Int32>, blocked: Set<Int32>)] = [
        ([], []), ([SIGPIPE], []), ([], [SIGTERM]), ([SIGHUP], []), ([SIGINT, SIGQUIT], []),
        ([SIGTERM, SIGUSR1, SIGALRM], []), ([], [SIGPIPE, SIGUSR1, SIGCHLD]), ([SIGCHLD], [SIGHUP, SIGINT]),
        ([SIGPIPE, SIGHUP], [SIGPIPE, SIGHUP]), ([34, 40], [34, 35, 63]), ([SIGUSR2], [SIGUSR2, SIGWINCH]),
        ([SIGPIPE], Set((1...31).filter { $0 != SIGKILL && $0 != SIGSTOP })),
    ]

    /// The lines of /proc/PID/status about signals.
    private func signalSets(of status: String) -> [String: String] {
        let fields = lines(status).filter { $0.hasPrefix("Sig") || $0.hasPrefix("Shd") }.map { line in
            (String(line.prefix { $0 != ":" }), String(line.suffix(16)))
        }
        // How many signals the user has queued is not about the process.
        return Dictionary(uniqueKeysWithValues: fields).filter { $0.key != "SigQ" }
    }

    private func signalSets(of pid: Int32) -> [String: String] {
        signalSets(of: readText("/proc/\(pid)/status"))
    }

    @Test("The command has the mask and the dispositions that the gate was started with")
    func maskAndDispositions() throws {
        let command = ["/bin/cat", "/proc/self/status"]
        for state in Self.startStates {
            var direct = Program(command[0], [command[1]])
            var gated = try ReadyGate().program(command)
            (direct.ignoredSignals, direct.blockedSignals) = state
            (gated.ignoredSignals, gated.blockedSignals) = state
            let wanted = signalSets(of: try direct.run().output)
            #expect(wanted.count == 5, "\(wanted)")
            #expect(signalSets(of: try gated.run().output) == wanted, "\(state)")
        }
    }

    @Test("A signal that was ignored at the start stays ignored while the gate waits, and in the command")
    func nohup() throws {
        for signal in [SIGHUP, SIGTERM, SIGUSR1] {
            let script = "kill -\(signal) $$; echo alive"
            let gate = try WaitingGate(command: ["/bin/sh", "-c", script]) { $0.ignoredSignals = [signal] }
            for _ in 0..<5 {
                gate.running.send(signal)
                Monotonic.sleep(0.02)
            }
            #expect(gate.running.finished == nil)
            let server = try LoopbackServer(port: gate.port) { $0.holdSilently() }
            let finished = try gate.running.finish(within: 10)
            #expect(finished.output == "alive\n" && finished.exitCode == 0, "\(finished)")
            server.stop()
        }
    }

    @Test("The command's own handlers get its signals after it has started")
    func commandGetsSignals() throws {
        let script = #"trap "echo got; exit 42" TERM; echo up; while :; do sleep 0.01; done"#
        let running = try ReadyGate().program(["/bin/sh", "-c", script]).start()
        #expect(running.waitUntil(within: 10) { $0.standardOutput.contains("up") })
        running.send(SIGTERM)
        let finished = try running.finish(within: 10)
        #expect(finished.output == "up\ngot\n" && finished.exitCode == 42, "\(finished)")
    }

    // MARK: The moment of readiness

    /// A peer that says PONG and, before or after that, sends SIGTERM to a process.
    private final class Trigger: Sendable {
        private let plan = Mutex<(pid: Int32, offset: Double)?>(nil)

        /// Arms it for one connection: the signal comes `offset` seconds after the answer.
        func arm(_ pid: Int32, offset: Double) {
            plan.withLock { $0 = (pid, offset) }
        }

        func serve(_ connection: LoopbackConnection) {
            _ = connection.read()
            var armed: (pid: Int32, offset: Double)?
            _ = eventually(within: 5, every: 0.0002) {
                armed = plan.withLock { $0 }
                return armed != nil
            }
            guard let (pid, offset) = armed else { return }
            plan.withLock { $0 = nil }
            if offset <= 0 {
                kill(pid, SIGTERM)
                spin(-offset)
                connection.write("+PONG\r\n-NOPERM\r\n")
            } else {
                connection.write("+PONG\r\n-NOPERM\r\n")
                spin(offset)
                kill(pid, SIGTERM)
            }
            _ = connection.read(within: 5)
        }
    }

    @Test("Of 1 000 gates signalled at the moment of readiness, none loses the signal", .needsThePlainProgram)
    func momentOfReadiness() throws {
        let trigger = Trigger()
        let server = try LoopbackServer { trigger.serve($0) }
        defer { server.stop() }
        var endings = (gate: 0, command: 0)
        for run in 0..<1000 {
            // A command that has lost the signal returns 0.
            let words = ["-q", "redis://127.0.0.1:\(server.port)", "--", "/bin/sleep", "5"]
            let running = try Program(Program.waitfor, words).start()
            // From 0.1 ms before the answer to 1 ms after, in no particular order.
            trigger.arm(running.pid, offset: Double(run * 7919 % 1000) * 1.1e-6 - 0.1e-3)
            switch try running.finish(within: 20).status {
            case .exited(143): endings.gate += 1
            case .signalled(SIGTERM): endings.command += 1
            case let other: Issue.record("run \(run) lost the signal: \(other)")
            }
        }
        // Otherwise the signals did not come at the moment that is meant.
        #expect(endings.gate >= 50 && endings.command >= 50, "\(endings)")
    }
}
