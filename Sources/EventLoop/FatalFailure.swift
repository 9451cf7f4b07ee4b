internal import CLinux
internal import Glibc

/// Ends a program that cannot start: with a line on stderr and an exit status, where a trap would give no reason.
package enum FatalFailure {
    /// The exit status of a fault of the program's own, or of its arguments and environment.
    private static let status: Int32 = 125

    /// Ends the program if the system call returned no descriptor.
    package static func require(_ descriptor: Int32, from call: String) {
        guard descriptor < 0 else { return }
        let number = errno
        let why = SystemFailure.shortage(number)?.message ?? "\(call): \(String(cString: strerror(number)))"
        var output = OutputDescriptor(STDERR_FILENO)
        _ = output.write(Array("waitfor: \(why)\n".utf8)[...], patience: OutputStream.lastPatience)
        exit(status)
    }

    /// Has a crash under a memory limit (`ulimit -v`) print a line: an allocation that fails traps or aborts somewhere
    /// inside of a library.
    package static func explainShortage() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < rlim_t.max / 2
        else { return }
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in
            // The handler must not allocate.
            let line: StaticString = "waitfor: out of memory: its limit (ulimit -v) is too low\n"
            OutputDescriptor.lastWords(line.utf8Start, line.utf8CodeUnitCount)
            _exit(FatalFailure.status)
        }
        for signal in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS] {
            var before = sigaction()
            sigaction(signal, nil, &before)
            // A sanitizer's handler stays.
            guard before.__sigaction_handler.sa_handler == nil else { continue }
            sigaction(signal, &action, nil)
        }
    }
}
