internal import CLinux
internal import Glibc

/// A command that runs as a child in a process group of its own, with our standard streams and what else of our
/// descriptors we were started with. If our own group was the terminal's foreground, the command's is.
package final class CommandProcess: Sendable {
    /// The error number of a command that could not be started.
    package struct StartFailure: Error {
        package let number: Int32
    }

    /// The process, which leads its group.
    package let pid: Int32
    /// The terminal whose foreground the command's group was made; negative for none.
    private let terminal: Int32

    /// Starts the program of a file. Its soft limit on descriptors is the one that we were started with.
    package init(
        _ file: [UInt8], _ arguments: [[UInt8]], _ environment: ProcessEnvironment, _ signals: StartSignals
    ) throws(StartFailure) {
        let terminal = Self.ownTerminal
        var started: pid_t = 0
        let number = CStrings.with([file]) { file in
            CStrings.with(arguments) { arguments in
                var program = clinux_program(
                    file: file.pointee, arguments: arguments, environment: environment.strings.baseAddress,
                    path: nil, input: -1, output: -1, descriptors: DescriptorLimit.original,
                    ignored: signals.ignored, blocked: signals.blocked, terminal: terminal, parent: 0,
                    error: 0)
                return clinux_spawn(&started, &program)
            }
        }
        (pid, self.terminal) = (started, terminal)
        guard number == 0 else {
            takeTerminalBack()
            throw StartFailure(number: number)
        }
        Children.own(started)
    }

    /// How the process has ended; nil while it runs, or is stopped. The status can be taken once.
    package func takeEnding() -> ChildProcess.Ending? {
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        Children.disown(pid)
        return ChildProcess.Ending(status: status)
    }

    /// The same, after what is left of its process group was killed.
    package func takeEndingOfAll() -> ChildProcess.Ending? {
        guard clinux_has_ended(pid) else { return nil }
        // The group's number is the process's until its status is taken.
        Glibc.kill(-pid, SIGKILL)
        return takeEnding()
    }

    /// Sends a signal to the process, or to its group.
    package func send(_ signal: Int32, toGroup: Bool) {
        // The PID stays the process's, and its group's, until its exit status is taken.
        if !toGroup || Glibc.kill(-pid, signal) != 0 { Glibc.kill(pid, signal) }
    }

    /// Kills the process, whatever group it has moved to, and its group.
    package func kill() {
        Glibc.kill(-pid, SIGKILL)
        Glibc.kill(pid, SIGKILL)
    }

    /// Makes our own group the terminal's foreground again, unless a living group that is not the command's has taken it.
    package func takeTerminalBack() {
        guard terminal >= 0, case let group = tcgetpgrp(terminal), group > 0 else { return }
        guard group == pid || Glibc.kill(-group, 0) != 0 else { return }
        tcsetpgrp(terminal, getpgrp())
    }

    /// The standard stream that is the terminal whose foreground our process group is; negative if another group is in
    /// the foreground, or there is no terminal.
    private static var ownTerminal: Int32 {
        for descriptor: Int32 in 0...2 {
            let group = tcgetpgrp(descriptor)
            // A group of another PID namespace is 0, ours or not.
            if group >= 0 { return group > 0 && group == getpgrp() ? descriptor : -1 }
        }
        return -1
    }
}
