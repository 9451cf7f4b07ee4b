import Glibc
import Synchronization

/// A real MariaDB on a free loopback port and on a Unix socket, in a temporary directory. Its `root` has no password.
package final class MariaDBServer: Sendable {
    package let port: UInt16
    /// The home of everything.
    package let directory: TemporaryDirectory
    private let options: [String]
    private let state = Mutex(State())

    private struct State {
        var running: RunningProgram?
        var earlierLog = ""
    }

    /// The peers' own way to ask whether it is ready.
    package static let admin = "/usr/bin/mariadb-admin"

    /// Prepares a server that is not started yet.
    package init(_ options: [String] = [], address: String = "127.0.0.1", port: UInt16? = nil) throws {
        directory = try TemporaryDirectory()
        self.port = try port ?? FreePort.make()
        self.options = ["--bind-address=\(address)"] + options
        try MariaDBTemplate.copy(into: directory)
    }

    deinit { kill() }

    /// A server that already accepts queries.
    package static func started(_ options: [String] = [], address: String = "127.0.0.1") throws
        -> MariaDBServer
    {
        let server = try MariaDBServer(options, address: address)
        try server.start()
        return server
    }

    /// The Unix socket.
    package var socket: String { directory.file("mariadb.sock") }

    /// The process that listens; nil while the server is stopped.
    package var pid: Int32? { state.withLock { $0.running?.finished == nil ? $0.running?.pid : nil } }

    /// Everything that the server has logged since it was first started.
    package var log: String { state.withLock { $0.earlierLog + ($0.running?.standardError ?? "") } }

    /// Starts it with other options besides; with `waitForReady`, returns when a query works.
    package func start(_ more: [String] = [], waitForReady: Bool = true) throws {
        let running = try Program(
            MariaDBTemplate.server,
            MariaDBTemplate.options + [
                "--datadir=\(directory.file("data"))", "--socket=\(socket)", "--port=\(port)",
                "--pid-file=\(directory.file("pid"))",
            ] + options + more
        ).start()
        state.withLock {
            $0.earlierLog += $0.running?.standardError ?? ""
            $0.running = running
        }
        guard waitForReady else { return }
        let isReady = eventually(within: 60, every: 0.02) {
            running.finished != nil || query("SELECT 1").exitCode == 0
        }
        guard isReady, running.finished == nil else { throw SupportError("MariaDB did not start:\n\(log)") }
    }

    /// Runs statements as root over the socket.
    @discardableResult
    package func query(_ statements: String) -> Finished {
        let arguments = ["--no-defaults", "--skip-ssl", "-uroot", "-S", socket, "-BN", "-e", statements]
        guard let finished = try? Program.run("/usr/bin/mariadb", arguments) else {
            preconditionFailure("the client of MariaDB does not run")
        }
        return finished
    }

    /// The same where it has to work.
    package func execute(_ statements: String) throws {
        let finished = query(statements)
        guard finished.exitCode == 0 else { throw SupportError("\(statements): \(finished)") }
    }

    /// Asks it to end; with `waits`, returns when it has.
    package func stop(waits: Bool = true) throws {
        guard let running = state.withLock({ $0.running }), running.finished == nil else { return }
        running.send(SIGTERM)
        guard waits else { return }
        guard eventually(within: 60, { running.finished != nil }) else {
            throw SupportError("it does not stop:\n\(log)")
        }
    }

    /// Ends it with SIGKILL, as a crash would.
    package func kill() {
        state.withLock { $0.running }?.stop()
    }

    /// Stops its process where it stands: the port still accepts, but nobody answers.
    package func pause() { state.withLock { $0.running }?.send(SIGSTOP) }

    /// Lets it go on after `pause`.
    package func resume() { state.withLock { $0.running }?.send(SIGCONT) }
}
