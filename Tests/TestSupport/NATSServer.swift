import Glibc

/// A real NATS server on a free loopback port.
package final class NATSServer: Sendable {
    package let port: UInt16
    private let directory: TemporaryDirectory
    private let running: RunningProgram

    /// Starts one with this configuration besides its place, and returns when it says that it is ready.
    package init(_ configuration: String = "", port: UInt16? = nil) throws {
        let port = try port ?? FreePort.make()
        let directory = try TemporaryDirectory()
        (self.port, self.directory) = (port, directory)
        let file = try directory.write(
            "nats.conf", "listen: 127.0.0.1:\(port)\nlog_file: \(directory.file("log"))\n\(configuration)\n")
        running = try Program("/usr/sbin/nats-server", ["-c", file]).start()
        let isUp = eventually(within: 10) { log.contains("Server is ready") }
        guard isUp else { throw SupportError("nats-server did not start: \(log) \(running.standardError)") }
    }

    deinit {
        running.stop()
    }

    /// The lines of a configuration that turn JetStream on, in a directory.
    package static func jetStream(in directory: TemporaryDirectory) -> String {
        "jetstream { store_dir: \(directory.file("streams")), max_mem: 16M, max_file: 16M }"
    }

    /// Its version: 2.9 or 2.10.
    package static let version: [Int] = {
        let said = (try? Program.run("/usr/sbin/nats-server", ["--version"]))?.trimmedOutput ?? ""
        return said.split(separator: "v").last?.split(separator: ".").compactMap { Int($0) } ?? []
    }()

    /// What it has logged.
    package var log: String { readText(directory.file("log")) }

    /// Sends its process a signal: SIGUSR2 begins the lame duck mode.
    package func send(_ signal: Int32) { running.send(signal) }
}
