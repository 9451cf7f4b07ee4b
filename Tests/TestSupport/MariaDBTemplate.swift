import Glibc
import Synchronization

/// A data directory fresh from mariadb-install-db, which is run once in a test process.
enum MariaDBTemplate {
    static let server = "/usr/sbin/mariadbd"
    /// What keeps a server of the tests small, and away from the machine's own settings.
    static let options = [
        "--no-defaults", "--user=root", "--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M",
        "--innodb-flush-log-at-trx-commit=0", "--aria-log-file-size=8M",
    ]

    private static let made = Result {
        let directory = try TemporaryDirectory()
        let installed = try Program.run(
            "/usr/bin/mariadb-install-db",
            // The options of the server come after the script's own.
            options.prefix(2) + [
                "--datadir=\(directory.file("data"))", "--skip-test-db", "--force",
                "--auth-root-authentication-method=normal",
            ] + options.dropFirst(2), within: 120)
        guard installed.exitCode == 0 else { throw SupportError("mariadb-install-db: \(installed)") }
        return directory
    }

    /// Makes `data` in `directory`.
    static func copy(into directory: TemporaryDirectory) throws {
        let copied = try Program.run(
            "/bin/cp", ["-r", "--sparse=always", made.get().file("data"), directory.file("data")], within: 60)
        guard copied.exitCode == 0 else { throw SupportError("cp: \(copied)") }
    }
}
