internal import CLinux
import EventLoop
internal import Files
internal import Glibc
import HealthCore
import Probes

/// The arguments and the environment of the process, byte for byte: the command after `--` gets them unchanged.
struct StartState: Sendable {
    /// The arguments after the program's name. `CommandLine.arguments` would repair invalid UTF-8.
    let arguments: [[UInt8]]
    let environment: ProcessEnvironment

    /// Variables with host, user and password that libpq would read behind our back.
    private static let hiddenFromLibPQ = [
        "PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGDATABASE", "PGPASSWORD", "PGPASSFILE", "PGSERVICE",
        "PGSERVICEFILE", "PGCONNECT_TIMEOUT",
    ]

    /// Records arguments and environment, and reserves the standard descriptors that are closed: a socket with the
    /// number 2 would receive the log.
    static func capture() -> StartState {
        while case let descriptor = open("/", clinux_path_only | O_CLOEXEC), descriptor >= 0 {
            guard descriptor > 2 else { continue }
            close(descriptor)
            break
        }
        let arguments = (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            CommandLine.unsafeArgv[index].map(bytes)
        }
        let environment = clinux_environment()
        FatalFailure.require(environment == nil ? -1 : 0, from: "calloc")
        return StartState(arguments: arguments, environment: ProcessEnvironment(environment))
    }

    /// Whether the program was started under this name, in whatever folder.
    func isCalled(_ name: String) -> Bool {
        guard let called = CommandLine.unsafeArgv[0].map({ String(cString: $0) }) else { return false }
        return called == name || called.hasSuffix("/\(name)")
    }

    /// The names of the environment's WAITFOR_… variables.
    var settings: [String] {
        environment.strings.compactMap { string in
            guard let string, strncmp(string, "WAITFOR_", 8) == 0 else { return nil }
            return String(decoding: Self.bytes(string).prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
        }
    }

    /// The value of a variable at the start.
    func variable(_ name: String) -> String? {
        bytes(of: name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The value of a variable at the start; nil if it is empty, which Compose writes for one that is unset.
    func meaningful(_ name: String) -> String? {
        variable(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The value of a variable at the start, byte for byte: a path need not be UTF-8.
    func bytes(of name: String) -> [UInt8]? {
        let length = name.utf8.count
        return name.withCString { wanted in
            for case let string? in environment.strings where strncmp(string, wanted, length) == 0 {
                if string[length] == CChar(bitPattern: UInt8(ascii: "=")) {
                    return Self.bytes(string + length + 1)
                }
            }
            return nil
        }
    }

    /// The context that targets are read in.
    var context: ReadingContext {
        ReadingContext(
            variable: variable, libPQVersion: PostgresProbe.libPQVersion,
            secretFile: SecretFile.contents(of:), whyUnreadable: SecretFile.whyUnreadable,
            passFile: SecretFile.passFile(at:),
            ignoresPassFile: SecretFile.isExposed, isReadable: { (try? SmallFile($0)) != nil })
    }

    /// Hides from libpq the variables that we read for it. The command's environment keeps them.
    func hideFromLibPQ() {
        for name in Self.hiddenFromLibPQ { unsetenv(name) }
    }

    /// Calls `execve` with the original environment; returns only on failure, with the error number.
    func execute(_ path: [UInt8], _ command: [[UInt8]]) -> Int32 {
        CStrings.with(command) { arguments in
            execve(path.cString, arguments, environment.strings.baseAddress)
            return errno
        }
    }

    private static func bytes(_ string: UnsafeMutablePointer<CChar>) -> [UInt8] {
        UnsafeRawBufferPointer(start: string, count: strlen(string)).map { $0 }
    }
}

extension [UInt8] {
    /// The bytes as a C string.
    var cString: [CChar] { map(CChar.init(bitPattern:)) + [0] }
}
