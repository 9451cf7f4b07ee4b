import CTestSupport
import Glibc

/// A program to run, with everything that a child inherits said explicitly.
package struct Program: Sendable {
    /// What the program reads.
    package enum StandardInput: Sendable {
        /// Nothing: /dev/null.
        case empty
        /// These bytes, then the end.
        case bytes([UInt8])
        /// What `RunningProgram.write` sends, until `closeInput`.
        case open
    }

    /// The file, found in `searchPath` if the name has no slash.
    package var path: String
    /// argv[0], if it is not the path.
    package var name: [UInt8]?
    /// The arguments after argv[0].
    package var arguments: [[UInt8]]
    /// The environment as `NAME=value` entries, in this order.
    package var environment: [[UInt8]]
    /// What the program reads.
    package var standardInput: StandardInput
    /// Signals that the program starts with ignored; all others have their default disposition.
    package var ignoredSignals: Set<Int32> = []
    /// The signal mask that the program starts with.
    package var blockedSignals: Set<Int32> = []

    /// Where programs are looked up, and the PATH that they get.
    package static let searchPath = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    /// What a program gets if the test names no environment.
    package static let minimalEnvironment = ["PATH": searchPath]
    /// The same for a program that is traced, or has no descriptors: there LeakSanitizer, if it is linked, fails.
    package static let leakUncheckedEnvironment = ["PATH": searchPath, "ASAN_OPTIONS": "detect_leaks=0"]

    /// A program with arguments that are text.
    package init(
        _ path: String, _ arguments: [String] = [], environment: [String: String] = minimalEnvironment,
        standardInput: StandardInput = .empty
    ) {
        self.path = path
        self.arguments = arguments.map { Array($0.utf8) }
        self.environment = environment.sorted { $0.key < $1.key }.map { Array("\($0.key)=\($0.value)".utf8) }
        self.standardInput = standardInput
    }

    /// Starts it; it is stopped when the result is no longer referenced. What it writes to descriptors that are
    /// given here does not come to the result.
    package func start(output: Int32? = nil, errors: Int32? = nil) throws -> RunningProgram {
        try RunningProgram(self, output: output, errors: errors)
    }

    /// Runs it to its end; it is killed, with its process group, after `seconds`.
    package func run(within seconds: Double = 30) throws -> Finished {
        try start().finish(within: seconds)
    }

    /// Runs a program to its end in one call.
    package static func run(
        _ path: String, _ arguments: [String] = [], environment: [String: String] = minimalEnvironment,
        standardInput: StandardInput = .empty, within seconds: Double = 30
    ) throws -> Finished {
        try Program(path, arguments, environment: environment, standardInput: standardInput)
            .run(within: seconds)
    }

    /// The pid of a new process with these three descriptors and no others.
    func spawn(standardInput: Int32, standardOutput: Int32, standardError: Int32) throws -> Int32 {
        let file = Program.find(path)
        let strings = { (texts: [[UInt8]]) in
            texts.map { text in strdup(text.map { CChar(bitPattern: $0) } + [0]) } + [nil]
        }
        let (argv, envp) = (strings([name ?? Array(path.utf8)] + arguments), strings(environment))
        defer { (argv + envp).forEach { free($0) } }
        var pid: Int32 = -1
        let failure = file.withCString { path in
            argv.withUnsafeBufferPointer { argv in
                envp.withUnsafeBufferPointer { envp in
                    var program = support_program(
                        path: path, arguments: argv.baseAddress, environment: envp.baseAddress,
                        descriptors: (standardInput, standardOutput, standardError),
                        ignored_signals: bits(ignoredSignals), blocked_signals: bits(blockedSignals))
                    return support_spawn(&program, &pid)
                }
            }
        }
        guard failure == 0 else { throw SupportError(system: "start \(file)", failure) }
        return pid
    }

    private func bits(_ signals: Set<Int32>) -> UInt64 {
        signals.reduce(0) { $0 | 1 << UInt64($1) }
    }

    private static func find(_ name: String) -> String {
        guard !name.contains("/") else { return name }
        let candidates = searchPath.split(separator: ":").map { "\($0)/\(name)" }
        return candidates.first { access($0, X_OK) == 0 } ?? name
    }
}
