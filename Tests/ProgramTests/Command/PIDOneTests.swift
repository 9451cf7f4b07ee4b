import Glibc
import Synchronization
import TestSupport
import Testing

/// The gate as the first process of a PID namespace, as in a container; it needs root.
struct PIDOneTests {
    private static let unshare = ["/usr/bin/unshare", "--fork", "--pid", "--mount-proc"]

    private func start(_ words: [String]) throws -> RunningProgram {
        try Program(Self.unshare[0], Array(Self.unshare.dropFirst()) + [Program.waitfor] + words).start()
    }

    /// The process that is PID 1 inside, by its number outside.
    private func first(below running: RunningProgram) throws -> Int32 {
        var found: Int32?
        _ = eventually(within: 5, every: 0.0005) {
            found = children(of: running.pid).first
            return found != nil
        }
        guard let found else { throw SupportError("unshare started nothing: \(running.standardError)") }
        return found
    }

    @Test("As PID 1 the gate becomes a command that is PID 1")
    func becomesPIDOne() throws {
        let gate = try ReadyGate()
        let finished = try start([gate.target, "--", "/bin/sh", "-c", "echo $$; exit 9"]).finish()
        #expect(finished.trimmedOutput == "1" && finished.exitCode == 9, "\(finished)")
    }

    @Test("As PID 1 the gate is ended by SIGTERM at once with 143")
    func ended() throws {
        for signal in [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1] {
            var quickest = Double.infinity
            for _ in 0..<3 where quickest >= 0.1 {
                let gate = try WaitingGate(prefix: Self.unshare, command: ["/bin/echo", "ran"])
                let inside = try first(below: gate.running)
                let sent = Monotonic.seconds()
                kill(inside, signal)
                let finished = try gate.running.finish(within: 10)
                #expect(finished.status == .exited(128 + signal), "\(finished)")
                #expect(finished.output.isEmpty)
                quickest = min(quickest, Monotonic.seconds() - sent)
            }
            #expect(quickest < 0.1, "signal \(signal)")
        }
    }

    @Test("As PID 1 the gate finds a missing command before it waits")
    func commandNotFound() throws {
        let port = try FreePort.make()
        let finished = try start(["tcp://127.0.0.1:\(port)", "--", "/no/such/command"]).finish(within: 10)
        #expect(finished.exitCode == 127, "\(finished)")
    }

    // What comes within `execve` itself is the kernel's to drop, and that takes long where a sanitizer's
    // terabytes are unmapped.
    @Test(
        "As PID 1, a signal that came just before readiness ends the gate in each of 150 runs",
        .needsThePlainProgram)
    func momentOfReadiness() throws {
        let inside = Mutex<Int32?>(nil)
        let server = try LoopbackServer { connection in
            _ = connection.read()
            _ = eventually(within: 5, every: 0.0005) { inside.withLock { $0 } != nil }
            // The kernel drops what PID 1 has no handler for, so nothing but the gate can end it.
            if let pid = inside.withLock({ $0 }) { kill(pid, SIGTERM) }
            connection.write("+PONG\r\n")
            _ = connection.read(within: 5)
        }
        defer { server.stop() }
        for run in 0..<150 {
            inside.withLock { $0 = nil }
            let running = try start(["-q", "redis://127.0.0.1:\(server.port)", "--", "/bin/sleep", "3"])
            let pid = try first(below: running)
            inside.withLock { $0 = pid }
            let finished = try running.finish(within: 10)
            #expect(finished.status == .exited(143), "run \(run): \(finished)")
        }
    }
}
