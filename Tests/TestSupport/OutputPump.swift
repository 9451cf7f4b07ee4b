import CTestSupport
import Glibc
import Synchronization

/// Moves the bytes of one child, watches its memory and reaps it.
final class OutputPump: Sendable {
    struct State {
        var output: [UInt8] = []
        var errors: [UInt8] = []
        var pendingInput: ArraySlice<UInt8> = []
        var isInputClosed = false
        var forcedStatus: Finished.Status?
        var finished: Finished?
    }

    let state = Mutex(State())
    private let pid: Int32
    private let started: Double
    private let pidfd: Int32
    private let descriptors: [Int32]

    init(pid: Int32, started: Double, input: Int32, output: Int32, errors: Int32) {
        self.pid = pid
        self.started = started
        pidfd = support_pidfd(pid)
        precondition(pidfd >= 0, "pidfd_open: \(String(cString: strerror(errno)))")
        descriptors = [input, output, errors]
        descriptors.forEach { _ = fcntl($0, F_SETFL, O_NONBLOCK) }
    }

    func write(_ bytes: [UInt8]) {
        state.withLock { $0.pendingInput += bytes }
    }

    func closeInput() {
        state.withLock { $0.isInputClosed = true }
    }

    func run() {
        var open = descriptors
        var peak = 0
        while true {
            feed(&open[0])
            peak = max(peak, peakResidentKiB(of: pid))
            var polled = [pidfd, open[1], open[2]].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            // Memory is sampled often at first; a server that runs for long is looked at less.
            poll(&polled, 3, Int32(min(max((Monotonic.seconds() - started) * 50, 2), 20)))
            drain(&open[1], \.output)
            drain(&open[2], \.errors)
            if polled[0].revents != 0 { break }
        }
        let elapsed = Monotonic.seconds() - started
        drain(&open[1], \.output)
        drain(&open[2], \.errors)
        (open + [pidfd]).filter { $0 >= 0 }.forEach { _ = close($0) }
        reap(elapsed: elapsed, peak: peak)
    }

    private func feed(_ descriptor: inout Int32) {
        guard descriptor >= 0 else { return }
        let isDone = state.withLock { state in
            while !state.pendingInput.isEmpty {
                let count = state.pendingInput.withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress, $0.count)
                }
                // The reader went away, or its pipe is full: try again soon.
                guard count > 0 else { return errno != EAGAIN }
                state.pendingInput.removeFirst(count)
            }
            return state.isInputClosed
        }
        if isDone { end(&descriptor) }
    }

    private func drain(_ descriptor: inout Int32, _ part: WritableKeyPath<State, [UInt8]>) {
        var chunk = [UInt8](repeating: 0, count: 65536)
        while descriptor >= 0 {
            let count = read(descriptor, &chunk, chunk.count)
            if count > 0 {
                state.withLock { $0[keyPath: part] += chunk[..<count] }
            } else if count == 0 {
                end(&descriptor)
            } else if errno != EINTR {
                return
            }
        }
    }

    private func end(_ descriptor: inout Int32) {
        close(descriptor)
        descriptor = -1
    }

    private func reap(elapsed: Double, peak: Int) {
        state.withLock { state in
            // Whatever the program left behind in its group, while its pid still cannot be another's.
            Glibc.kill(-pid, SIGKILL)
            Watchdog.shared.forget(pid)
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            let signal = status & 0x7f
            let ended: Finished.Status = signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
            Records.keepJSON(state.output)
            Records.keepJSON(state.errors)
            Records.keepSanitizerReports(state.errors)
            state.finished = Finished(
                status: state.forcedStatus ?? ended, outputBytes: state.output, errorBytes: state.errors,
                elapsed: elapsed, peakResidentKiB: peak)
        }
    }
}

/// The VmHWM of a process, 0 if it has ended.
func peakResidentKiB(of pid: Int32) -> Int {
    let line = readText("/proc/\(pid)/status").split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
}
