internal import CLinux
internal import Glibc
package import HealthCore
internal import Synchronization

/// A program that was started in a process group of its own, and ends with its last reference at the
/// latest. Without a terminal and without stdin; what it prints, on either stream, comes in one order.
package final class ChildProcess {
    /// How it ended.
    package enum Ending: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    private let pid: pid_t
    private let output: Int32
    /// Readable when the process has ended; -1 on a kernel, or behind a filter, that has no such thing.
    private let exit: Int32
    private let loop: EventLoop
    private var ending: Ending?
    /// Whether it was killed and would not die, as one that became another user's.
    package private(set) var isImmortal = false
    private var isOver = false

    /// The programs whose status somebody waits for.
    private static let living = Mutex<Set<pid_t>>([])

    /// Starts a program; one without a slash in its name is looked for in PATH.
    package init(_ arguments: [[UInt8]], _ environment: ProcessEnvironment, on loop: EventLoop)
        throws(Failure)
    {
        Self.reapOrphans()
        let (output, outputEnd) = try Self.pipe()
        defer { close(outputEnd) }
        _ = fcntl(output, F_SETFL, O_NONBLOCK)
        var started: pid_t = 0
        do throws(Failure) {
            // An end that nobody writes to is an empty stdin: an empty image has no /dev/null.
            let (input, inputEnd) = try Self.pipe()
            close(inputEnd)
            defer { close(input) }
            let number = Self.spawn(arguments, environment, input: input, output: outputEnd, &started)
            guard number == 0 else { throw Self.failure(number) }
        } catch {
            close(output)
            throw error
        }
        (pid, self.output, self.loop) = (started, output, loop)
        Self.living.withLock { _ = $0.insert(started) }
        exit = clinux_process_descriptor(started)
    }

    deinit {
        end()
        close(output)
        if exit >= 0 { close(exit) }
    }

    /// Kills the program, wherever it has gone, and everything of its group, and takes its status. What its
    /// children have moved into groups of their own is not ours any more.
    private func end() {
        guard !isOver else { return }
        isOver = true
        let hasEnded = clinux_has_ended(pid)
        if exit >= 0 { clinux_kill(exit) } else { kill(pid, SIGKILL) }
        // The number is the program's, and its group's, for as long as its status is not taken.
        kill(-pid, SIGKILL)
        isImmortal = true
        // As the first process of a container we inherit what the program leaves behind.
        for _ in 0..<50 {
            var status: Int32 = 0
            if isImmortal, waitpid(pid, &status, WNOHANG) == pid {
                isImmortal = false
                if hasEnded { ending = Self.ending(status) }
            }
            if !isImmortal, waitpid(-pid, nil, WNOHANG) < 0 { break }
            usleep(100)
        }
        Self.living.withLock { _ = $0.remove(pid) }
        Self.reapOrphans()
    }

    /// Reaps the children that nobody waits for: those of others that have come to us, the first process of a
    /// container or a subreaper, and those that took long to die.
    package static func reapOrphans() {
        living.withLock { living in
            while case let pid = clinux_ended_child(), pid > 0, !living.contains(pid) {
                waitpid(pid, nil, WNOHANG | clinux_all_children)
            }
        }
    }

    private static func ending(_ status: Int32) -> Ending {
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
    }

    /// Waits for the end of the program, and keeps the first `limit` bytes of what it and its children
    /// print until then. nil when the deadline comes first, or the task is cancelled.
    package func run(
        keeping limit: Int, until deadline: Instant
    ) async -> (ending: Ending?, output: [UInt8], isCut: Bool) {
        var kept = Output(limit: limit)
        await withTaskGroup(of: Event.self) { group in
            let (loop, exit, output) = (loop, exit, output)
            func watchExit() {
                group.addTask {
                    let wake =
                        exit < 0 ? .failed(EBADF) : await loop.wait(for: exit, .reading, until: deadline)
                    guard case .failed = wake else { return wake == .ready ? .exit : .over }
                    // Looked at again and again, where nobody tells.
                    let next = min(deadline, loop.now.advanced(by: .milliseconds(10)))
                    return await loop.sleep(until: next) == .cancelled ? .over : .exit
                }
            }
            func watchOutput() {
                group.addTask {
                    let wake = await loop.wait(for: output, .reading, until: deadline)
                    guard case .failed = wake else { return wake == .ready ? .output : .over }
                    // What the program prints is drained when its end is looked for.
                    return await loop.sleep(until: deadline) == .cancelled ? .over : .output
                }
            }
            watchExit()
            watchOutput()
            while let event = await group.next() {
                let hasEnded = clinux_has_ended(pid)
                let isOpen = kept.drain(output)
                if hasEnded || event == .over || loop.now >= deadline {
                    end()
                    break
                }
                // Whoever closes its output lives on for a while.
                if event == .output, isOpen { watchOutput() }
                if event == .exit { watchExit() }
            }
            group.cancelAll()
        }
        return (ending, kept.bytes, kept.isCut)
    }

    private enum Event: Sendable {
        case exit, output
        /// The deadline, or the task was cancelled.
        case over
    }

    /// What is kept of the output; the rest is read and thrown away, as Docker does (D-28).
    private struct Output {
        let limit: Int
        var bytes: [UInt8] = []
        var isCut = false

        /// Reads what waits. False at the end.
        mutating func drain(_ descriptor: Int32) -> Bool {
            var piece = [UInt8](repeating: 0, count: 16 * 1024)
            // So much at once that one that never stops printing does not keep the loop.
            for _ in 0..<16 {
                let count = read(descriptor, &piece, piece.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return count < 0 && errno == EAGAIN }
                let room = max(0, limit - bytes.count)
                bytes += piece.prefix(min(count, room))
                if count > room { isCut = true }
            }
            return true
        }
    }

    /// A pipe that only the child gets, as its own streams, which are copies.
    private static func pipe() throws(Failure) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw SystemFailure.failure(errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func spawn(
        _ arguments: [[UInt8]], _ environment: ProcessEnvironment, input: Int32, output: Int32,
        _ pid: inout pid_t
    ) -> Int32 {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/bin:/usr/bin"
        return CStrings.with(arguments) { arguments in
            environment.strings.withUnsafeBufferPointer { environment in
                path.withCString { path in
                    var program = clinux_program(
                        arguments: arguments, environment: environment.baseAddress, path: path,
                        input: input, output: output, descriptors: DescriptorLimit.original, parent: 0,
                        error: 0)
                    return clinux_spawn(&pid, &program)
                }
            }
        }
    }

    private static func failure(_ number: Int32) -> Failure {
        switch number {
        case ENOENT: Failure(.config, "command not found")
        case EACCES: Failure(.config, "the command is not executable")
        case EAGAIN:
            SystemFailure.outOfResources("no processes left (ulimit -u, or pids.max of the container)")
        case ETXTBSY: Failure(.config, "the command is being written", isPermanent: false)
        default:
            SystemFailure.shortage(number)
                ?? Failure(.config, "the command cannot be started: \(String(cString: strerror(number)))")
        }
    }
}
