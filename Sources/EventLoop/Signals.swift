internal import CLinux
internal import Glibc
internal import HealthCore

/// The signals that end a program, read from a descriptor instead of a handler, and the signal mask and dispositions
/// to restore before `execve`, which keeps blocked and ignored signals.
package final class Signals: Sendable {
    /// The signals that `docker stop`, Kubernetes, a terminal and STOPSIGNAL lines send.
    private static let termination = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM]

    private let descriptor: Int32
    private let originalMask: sigset_t
    private let dispositions = Dispositions()
    private let watched: [Int32]

    /// Blocks the termination signals that are not ignored, until `restore`.
    package init() {
        // A blocked signal is queued even when it is ignored: `nohup` must stay `nohup`.
        watched = Self.termination.filter { !Self.isIgnored($0) }
        var set = sigset_t()
        var mask = sigset_t()
        sigemptyset(&set)
        for signal in watched { sigaddset(&set, signal) }
        sigprocmask(SIG_BLOCK, &set, &mask)
        originalMask = mask
        descriptor = signalfd(-1, &set, CInt(SFD_CLOEXEC | SFD_NONBLOCK))
        FatalFailure.require(descriptor, from: "signalfd")
    }

    deinit {
        close(descriptor)
    }

    /// What a command begins with that is started as we were.
    package var atStart: StartSignals {
        let blocked = (1...SignalName.largest).filter { signal in
            withUnsafePointer(to: originalMask) { sigismember($0, signal) == 1 }
        }
        return StartSignals(ignored: ignoredAtStart, blocked: blocked)
    }

    /// To be asked before `takeAll`, which ignores more.
    private var ignoredAtStart: [Int32] {
        (1...SignalName.largest).filter { dispositions.ignored($0) ?? Self.isIgnored($0) }
    }

    /// Has `next` return every signal that a command can get in our place, and SIGCHLD, from now on; those that were
    /// ignored at the start stay so. SIGTTIN and SIGTTOU no longer stop us. Returns what the command begins with.
    package func takeAll() -> StartSignals {
        let (ignored, start) = (ignoredAtStart, atStart)
        let taken = ForwardedSignals.all.filter { !ignored.contains($0) } + [SIGCHLD]
        var set = sigset_t()
        sigemptyset(&set)
        for signal in taken { sigaddset(&set, signal) }
        sigprocmask(SIG_BLOCK, &set, nil)
        FatalFailure.require(
            signalfd(descriptor, &set, CInt(SFD_CLOEXEC | SFD_NONBLOCK)), from: "signalfd")
        for stop in [SIGTTIN, SIGTTOU] { signal(stop, SIG_IGN) }
        return start
    }

    /// Waits for a signal; nil when the task was cancelled.
    package func next(on loop: EventLoop) async -> Int32? {
        while true {
            if let signal = pending() { return signal }
            switch await loop.wait(for: descriptor, .reading, until: .distantFuture) {
            case .cancelled: return nil
            case .failed:
                // A descriptor that the kernel does not watch is polled.
                let next = loop.now.advanced(by: .milliseconds(20))
                if await loop.sleep(until: next) == .cancelled { return nil }
            case .ready, .deadline: continue
            }
        }
    }

    /// A signal that has come already.
    package func pending() -> Int32? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        while read(descriptor, &information, size) == size {
            let signal = Int32(information.ssi_signo)
            // The kernel sends them for a write of ours, in our own name, although they are ignored.
            let isOfWrite = signal == SIGPIPE || signal == SIGXFSZ
            if !isOfWrite || information.ssi_pid != UInt32(getpid()) { return signal }
        }
        return nil
    }

    /// Restores mask and dispositions for `execve`. A signal that arrives from here on ends the process in a handler,
    /// which `execve` removes: without a handler, the kernel would drop a signal to PID 1.
    package func restore() {
        var ending = sigaction()
        ending.__sigaction_handler.sa_handler = { signal in _exit(128 + signal) }
        for signal in watched { sigaction(signal, &ending, nil) }
        dispositions.restore()
        var mask = originalMask
        sigprocmask(SIG_SETMASK, &mask, nil)
    }

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        sigaction(signal, nil, &action)
        return isIgnored(action)
    }

    fileprivate static func isIgnored(_ action: sigaction) -> Bool {
        unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}

/// The signals that a command begins with ignored, and blocked.
package struct StartSignals: Sendable {
    /// Sets, with bit n - 1 for signal n.
    let ignored, blocked: UInt64

    fileprivate init(ignored: [Int32], blocked: [Int32]) {
        func bits(_ signals: [Int32]) -> UInt64 { signals.reduce(0) { $0 | 1 << UInt64($1 - 1) } }
        (self.ignored, self.blocked) = (bits(ignored), bits(blocked))
    }
}

/// The dispositions of SIGPIPE, SIGXFSZ and SIGCHLD, whatever the parent has set: a peer that hangs up and a file at
/// its size limit are errors to report, and the exit status of a child must stay until it is taken.
package struct Dispositions: Sendable {
    private static let ours = [SIGPIPE, SIGXFSZ, SIGCHLD]

    private let originals: [sigaction]

    /// Sets the dispositions, until `restore`.
    package init() {
        originals = Self.ours.map { signal in
            var (action, original) = (sigaction(), sigaction())
            action.__sigaction_handler.sa_handler = signal == SIGCHLD ? SIG_DFL : SIG_IGN
            sigaction(signal, &action, &original)
            return original
        }
    }

    /// Blocks SIGPIPE and SIGXFSZ, which takes fewer system calls, for a program that runs briefly and becomes no
    /// command: the error of a blocked signal is reported as well.
    package static func settle(withChildren: Bool) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in [SIGPIPE, SIGXFSZ] { sigaddset(&set, signal) }
        sigprocmask(SIG_BLOCK, &set, nil)
        if withChildren { signal(SIGCHLD, SIG_DFL) }
    }

    /// Whether a signal was ignored at the start; nil for one that is not ours.
    func ignored(_ signal: Int32) -> Bool? {
        zip(Self.ours, originals).first { $0.0 == signal }.map { Signals.isIgnored($0.1) }
    }

    /// Restores the dispositions for `execve`.
    func restore() {
        for (signal, original) in zip(Self.ours, originals) {
            var action = original
            sigaction(signal, &action, nil)
        }
    }
}
