internal import CLinux
internal import Glibc

/// The end of a program that cannot begin: a line and a status, where a trap would leave both to guess.
package enum FatalFailure {
    /// The status of a fault in the program itself, or in what it was started with.
    private static let status: Int32 = 125

    /// Ends the program, if a descriptor that it cannot do without is none.
    static func require(_ descriptor: Int32, from call: String) {
        guard descriptor < 0 else { return }
        let number = errno
        let why = SystemFailure.shortage(number)?.message ?? "\(call): \(String(cString: strerror(number)))"
        var output = OutputDescriptor(STDERR_FILENO)
        _ = output.write(Array("waitfor: \(why)\n".utf8)[...], patience: OutputStream.lastPatience)
        exit(status)
    }

    /// Where memory is limited (`ulimit -v`), a call that gets none traps or aborts somewhere inside of a library:
    /// that is said too.
    package static func explainShortage() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < rlim_t.max / 2
        else { return }
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in
            // Nothing here may need memory.
            let line: StaticString = "waitfor: out of memory: its limit (ulimit -v) is too low\n"
            OutputDescriptor.lastWords(line.utf8Start, line.utf8CodeUnitCount)
            _exit(FatalFailure.status)
        }
        for signal in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS] {
            var before = sigaction()
            sigaction(signal, nil, &before)
            // A sanitizer has its own.
            guard before.__sigaction_handler.sa_handler == nil else { continue }
            sigaction(signal, &action, nil)
        }
    }
}
