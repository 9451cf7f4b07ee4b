import CTestSupport
import Glibc
import Synchronization

/// A program that runs, with what it has written so far.
///
/// A thread of its own moves the bytes, so a program that writes much never waits for the test.
package final class RunningProgram: Sendable {
    /// The process, which leads a process group of its own.
    package let pid: Int32
    private let pump: OutputPump

    /// Starts `program`.
    init(_ program: Program, output: Int32?, errors: Int32?) throws {
        let watchdog = Watchdog.shared
        let pipes = try (0..<3).map { _ in
            var ends: [Int32] = [-1, -1]
            try check("pipe", support_pipe(&ends))
            return (read: ends[0], write: ends[1])
        }
        defer { [pipes[0].read, pipes[1].write, pipes[2].write].forEach { _ = close($0) } }
        let started = Monotonic.seconds()
        do {
            pid = try RunningProgram.spawn(
                program, pipes[0].read, output ?? pipes[1].write, errors ?? pipes[2].write)
        } catch {
            [pipes[0].write, pipes[1].read, pipes[2].read].forEach { _ = close($0) }
            throw error
        }
        watchdog.watch(pid)
        pump = OutputPump(
            pid: pid, started: started, input: pipes[0].write, output: pipes[1].read, errors: pipes[2].read)
        switch program.standardInput {
        case .empty: pump.closeInput()
        case .bytes(let bytes):
            pump.write(bytes)
            pump.closeInput()
        case .open: break
        }
        let pump = pump
        WorkerThread { pump.run() }.detach()
    }

    deinit {
        stop()
    }

    /// What it has written to standard output so far.
    package var standardOutput: String { String(decoding: pump.state.withLock { $0.output }, as: UTF8.self) }
    /// What it has written to standard error so far.
    package var standardError: String { String(decoding: pump.state.withLock { $0.errors }, as: UTF8.self) }
    /// How it ended, or nil while it runs.
    package var finished: Finished? { pump.state.withLock { $0.finished } }

    /// Sends a signal to the process, not to its group.
    package func send(_ signal: Int32) {
        // The lock keeps the pump from reaping the process, so the pid is still its own.
        pump.state.withLock { if $0.finished == nil { _ = Glibc.kill(pid, signal) } }
    }

    /// Sends bytes to a program that was started with `.open` input.
    package func write(_ text: String) {
        pump.write(Array(text.utf8))
    }

    /// Ends the input of a program that was started with `.open` input.
    package func closeInput() {
        pump.closeInput()
    }

    /// Waits for something that shows in the output; false if it never does or the program ends before.
    package func waitUntil(within seconds: Double, _ condition: (RunningProgram) -> Bool) -> Bool {
        var ended = false
        let met = eventually(within: seconds) {
            let gone = finished != nil
            if condition(self) { return true }
            ended = gone
            return gone
        }
        return met && !ended
    }

    /// Waits for the end; kills the process group after `seconds`.
    package func finish(within seconds: Double = 30) throws -> Finished {
        if !eventually(within: seconds, every: 0.001, { finished != nil }) { kill(.timedOut) }
        guard eventually(within: 10, every: 0.001, { finished != nil }), let finished else {
            throw SupportError("process \(pid) does not go away after SIGKILL")
        }
        return finished
    }

    /// Kills the process group and waits until it is gone.
    package func stop() {
        kill(nil)
        _ = eventually(within: 10, every: 0.001) { finished != nil }
    }

    private func kill(_ status: Finished.Status?) {
        pump.state.withLock {
            guard $0.finished == nil else { return }
            $0.forcedStatus = status
            _ = Glibc.kill(-pid, SIGKILL)
        }
    }

    private static func spawn(
        _ program: Program, _ input: Int32, _ output: Int32, _ errors: Int32
    ) throws -> Int32 {
        guard case .empty = program.standardInput else {
            return try program.spawn(standardInput: input, standardOutput: output, standardError: errors)
        }
        let null = try check("open /dev/null", open("/dev/null", O_RDONLY | O_CLOEXEC))
        defer { close(null) }
        return try program.spawn(standardInput: null, standardOutput: output, standardError: errors)
    }
}
