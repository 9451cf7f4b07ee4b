import Glibc

/// A real memcached on a free loopback port.
package final class MemcachedServer: Sendable {
    package let port: UInt16
    private let running: RunningProgram

    /// Starts one, and returns when it accepts.
    package init(_ options: [String] = [], port: UInt16? = nil) throws {
        let port = try port ?? FreePort.make()
        self.port = port
        running = try Program(
            "/usr/bin/memcached", ["-u", "root", "-t", "1", "-l", "127.0.0.1", "-p", "\(port)"] + options
        ).start()
        let isThere = eventually(within: 10) { (try? IdleConnections(1, port: port)) != nil }
        guard isThere else { throw SupportError("memcached did not start: \(running.standardError)") }
    }

    deinit {
        running.stop()
    }

    /// Stops its process where it stands.
    package func freeze() { running.send(SIGSTOP) }
}
