import Glibc

/// A real RabbitMQ on free loopback ports, with files and a port mapper of its own. Erlang takes its seconds to start:
/// tests share one.
package final class RabbitServer: Sendable {
    package let port: UInt16
    /// The port that speaks TLS.
    package let securePort: UInt16
    private let directory: TemporaryDirectory
    private let mapper: RunningProgram
    private let running: RunningProgram
    private let environment: [String: String]

    /// Starts one, and returns at once: `waitUntilUp` waits.
    package init(_ pair: Certificates.Pair) throws {
        let (port, securePort, mapperPort) = (try FreePort.make(), try FreePort.make(), try FreePort.make())
        let directory = try TemporaryDirectory()
        (self.port, self.securePort, self.directory) = (port, securePort, directory)
        try directory.write(
            "rabbit.conf",
            """
            listeners.tcp.1 = 127.0.0.1:\(port)
            listeners.ssl.1 = 127.0.0.1:\(securePort)
            ssl_options.certfile = \(pair.certificate)
            ssl_options.keyfile = \(pair.key)
            ssl_options.verify = verify_none
            log.console = true
            log.console.level = info
            log.file = false

            """)
        try directory.write("plugins", "[].\n")
        let environment = [
            "PATH": Program.searchPath, "HOME": directory.path, "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": "n\(port)@localhost",
            "RABBITMQ_MNESIA_BASE": directory.file("mnesia"), "RABBITMQ_LOG_BASE": directory.file("logs"),
            "RABBITMQ_PID_FILE": directory.file("pid"), "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": directory.file("rabbit.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": directory.file("plugins"), "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_DIST_PORT": "\(try FreePort.make())", "ERL_EPMD_PORT": "\(mapperPort)",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        ]
        self.environment = environment
        _ = try Program.run("/bin/chown", ["-R", "rabbitmq", directory.path])
        func start(_ command: [String]) throws -> RunningProgram {
            try Program("/usr/bin/setpriv", Self.unprivileged + command, environment: environment).start()
        }
        mapper = try start(["epmd", "-port", "\(mapperPort)", "-address", "127.0.0.1"])
        running = try start(["/usr/lib/rabbitmq/bin/rabbitmq-server"])
    }

    private static let unprivileged = ["--reuid", "rabbitmq", "--regid", "rabbitmq", "--clear-groups"]

    deinit {
        running.stop()
        mapper.stop()
    }

    /// Waits until it takes connections.
    package func waitUntilUp() throws {
        guard running.waitUntil(within: 120, { $0.standardOutput.contains("Server startup complete") }) else {
            throw SupportError("RabbitMQ did not start: \(log) \(running.standardError)")
        }
    }

    /// Has it evaluate a term of Erlang.
    package func evaluate(_ term: String) throws {
        let command = ["/usr/lib/rabbitmq/bin/rabbitmqctl", "-q", "eval", term]
        let finished = try Program.run(
            "/usr/bin/setpriv", Self.unprivileged + command, environment: environment, within: 120)
        guard finished.exitCode == 0 else { throw SupportError("rabbitmqctl: \(finished)") }
    }

    /// What `rabbitmq-diagnostics` says of it.
    package func diagnose(_ words: [String]) throws -> Finished {
        let command = ["/usr/lib/rabbitmq/bin/rabbitmq-diagnostics"] + words
        return try Program.run(
            "/usr/bin/setpriv", Self.unprivileged + command, environment: environment, within: 120)
    }

    /// What it has logged.
    package var log: String { running.standardOutput }

    /// Stops its process where it stands: the script has become the virtual machine, or has it as a child.
    package func freeze() { kill(-running.pid, SIGSTOP) }
}
