internal import CLinux
internal import Glibc

/// The signals that end a program, read from a descriptor instead of a handler, and the signal mask and dispositions
/// to restore before `execve`, which keeps blocked and ignored signals.
package final class Signals: Sendable {
    /// The signals that `docker stop`, Kubernetes, a terminal and STOPSIGNAL lines send.
    private static let termination = [
        SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGTERM: "SIGTERM", SIGUSR1: "SIGUSR1",
        SIGUSR2: "SIGUSR2", SIGALRM: "SIGALRM",
    ]

    private let descriptor: Int32
    private let originalMask: sigset_t
    private let dispositions = Dispositions()
    private let watched: [Int32]

    /// Blocks the termination signals that are not ignored, until `restore`.
    package init() {
        // A blocked signal is queued even when it is ignored: `nohup` must stay `nohup`.
        watched = Self.termination.keys.filter { !Self.isIgnored($0) }
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

    /// The name of a signal that `next` returned.
    package static func name(of signal: Int32) -> String {
        termination[signal] ?? "signal \(signal)"
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
        return read(descriptor, &information, size) == size ? Int32(information.ssi_signo) : nil
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

    fileprivate static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        sigaction(signal, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
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

    /// Restores the dispositions for `execve`.
    func restore() {
        for (signal, original) in zip(Self.ours, originals) {
            var action = original
            sigaction(signal, &action, nil)
        }
    }
}
