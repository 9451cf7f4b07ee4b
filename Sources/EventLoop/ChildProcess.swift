internal import CLinux
internal import Glibc
package import HealthCore

/// A child process in a process group of its own, killed with its last reference at the latest. The child has no
/// terminal and an empty stdin; stdout and stderr are one pipe, which keeps their order.
package final class ChildProcess {
    /// How the process ended.
    package enum Ending: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)

        /// The meaning of a status that `waitpid` has given for a process that has ended.
        init(status: Int32) {
            let signal = status & 0x7F
            self = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
        }
    }

    /// How long whoever fills the pipe is kept waiting: reading all that is said would take half of a processor.
    private static let pause = Duration.milliseconds(5)

    private let pid: pid_t
    private let output: Int32
    /// The descriptor that is readable when the process has ended; -1 on a kernel, or behind a filter, without
    /// pidfd_open.
    private let exit: Int32
    private let loop: EventLoop
    private var ending: Ending?
    /// Whether the process was killed and did not die, as one that has become another user's.
    package private(set) var isImmortal = false
    private var isOver = false

    /// Starts a program; a name without a slash is looked up in PATH.
    ///
    /// - Parameter signals: what it begins with ignored and blocked; nil for nothing.
    package init(
        _ arguments: [[UInt8]], _ environment: ProcessEnvironment, _ signals: StartSignals? = nil,
        on loop: EventLoop
    ) throws(Failure) {
        Children.reapOrphans()
        let (output, outputEnd) = try Self.pipe()
        defer { close(outputEnd) }
        _ = fcntl(output, F_SETFL, O_NONBLOCK)
        var started: pid_t = 0
        do throws(Failure) {
            // An end that nobody writes to is an empty stdin: an empty image has no /dev/null.
            let (input, inputEnd) = try Self.pipe()
            close(inputEnd)
            defer { close(input) }
            let number = Self.spawn(
                arguments, environment, signals, input: input, output: outputEnd, &started)
            guard number == 0 else { throw Self.failure(number, of: arguments.first ?? []) }
        } catch {
            close(output)
            throw error
        }
        (pid, self.output, self.loop) = (started, output, loop)
        Children.own(started)
        exit = clinux_process_descriptor(started)
    }

    deinit {
        end()
        close(output)
        if exit >= 0 { close(exit) }
    }

    /// Kills the process, whatever group it has moved to, and its process group, and takes its exit status. A
    /// descendant that has moved into another group is left alone.
    private func end() {
        guard !isOver else { return }
        isOver = true
        let hasEnded = clinux_has_ended(pid)
        if exit >= 0 { clinux_kill(exit) } else { kill(pid, SIGKILL) }
        // The PID stays the process's, and its group's, until its exit status is taken.
        kill(-pid, SIGKILL)
        isImmortal = true
        // PID 1 of a container inherits the orphans of the program, and reaps those of its process group here.
        for _ in 0..<50 {
            var status: Int32 = 0
            if isImmortal, waitpid(pid, &status, WNOHANG) == pid {
                isImmortal = false
                if hasEnded { ending = Ending(status: status) }
            }
            if !isImmortal, waitpid(-pid, nil, WNOHANG) < 0 { break }
            usleep(100)
        }
        Children.disown(pid)
        Children.reapOrphans()
    }

    /// Waits for the end of the process, and keeps the first `limit` bytes that it and its children print until then.
    /// The ending is nil when the deadline comes first, or the task is cancelled.
    ///
    /// - Parameter asked: when SIGTERM asks the process and its group to end; nil for never.
    package func run(
        keeping limit: Int, asking asked: Instant? = nil, until deadline: Instant
    ) async -> (ending: Ending?, output: [UInt8], isCut: Bool) {
        var kept = Output(limit: limit)
        await withTaskGroup(of: Event.self) { group in
            let (loop, exit, output) = (loop, exit, output)
            func watchExit() {
                group.addTask {
                    let wake =
                        exit < 0 ? .failed(EBADF) : await loop.wait(for: exit, .reading, until: deadline)
                    guard case .failed = wake else { return wake == .ready ? .exit : .over }
                    // A kernel without pidfd_open reports no exit: poll for it.
                    let next = min(deadline, loop.now.advanced(by: .milliseconds(10)))
                    return await loop.sleep(until: next) == .cancelled ? .over : .exit
                }
            }
            func watchOutput(after pause: Duration = .zero) {
                group.addTask {
                    if pause > .zero, await loop.sleep(until: loop.now.advanced(by: pause)) == .cancelled {
                        return .over
                    }
                    let wake = await loop.wait(for: output, .reading, until: deadline)
                    guard case .failed = wake else { return wake == .ready ? .output : .over }
                    // The poll for the exit drains the output, too.
                    return await loop.sleep(until: deadline) == .cancelled ? .over : .output
                }
            }
            watchExit()
            watchOutput()
            if let asked {
                group.addTask { await loop.sleep(until: asked) == .cancelled ? .over : .asked }
            }
            while let event = await group.next() {
                let hasEnded = clinux_has_ended(pid)
                let isOpen = kept.drain(output)
                if event == .asked, !hasEnded { kill(-pid, SIGTERM) }
                if hasEnded || event == .over || loop.now >= deadline {
                    end()
                    break
                }
                // A process that has closed its output may still run.
                if event == .output, isOpen { watchOutput(after: kept.isFlood ? Self.pause : .zero) }
                if event == .exit { watchExit() }
            }
            group.cancelAll()
        }
        return (ending, kept.bytes, kept.isCut)
    }

    /// Output in one line.
    package static func line(_ output: [UInt8], isCut: Bool) -> String {
        let lines = output.split { $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        return PrintableText.line(Array(lines.joined(separator: " ".utf8))) + (isCut ? "…" : "")
    }

    private enum Event: Sendable {
        case exit, output
        /// The process is to be asked to end.
        case asked
        /// The deadline, or the task was cancelled.
        case over
    }

    /// The beginning of the output; the rest is read and dropped, as Docker does (D-28).
    private struct Output {
        let limit: Int
        var bytes: [UInt8] = []
        var isCut = false
        /// Whether there was a whole pipe to read.
        var isFlood = false

        /// Reads the bytes that wait in the pipe. Returns false at the end of the output.
        mutating func drain(_ descriptor: Int32) -> Bool {
            var piece = [UInt8](repeating: 0, count: 16 * 1024)
            var taken = 0
            defer { isFlood = taken >= 64 * 1024 }
            // A bounded number of reads: a process that never stops printing must not hold the loop.
            for _ in 0..<16 {
                let count = read(descriptor, &piece, piece.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return count < 0 && errno == EAGAIN }
                taken += count
                let room = max(0, limit - bytes.count)
                bytes += piece.prefix(min(count, room))
                if count > room { isCut = true }
            }
            return true
        }
    }

    /// A close-on-exec pipe: the child's streams are copies of its ends.
    private static func pipe() throws(Failure) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw SystemFailure.failure(errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func spawn(
        _ arguments: [[UInt8]], _ environment: ProcessEnvironment, _ signals: StartSignals?, input: Int32,
        output: Int32, _ pid: inout pid_t
    ) -> Int32 {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/bin:/usr/bin"
        return CStrings.with(arguments) { arguments in
            path.withCString { path in
                var program = clinux_program(
                    file: nil, arguments: arguments, environment: environment.strings.baseAddress, path: path,
                    input: input, output: output, descriptors: DescriptorLimit.original,
                    ignored: signals?.ignored ?? 0, blocked: signals?.blocked ?? 0, terminal: -1,
                    parent: 0, error: 0)
                return clinux_spawn(&pid, &program)
            }
        }
    }

    private static func failure(_ number: Int32, of program: [UInt8]) -> Failure {
        switch number {
        case ENOENT where program.elementsEqual("/bin/sh".utf8):
            Failure(
                .config,
                "there is no /bin/sh here: write exec:[\"program\",\"argument\"], which needs no shell")
        case ENOENT
        where program.contains(ASCII.slash) && access(program.map(CChar.init(bitPattern:)) + [0], F_OK) == 0:
            Failure(.config, "the interpreter or the loader of the command is missing")
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
