import Glibc
import Synchronization

/// A real Redis, or what is to be tested in its place, on a free loopback port, in a temporary directory.
package final class RedisServer: Sendable {
    /// The TCP port, on 127.0.0.1 unless `bind` says otherwise.
    package let port: UInt16
    /// The home of everything.
    package let directory: TemporaryDirectory
    private let settings: [String: String]
    private let state = Mutex(State())

    private struct State {
        var running: RunningProgram?
        var earlierLog = ""
        // Clients that hold the server in a state.
        var companions: [any Sendable] = []
    }

    /// Prepares a server that is not started yet; `settings` are lines of redis.conf.
    package init(_ settings: [String: String] = [:], port: UInt16? = nil) throws {
        directory = try TemporaryDirectory()
        self.port = try port ?? FreePort.make()
        self.settings = settings
    }

    deinit {
        stop()
    }

    /// A server with these settings that already answers.
    package static func started(_ settings: [String: String] = [:]) throws -> RedisServer {
        let server = try RedisServer(settings)
        try server.start()
        return server
    }

    /// The process that listens, or nil while the server is stopped.
    package var pid: Int32? { state.withLock { $0.running?.finished == nil ? $0.running?.pid : nil } }

    /// Everything that the server has logged since it was first started.
    package var log: String { state.withLock { $0.earlierLog + ($0.running?.standardOutput ?? "") } }

    /// The port that speaks TLS, if the settings have one.
    package var tlsPort: String { settings["tls-port"] ?? "0" }

    /// Where its Unix socket is.
    package var unixSocket: String { directory.file("redis.sock") }

    /// Starts it; with `waitForReady`, returns when it answers anything but LOADING.
    package func start(_ more: [String: String] = [:], waitForReady: Bool = true) throws {
        let chosen = defaults.merging(settings) { _, new in new }.merging(more) { _, new in new }
        let lines = chosen.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
        let configuration = try directory.write("redis.conf", lines.joined())
        let running = try Program(Self.program, [configuration]).start()
        state.withLock {
            $0.earlierLog += $0.running?.standardOutput ?? ""
            $0.running = running
        }
        let isReady = eventually(within: 30, every: 0.02) {
            guard running.finished == nil else { return true }
            let answer = command(["PING"])
            return !answer.isEmpty && !answer.hasPrefix("Could not connect")
                && !(waitForReady && answer.hasPrefix("LOADING"))
        }
        guard isReady, running.finished == nil else { throw SupportError("Redis did not start:\n\(log)") }
    }

    /// Ends it without saving; the port then refuses.
    package func stop() {
        let (running, companions) = state.withLock { state in
            defer { state.companions = [] }
            return (state.running, state.companions)
        }
        running?.stop()
        // They live until here.
        _ = companions
    }

    /// Stops it with SIGSTOP: the port still accepts, but nobody answers.
    package func pause() {
        if let pid { kill(pid, SIGSTOP) }
    }

    /// Lets it go on after `pause`.
    package func resume() {
        if let pid { kill(pid, SIGCONT) }
    }

    /// What the real redis-cli prints for a command, over the Unix socket.
    @discardableResult
    package func command(_ words: [String], user: String? = nil, password: String? = nil) -> String {
        let login = (user.map { ["--user", $0] } ?? []) + (password.map { ["--pass", $0] } ?? [])
        let arguments = ["-s", unixSocket, "--no-auth-warning"] + login + words
        guard let finished = try? Program.run(RedisServer.redisCli, arguments, within: 30) else {
            fatalError("cannot run \(RedisServer.redisCli)")
        }
        return trimmed(finished.output + finished.errors)
    }

    /// The server that is started: `WAITFOR_REDIS` names Valkey's where the distribution has it.
    static let program = getenv("WAITFOR_REDIS").map { String(cString: $0) } ?? "/usr/bin/redis-server"

    /// The real redis-cli.
    package static let redisCli = "/usr/bin/redis-cli"

    /// Keeps something alive until the server is stopped.
    func keep(_ companion: any Sendable) {
        state.withLock { $0.companions.append(companion) }
    }

    private var defaults: [String: String] {
        [
            "bind": "127.0.0.1", "port": "\(port)", "dir": directory.path, "unixsocket": unixSocket,
            "unixsocketperm": "777", "save": "\"\"", "daemonize": "no", "enable-debug-command": "local",
        ]
    }
}
