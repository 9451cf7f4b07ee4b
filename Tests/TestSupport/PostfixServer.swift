import Glibc

/// A real Postfix, whose queue and configuration are in a temporary directory. Its ports are of one server each: one
/// that takes mail, one that takes none from anybody, one that takes one client, and one over TLS.
package final class PostfixServer: Sendable {
    /// A way in which one of its ports greets.
    package enum Door: Int, CaseIterable, Sendable {
        case open, closed, narrow, encrypted
    }

    private let ports: [UInt16]
    private let directory: TemporaryDirectory
    private let running: RunningProgram

    /// Starts it, and returns when all ports accept.
    package init(_ pair: Certificates.Pair) throws {
        let ports = try Door.allCases.map { _ in try FreePort.make() }
        let directory = try TemporaryDirectory()
        (self.ports, self.directory) = (ports, directory)
        for name in ["etc", "queue", "data"] { _ = try Program.run("/bin/mkdir", [directory.file(name)]) }
        _ = try Program.run("/bin/chown", ["postfix", directory.file("data")])
        try directory.write(
            "etc/main.cf",
            """
            compatibility_level = 3.6
            queue_directory = \(directory.file("queue"))
            data_directory = \(directory.file("data"))
            daemon_directory = /usr/lib/postfix/sbin
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            myhostname = mail.test
            mydestination =
            mynetworks = 127.0.0.1/32
            local_recipient_maps =
            alias_maps =
            maillog_file = \(directory.file("log"))
            maillog_file_prefixes = \(directory.path)
            smtpd_client_event_limit_exceptions =
            smtpd_tls_chain_files = \(pair.key), \(pair.certificate)

            """)
        func port(_ door: Door) -> String { "127.0.0.1:\(ports[door.rawValue]) inet n - n - 20 smtpd" }
        try directory.write("etc/dynamicmaps.cf", "")
        try directory.write(
            "etc/master.cf",
            """
            \(port(.open))
            \(port(.closed)) -o smtpd_delay_reject=no -o smtpd_client_restrictions=reject
            \(port(.narrow)) -o smtpd_client_connection_count_limit=1
            \(port(.encrypted)) -o smtpd_tls_wrappermode=yes
            anvil unix - - n - 1 anvil
            tlsmgr unix - - n - 1 tlsmgr
            postlog unix-dgram n - n - 1 postlogd

            """)
        let made = try Program.run("/usr/sbin/postfix", ["-c", directory.file("etc"), "check"])
        guard made.exitCode == 0 else { throw SupportError("postfix check: \(made)") }
        running = try Program("/usr/lib/postfix/sbin/master", ["-c", directory.file("etc"), "-d"]).start()
        let isUp = eventually(within: 20) { ports.allSatisfy { (try? IdleConnections(1, port: $0)) != nil } }
        guard isUp else { throw SupportError("postfix did not start: \(log) \(running.standardError)") }
    }

    deinit {
        running.stop()
    }

    /// The port that greets in this way.
    package func port(_ door: Door) -> UInt16 { ports[door.rawValue] }

    /// What it has logged.
    package var log: String { readText(directory.file("log")) }

    /// Stops its processes where they stand: they are one group.
    package func freeze() { kill(-running.pid, SIGSTOP) }
}
