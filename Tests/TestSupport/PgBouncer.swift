import Glibc

/// A real PgBouncer in front of a PostgreSQL, on a free loopback port.
package final class PgBouncer: Sendable {
    package let port: UInt16
    private let running: RunningProgram
    private let kept: TemporaryDirectory

    /// `login` is who and where it is in the server.
    package init(
        before server: PostgresServer, login: String = "user=postgres", settings: [String: String] = [:]
    ) throws {
        port = try FreePort.make()
        let directory = try TemporaryDirectory()
        let chosen = [
            "listen_addr": "127.0.0.1", "listen_port": "\(port)", "auth_type": "trust",
            "auth_file": directory.file("users"),
            "pool_mode": "session", "unix_socket_dir": "", "server_connect_timeout": "1",
            "query_wait_timeout": "1",
            "server_login_retry": "1", "ignore_startup_parameters": "extra_float_digits",
        ].merging(settings) { $1 }
        try directory.write("users", "\"postgres\" \"\"\n\"app\" \"secret\"\n")
        let configuration = try directory.write(
            "pgbouncer.ini",
            "[databases]\npostgres = host=127.0.0.1 port=\(server.port) \(login)\n[pgbouncer]\n"
                + chosen.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)\n" }.joined())
        let command = PostgresTemplate.unprivileged(["/usr/sbin/pgbouncer", configuration])
        running = try Program(command[0], Array(command.dropFirst())).start()
        kept = directory
        let place = HTTPPlace.port(port)
        let isUp = eventually(within: 10) { running.finished != nil || (try? place.connect()) != nil }
        guard isUp, running.finished == nil else {
            throw SupportError("pgbouncer did not start:\n\(running.standardError)")
        }
    }

    deinit {
        running.stop()
    }

    /// Whether it tells why its server does not let it in. Newer ones (seen: 1.24) let their clients wait instead, but
    /// for what a login is refused for, which they pass on with its code.
    package static let tellsOfItsServer: Bool = {
        let said = (try? Program.run("/usr/sbin/pgbouncer", ["-V"]))?.output ?? ""
        return said.hasPrefix("PgBouncer 1.18")
    }()
}
