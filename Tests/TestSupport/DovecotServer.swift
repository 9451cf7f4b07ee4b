import Glibc

/// A real Dovecot on free loopback ports, for IMAP and POP3, plain and over TLS.
package final class DovecotServer: Sendable {
    /// What one of its ports speaks.
    package enum Door: String, CaseIterable, Sendable {
        case imap, imaps, pop3, pop3s
    }

    private let ports: [Door: UInt16]
    private let directory: TemporaryDirectory
    private let running: RunningProgram

    /// Starts it, and returns when all ports accept.
    package init(_ pair: Certificates.Pair) throws {
        var ports: [Door: UInt16] = [:]
        for door in Door.allCases { ports[door] = try FreePort.make() }
        let directory = try TemporaryDirectory()
        (self.ports, self.directory) = (ports, directory)
        let version = try Program.run("/usr/sbin/dovecot", ["--version"]).trimmedOutput
        let isOld = version.hasPrefix("2.3.")
        // One process serves many clients: the usual one each costs four milliseconds.
        let count = isOld ? "service_count = 0" : "restart_request_count = unlimited"
        func service(_ name: String, _ plain: Door, _ encrypted: Door) -> String {
            """
            service \(name)-login {
              chroot =
              \(count)
              inet_listener \(plain) {
                port = \(ports[plain] ?? 0)
              }
              inet_listener \(encrypted) {
                port = \(ports[encrypted] ?? 0)
                ssl = yes
              }
            }

            """
        }
        // Since 2.4 a configuration says for which version it is, and the keys have other names.
        let (head, certificate, key) =
            isOld
            ? ("", "ssl_cert = <\(pair.certificate)", "ssl_key = <\(pair.key)")
            : (
                "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n",
                "ssl_server_cert_file = \(pair.certificate)", "ssl_server_key_file = \(pair.key)"
            )
        let users =
            isOld
            ? "passdb {\n  driver = static\n  args = nopassword=y\n}\nuserdb {\n  driver = static\n  args = uid=nobody gid=nogroup home=/tmp\n}\n"
            : "passdb static {\n  password = none\n}\nuserdb static {\n  fields {\n    uid = nobody\n    gid = nogroup\n    home = /tmp\n  }\n}\n"
        let configuration = try directory.write(
            "dovecot.conf",
            """
            \(head)protocols = imap pop3
            listen = 127.0.0.1
            base_dir = \(directory.file("run"))
            state_dir = \(directory.file("run"))
            log_path = \(directory.file("log"))
            ssl = yes
            \(certificate)
            \(key)
            \(service("imap", .imap, .imaps))\(service("pop3", .pop3, .pop3s))\(users)
            """)
        running = try Program("/usr/sbin/dovecot", ["-F", "-c", configuration]).start()
        let isUp = eventually(within: 20) {
            ports.values.allSatisfy { (try? IdleConnections(1, port: $0)) != nil }
        }
        guard isUp else { throw SupportError("dovecot did not start: \(log) \(running.standardError)") }
    }

    deinit {
        running.stop()
    }

    /// The port that speaks this.
    package func port(_ door: Door) -> UInt16 { ports[door] ?? 0 }

    /// What it has logged.
    package var log: String { readText(directory.file("log")) }

    /// Stops its processes where they stand: they are one group.
    package func freeze() { kill(-running.pid, SIGSTOP) }
}
