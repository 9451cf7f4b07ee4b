import Glibc
import Synchronization

/// A real PostgreSQL 15 on a free loopback port and on a Unix socket, in a temporary directory.
package final class PostgresServer: Sendable {
    /// How the server is asked to end.
    package enum Shutdown: Int32, Sendable {
        /// Waits for the sessions: with one open, new ones are refused with 57P03.
        case smart = 15
        /// Ends the sessions.
        case fast = 2
        /// Ends without a checkpoint, so the next start recovers.
        case immediate = 3
    }

    /// The TCP port, on 127.0.0.1 unless `listen_addresses` says otherwise.
    package let port: UInt16
    /// The role that initdb made.
    package let superuser: String
    /// The home of everything; the Unix socket is in it.
    package let directory: TemporaryDirectory
    private let environment: [String: String]
    private let state = Mutex(State())

    private struct State {
        var running: RunningProgram?
        var earlierLog = ""
    }

    /// Prepares a server that is not started yet.
    ///
    /// `hba` replaces the rule "everybody is trusted over TCP". The superuser is always let in
    /// over the Unix socket, and so is everybody whom no rule of `hba` mentions.
    package init(
        superuser: String = "postgres", settings: [String: String] = [:], hba: [String]? = nil,
        environment: [String: String] = [:], port: UInt16? = nil
    ) throws {
        self.superuser = superuser
        self.environment = environment.merging(Program.minimalEnvironment) { own, _ in own }
        directory = try TemporaryDirectory()
        self.port = try port ?? FreePort.make()
        try PostgresTemplate.copy(into: directory, superuser: superuser)
        let rules =
            ["local all \"\(superuser)\" trust"] + (hba ?? ["host all all all trust"])
            + ["local all all trust", ""]
        try writeData("pg_hba.conf", rules.joined(separator: "\n"))
        try configure(defaults.merging(settings) { _, chosen in chosen })
    }

    deinit {
        // Not with SIGKILL, so that the server still reaps its own children.
        try? stop(.immediate)
    }

    /// A server with these properties that already accepts queries.
    package static func started(
        superuser: String = "postgres", settings: [String: String] = [:], hba: [String]? = nil,
        environment: [String: String] = [:]
    ) throws -> PostgresServer {
        let server = try PostgresServer(
            superuser: superuser, settings: settings, hba: hba, environment: environment)
        try server.start()
        return server
    }

    /// The process that listens, or nil while the server is stopped.
    package var pid: Int32? { state.withLock { $0.running?.finished == nil ? $0.running?.pid : nil } }

    /// Everything that the server has logged since it was first started.
    package var log: String { state.withLock { $0.earlierLog + ($0.running?.standardError ?? "") } }

    /// The directory to give to a client as host, so that it takes the Unix socket.
    package var socketDirectory: String { directory.path }

    /// Starts it; with `waitForReady`, returns when a query works.
    package func start(waitForReady: Bool = true) throws {
        let postgres = ["\(PostgresTemplate.binaries)/postgres", "-D", directory.file("data")]
        var command = PostgresTemplate.unprivileged(postgres)
        // A killed server leaves its System V shared memory behind, unless that has a namespace of its own.
        if getuid() == 0 { command = ["/usr/bin/unshare", "--ipc", "--"] + command }
        let running = try Program(command[0], Array(command.dropFirst()), environment: environment).start()
        state.withLock {
            $0.earlierLog += $0.running?.standardError ?? ""
            $0.running = running
        }
        guard waitForReady else { return }
        let isReady = eventually(within: 30, every: 0.02) {
            if running.finished != nil { return true }
            return ["ready", "standby"].contains(status) && query("SELECT 1").exitCode == 0
        }
        guard isReady, running.finished == nil else {
            throw SupportError("PostgreSQL did not start:\n\(log)")
        }
    }

    /// Asks it to end; with `waits`, returns when it has.
    package func stop(_ how: Shutdown = .fast, waits: Bool = true) throws {
        guard let running = state.withLock({ $0.running }), running.finished == nil else { return }
        resume()
        running.send(how.rawValue)
        guard waits else { return }
        guard eventually(within: 30, { running.finished != nil }) else {
            kill()
            throw SupportError("PostgreSQL did not stop:\n\(log)")
        }
    }

    /// Ends all of its processes with SIGKILL, as a crash would; the port then refuses.
    package func kill() {
        guard let running = state.withLock({ $0.running }), running.finished == nil else { return }
        ProcessTree.send(SIGKILL, to: running.pid)
        running.stop()
    }

    /// Stops all of its processes with SIGSTOP: the port still accepts, but nobody answers.
    package func pause() {
        if let pid { ProcessTree.send(SIGSTOP, to: pid) }
    }

    /// Lets it go on after `pause`.
    package func resume() {
        if let pid { ProcessTree.send(SIGCONT, to: pid) }
    }

    /// Changes settings; those that need it take effect at the next start.
    package func configure(_ settings: [String: String]) throws {
        let lines = settings.sorted { $0.key < $1.key }.map { key, value in
            "\(key) = '\(value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'\n"
        }
        let path = directory.file("data/postgresql.conf")
        try writeData("postgresql.conf", readText(path) + lines.joined())
        if let pid { Glibc.kill(pid, SIGHUP) }
    }

    /// Writes a file in the data directory as the server's own user.
    package func writeData(_ name: String, _ text: String) throws {
        let path = try directory.write("data/\(name)", text, mode: 0o600)
        try PostgresTemplate.own(path)
    }

    // Small, quick and without what a test could leave behind in the machine's shared memory.
    private var defaults: [String: String] {
        [
            "listen_addresses": "127.0.0.1", "port": "\(port)", "unix_socket_directories": directory.path,
            "fsync": "off", "shared_buffers": "4MB", "autovacuum": "off", "logging_collector": "off",
            "dynamic_shared_memory_type": "mmap", "max_logical_replication_workers": "0",
        ]
    }

    // Line 8 of the lock file says it in English whatever lc_messages is.
    private var status: String {
        let lines = readText(directory.file("data/postmaster.pid"))
            .split(separator: "\n", omittingEmptySubsequences: false)
        return lines.count > 7 ? trimmed(String(lines[7])) : ""
    }
}
