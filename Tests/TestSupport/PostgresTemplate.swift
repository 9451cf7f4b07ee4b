import Glibc
import Synchronization

/// Data directories fresh from initdb, which is run once for each superuser in a test process.
package enum PostgresTemplate {
    /// The newest version that is installed, 15; libpq's is the same.
    package static let version: Int =
        (10..<50).reversed().first { access("\(folder($0))/initdb", X_OK) == 0 } ?? 0

    /// Where Debian keeps its programs; `/usr/bin` has wrappers in Perl.
    package static let binaries = folder(version)

    private static func folder(_ version: Int) -> String { "/usr/lib/postgresql/\(version)/bin" }

    private static let made = Mutex<[String: TemporaryDirectory]>([:])

    /// Makes `data` in `directory`, owned by the user that the server runs as.
    static func copy(into directory: TemporaryDirectory, superuser: String) throws {
        try own(directory.path)
        let template = try made.withLock { made in
            if let ready = made[superuser] { return ready }
            let ready = try initialize(superuser: superuser)
            made[superuser] = ready
            return ready
        }
        try run(["/bin/cp", "-r", template.file("data"), directory.file("data")])
    }

    /// Gives a file or directory to the user that the server runs as.
    static func own(_ path: String) throws {
        guard getuid() == 0, let account = getpwnam("postgres") else { return }
        try check("chown \(path)", chown(path, account.pointee.pw_uid, account.pointee.pw_gid))
    }

    /// What stands before a command so that it runs unprivileged: PostgreSQL refuses root.
    static func unprivileged(_ command: [String]) -> [String] {
        guard getuid() == 0 else { return command }
        return ["/usr/bin/setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"]
            + command
    }

    private static func initialize(superuser: String) throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        try own(directory.path)
        try run([
            "\(binaries)/initdb", "-D", directory.file("data"), "-U", superuser, "-A", "trust",
            "--no-sync", "--wal-segsize", "1", "--encoding", "UTF8", "--locale", "C",
        ])
        return directory
    }

    private static func run(_ command: [String]) throws {
        let command = unprivileged(command)
        let finished = try Program.run(command[0], Array(command.dropFirst()), within: 120)
        guard finished.exitCode == 0 else { throw SupportError("\(command): \(finished)") }
    }
}
