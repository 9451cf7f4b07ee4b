import CLinux
import EventLoop
import Probes

/// `waitfor version [--libraries]`
enum VersionVerb {
    static func run(listsLibraries: Bool) -> ExitCode {
        var lines = ["waitfor \(Version.number) (commit \(Version.commit))"]
        if listsLibraries {
            lines += [
                "libpq \(PostgresProbe.linkedVersion)", "hiredis \(RedisProbe.linkedVersion)",
                "nghttp2 \(GRPCProbe.linkedVersion)",
                OpenSSL.version,
                "c-ares \(Resolver.linkedVersion)", "glibc \(String(cString: clinux_libc_version()))",
                "Swift \(swiftVersion)",
            ]
        }
        return Output.deliver(lines.map { $0 + "\n" }.joined())
    }

    /// The version of Swift's runtime: the runtime cannot be asked, but its compiler can.
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
