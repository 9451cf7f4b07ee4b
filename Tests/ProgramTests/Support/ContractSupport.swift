import Glibc
import Synchronization
import TestSupport

/// A gate on a port that accepts, so that it becomes its command at once.
struct ReadyGate {
    // One for all tests of the process, which it outlives.
    private static let server = Result { try LoopbackServer { $0.holdSilently() } }

    /// The target of its port.
    let target: String

    init() throws {
        target = "tcp://127.0.0.1:\(try ReadyGate.server.get().port)"
    }

    /// `waitfor TARGET -- command`
    func program(_ command: [String], options: [String] = []) -> Program {
        Program(Program.waitfor, options + [target, "--"] + command)
    }

    /// The same with a command of any bytes and an environment of any entries.
    func program(command: [[UInt8]], environment: [[UInt8]]? = nil) -> Program {
        var program = Program(Program.waitfor, [target, "--"])
        program.arguments += command
        if let environment { program.environment = environment }
        return program
    }

    /// Runs `waitfor TARGET -- command`.
    func run(_ command: [String], options: [String] = []) throws -> Finished {
        try program(command, options: options).run()
    }
}

/// A gate that waits for a port on which nobody listens.
struct WaitingGate {
    let port: UInt16
    let running: RunningProgram

    /// Returns when the gate has said that it waits. `prefix` is a command that starts it.
    init(
        prefix: [String] = [], command: [String] = ["/bin/true"], _ adjust: (inout Program) -> Void = { _ in }
    ) throws {
        port = try FreePort.make()
        let words = prefix + [Program.waitfor, "tcp://127.0.0.1:\(port)", "--"] + command
        var program = Program(words[0], Array(words.dropFirst()))
        adjust(&program)
        running = try program.start()
        guard running.waitUntil(within: 10, { $0.standardError.contains("refused") }) else {
            throw SupportError("the gate does not wait: \(running.standardError)")
        }
    }
}

/// The lines of a text.
func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map(String.init)
}

/// The numbers of a process's open descriptors.
func descriptors(of pid: Int32) -> Set<Int> {
    guard let directory = opendir("/proc/\(pid)/fd") else { return [] }
    defer { closedir(directory) }
    var numbers: Set<Int> = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
            String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
        }
        if let number = Int(name) { numbers.insert(number) }
    }
    return numbers
}

/// The processes that a process has started and that are still there.
func children(of pid: Int32) -> [Int32] {
    readText("/proc/\(pid)/task/\(pid)/children").split(separator: " ").compactMap { Int32($0) }
}

/// Waits without giving up the processor: the kernel's timers are too coarse for a race.
func spin(_ seconds: Double) {
    let end = Monotonic.seconds() + seconds
    while Monotonic.seconds() < end {}
}
