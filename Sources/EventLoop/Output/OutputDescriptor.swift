internal import CLinux
internal import Glibc
internal import HealthCore

/// A descriptor for output that never blocks its writer, whatever other processes share it. O_NONBLOCK would apply to
/// every process that shares the descriptor, and `poll` proves nothing: another process may write before we do.
struct OutputDescriptor: Sendable {
    enum Result: Equatable {
        case wrote(Int)
        /// The descriptor takes no bytes now.
        case full
        case failed(Int32)
    }

    /// PIPE_BUF: a pipe takes a write of at most this size in one piece, with nobody else's bytes in its middle.
    static let writeLimit = 4096

    /// How the kernel is told not to block a write.
    enum Way: Sendable {
        /// RWF_NOWAIT. Can transition to: `socket` where the descriptor does not know the flag, `timer` where a file
        /// system refuses it.
        case flag
        /// MSG_DONTWAIT. Can transition to: `timer` where the descriptor is no socket.
        case socket
        /// A signal interrupts the write, for all other descriptors. Can transition to: nothing.
        case timer
    }

    /// The one that interrupts a write. Under an emulator (qemu-user), which needs two for itself, the last two signals
    /// do not exist.
    static var signal: Int32 { __libc_current_sigrtmax() - 2 }

    let number: Int32
    var way = Way.flag

    init(_ number: Int32) {
        self.number = number
    }

    /// Writes the bytes that can be written at once, perhaps not all. A write that blocks all the same is interrupted
    /// after `patience`.
    mutating func write(_ bytes: ArraySlice<UInt8>, patience: Duration) -> Result {
        while true {
            let count = bytes.withUnsafeBytes { raw in
                switch way {
                case .flag: clinux_write_at_once(number, raw.baseAddress, raw.count)
                case .socket: send(number, raw.baseAddress, raw.count, CInt(MSG_DONTWAIT | MSG_NOSIGNAL))
                case .timer: writeUnderTimer(raw, patience)
                }
            }
            if count >= 0 { return .wrote(count) }
            switch (way, errno) {
            case (.flag, EAGAIN) where isFile: way = .timer
            case (.timer, EINTR), (_, EAGAIN): return .full
            case (_, EINTR): continue
            case (.flag, EOPNOTSUPP), (.flag, ENOSYS), (.flag, EINVAL), (.flag, EPERM): way = .socket
            case (.socket, ENOTSOCK): way = .timer
            case (_, let number): return .failed(number)
            }
        }
    }

    /// Writes a line to standard error before a crash, without allocating.
    static func lastWords(_ line: UnsafeRawPointer, _ count: Int) {
        guard clinux_write_at_once(STDERR_FILENO, line, count) < 0 else { return }
        var polled = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        if poll(&polled, 1, 0) > 0 { _ = Glibc.write(STDERR_FILENO, line, count) }
    }

    /// Waits until the descriptor is writable, or `patience` has passed; a write may be refused all the same.
    func waitUntilWritable(_ patience: Duration) -> Bool {
        var polled = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        let milliseconds = Int32(clamping: (patience.nanoseconds + 999_999) / 1_000_000)
        return poll(&polled, 1, max(0, milliseconds)) > 0
    }

    /// Whether the descriptor is a regular file: a file system may refuse RWF_NOWAIT for as long as it likes.
    private var isFile: Bool {
        var information = stat()
        return fstat(number, &information) == 0 && information.st_mode & S_IFMT == S_IFREG
    }

    /// Writes until a timer's signal interrupts. The signal repeats: the first could come before the write begins.
    private func writeUnderTimer(_ bytes: UnsafeRawBufferPointer, _ patience: Duration) -> Int {
        guard waitUntilWritable(.zero) else {
            errno = EAGAIN
            return -1
        }
        let signal = Self.signal
        // The signal's disposition and mask are restored: the command inherits them.
        var (handler, disposition) = (sigaction(), sigaction())
        handler.__sigaction_handler.sa_handler = { _ in }
        sigaction(signal, &handler, &disposition)
        var (set, mask) = (sigset_t(), sigset_t())
        sigemptyset(&set)
        sigaddset(&set, signal)
        sigprocmask(SIG_UNBLOCK, &set, &mask)
        var (event, timer) = (sigevent(), timer_t(bitPattern: 0))
        // The signal goes to this thread: on another thread it would not interrupt the write.
        event.sigev_notify = CInt(SIGEV_THREAD_ID)
        event._sigev_un._tid = clinux_thread()
        event.sigev_signo = signal
        defer {
            let number = errno
            sigprocmask(SIG_SETMASK, &mask, nil)
            sigaction(signal, &disposition, nil)
            errno = number
        }
        guard timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 else { return -1 }
        let nanoseconds = Int(max(1_000_000, patience.nanoseconds))
        var times = itimerspec(
            it_interval: timespec(tv_sec: 0, tv_nsec: 1_000_000),
            it_value: timespec(tv_sec: nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000))
        timer_settime(timer, 0, &times, nil)
        let count = Glibc.write(number, bytes.baseAddress, bytes.count)
        let number = errno
        timer_delete(timer)
        errno = number
        return count
    }
}
