import EventLoop
internal import Glibc
import HealthCore

/// The command after `--`: looked up before the wait, so that a typo fails at once.
struct Command {
    /// Why the command cannot be run, and the exit code of the program.
    struct StartError: Error {
        let exit: ExitCode
        let message: String
    }

    private let words: [[UInt8]]
    private let path: [UInt8]
    /// What may keep the command from starting, and need not.
    let doubt: String?

    /// Looks the command up as `execvp` would: in PATH, unless its name has a slash.
    init(_ words: [[UInt8]], path searchPath: [UInt8]?) throws(StartError) {
        let name = words[0]
        let shown = Self.shown(name)
        guard !name.isEmpty else { throw StartError(exit: .commandNotFound, message: "the command is empty") }
        let searchPath = searchPath ?? Array("/usr/local/bin:/bin:/usr/bin".utf8)
        var found: StartError?
        for candidate in Self.candidates(name, searchPath) {
            switch Self.look(at: candidate) {
            case nil:
                (self.words, path) = (words, candidate)
                switch Executable.fault(of: candidate, searchPath: searchPath) {
                case .mistake(let reason):
                    throw StartError(exit: .cannotExecute, message: "\(shown): \(reason)")
                case .doubt(let reason): doubt = "\(shown): \(reason)"
                case nil: doubt = nil
                }
                return
            case let error?:
                found =
                    found
                    ?? (error.isEmpty
                        ? nil : StartError(exit: .cannotExecute, message: "\(shown): \(error)"))
            }
        }
        throw found
            ?? StartError(exit: .commandNotFound, message: "\(shown): command not found\(Self.hint(name))")
    }

    /// What is often meant by a name that no command has.
    private static func hint(_ name: [UInt8]) -> String {
        if name.elementsEqual("--".utf8) { return ": a second `--`: the command begins after the first" }
        let isLine = name.contains(ASCII.space) && !name.contains(UInt8(ascii: "="))
        return isLine ? ": one argument has the whole command line: write its words apart" : ""
    }

    /// The name for messages, which may hide a password: a name with a blank may be a whole command line in quotes, and
    /// a name with a `=` an assignment before a command, as in a shell.
    private static func shown(_ name: [UInt8]) -> String {
        let word = name.prefix { $0 > 0x20 && $0 != UInt8(ascii: "=") }
        return PrintableText.line(word) + (word.count < name.count ? " ***" : "")
    }

    /// Whether there is such a command.
    static func isThere(_ name: [UInt8], _ searchPath: [UInt8]) -> Bool {
        candidates(name, searchPath).contains { look(at: $0) == nil }
    }

    /// The paths at which a command may be.
    static func candidates(_ name: [UInt8], _ searchPath: [UInt8]) -> [[UInt8]] {
        let slash = UInt8(ascii: "/")
        if name.contains(slash) { return [name] }
        return searchPath.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map {
            $0.isEmpty ? name : $0 + [slash] + name
        }
    }

    /// Why a path cannot be executed: nil if it can, empty if there is no file.
    static func look(at path: [UInt8]) -> String? {
        let path = path.cString
        var information = stat()
        guard stat(path, &information) == 0 else {
            return errno == EACCES ? "permission denied" : ""
        }
        if information.st_mode & S_IFMT == S_IFDIR { return "is a directory" }
        guard information.st_mode & S_IFMT == S_IFREG else { return "is not a regular file" }
        return access(path, X_OK) == 0 ? nil : "not executable: chmod +x it"
    }

    /// Becomes the command. Returns only if `execve` failed.
    func execute(_ start: StartState) -> StartError { failure(start.execute(path, words)) }

    /// Starts the command as a child.
    func spawn(_ start: StartState, _ signals: StartSignals) throws(StartError) -> CommandProcess {
        do throws(CommandProcess.StartFailure) {
            return try CommandProcess(path, words, start.environment, signals)
        } catch {
            throw failure(error.number)
        }
    }

    /// The name for messages.
    var shown: String { Self.shown(words[0]) }

    /// What is said when the kernel does not start the command.
    private func failure(_ number: Int32) -> StartError {
        switch number {
        case ENOEXEC:
            StartError(exit: .cannotExecute, message: "\(shown): \(Executable.noFormat)")
        case ENOENT where access(path.cString, F_OK) == 0:
            StartError(
                exit: .cannotExecute,
                message:
                    "\(shown): its interpreter is missing: the one of its `#!` line, or the dynamic loader")
        case ENOENT: StartError(exit: .commandNotFound, message: "\(shown): command not found")
        default: StartError(exit: .cannotExecute, message: "\(shown): \(String(cString: strerror(number)))")
        }
    }
}
