import CLinux
import EventLoop
import Probes

/// `waitfor version [--libraries]`
enum VersionVerb {
    static func run(listsLibraries: Bool) -> ExitCode {
        Output.print("waitfor \(Version.number)")
        guard listsLibraries else { return .ready }
        Output.print("libpq \(PostgresProbe.linkedVersion)")
        Output.print("hiredis \(RedisProbe.linkedVersion)")
        Output.print("\(OpenSSL.version)")
        Output.print("c-ares \(Resolver.linkedVersion)")
        Output.print("glibc \(String(cString: clinux_libc_version()))")
        Output.print("Swift \(swiftVersion)")
        return .ready
    }

    /// The runtime cannot be asked; the compiler that brought it can.
    private static var swiftVersion: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }
}
