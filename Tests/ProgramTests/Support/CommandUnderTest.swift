import Glibc
import TestSupport

/// `waitfor run` of a command behind a target that accepts, and what its agent says.
final class CommandUnderTest {
    /// How a process of its own PID namespace is started.
    static let asFirst = ["/usr/bin/unshare", "--fork", "--pid", "--mount-proc"]

    let running: RunningProgram
    let place: HTTPPlace

    /// Starts it. `prefix` is a command that starts waitfor.
    init(
        _ command: [String], _ options: [String] = [], prefix: [String] = [],
        _ adjust: (inout Program) -> Void = { _ in }
    ) throws {
        let port = try FreePort.make()
        place = .port(port)
        var program = try Self.program(
            command, options + ["--listen", "127.0.0.1:\(port)"], prefix: prefix)
        adjust(&program)
        running = try program.start()
    }

    /// The command is in a process group of its own, which nobody else ends.
    deinit {
        for child in children(of: running.pid) {
            kill(-child, SIGKILL)
            kill(child, SIGKILL)
        }
        running.stop()
    }

    /// `waitfor run TARGET -- command`
    static func program(_ command: [String], _ options: [String] = [], prefix: [String] = []) throws
        -> Program
    {
        let words = prefix + [Program.waitfor, "run", try ReadyGate().target] + options + ["--"] + command
        return Program(words[0], Array(words.dropFirst()))
    }

    /// Runs a command whose agent answers on a socket that nobody asks.
    static func run(_ command: [String], _ options: [String] = [], prefix: [String] = []) throws -> Finished {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        return try program(
            command, options + ["--listen", "unix:\(directory.file("socket"))"], prefix: prefix
        )
        .run()
    }

    /// Waits until the command has said something.
    func expectToSay(_ text: String) throws {
        guard running.waitUntil(within: 20, { $0.standardOutput.contains(text) }) else {
            throw SupportError("it does not say \(text): \(running.standardOutput) \(running.standardError)")
        }
    }

    /// The status of an endpoint; 0 without an answer.
    func status(_ path: String) -> Int { (try? place.get(path).status) ?? 0 }

    /// waitfor, by its number here, if something started it.
    func first() throws -> Int32 {
        var found: Int32?
        _ = eventually(within: 5) {
            found = children(of: running.pid).first
            return found != nil
        }
        guard let found else { throw SupportError("nothing started: \(running.standardError)") }
        return found
    }
}

/// Whether a process has ended and waits to be reaped.
func isZombie(_ pid: Int32) -> Bool { readText("/proc/\(pid)/stat").contains(") Z ") }
