import CTestSupport
import Glibc
import Synchronization

/// A peer whose every connection is served by a closure, on a thread of its own.
package final class LoopbackServer: Sendable {
    /// The TCP port, 0 for a Unix socket.
    package let port: UInt16
    /// The socket that listens.
    package let listener: Int32
    private let wakeUp: Int32
    private let thread: WorkerThread
    private let state: Shared

    private struct Open {
        var accepted = 0
        var connections: [LoopbackConnection] = []
        var isStopped = false
    }

    private final class Shared: Sendable {
        let open = Mutex(Open())
    }

    /// Listens on an address of this machine; port 0 means any free one.
    package convenience init(
        address: String = "127.0.0.1", port: UInt16 = 0,
        _ serve: @escaping @Sendable (LoopbackConnection) -> Void
    ) throws {
        try self.init(SocketAddress(address, port: port), serve)
    }

    /// Listens on a Unix socket.
    package convenience init(
        unixSocket path: String, _ serve: @escaping @Sendable (LoopbackConnection) -> Void
    ) throws {
        try self.init(SocketAddress(path: path), serve)
    }

    private init(_ address: SocketAddress, _ serve: @escaping @Sendable (LoopbackConnection) -> Void) throws {
        let listener = try address.boundSocket(SOCK_STREAM)
        try check("listen", listen(listener, 128))
        var ends: [Int32] = [-1, -1]
        try check("pipe", support_pipe(&ends))
        let (wakeRead, state) = (ends[0], Shared())
        self.listener = listener
        self.wakeUp = ends[1]
        self.state = state
        port = address.family == AF_UNIX ? 0 : SocketAddress.port(of: listener)
        thread = WorkerThread {
            while true {
                var polled = [listener, wakeRead].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
                poll(&polled, 2, -1)
                if polled[1].revents != 0 { break }
                let descriptor = support_accept(listener)
                guard descriptor >= 0 else { continue }
                let connection = LoopbackConnection(descriptor)
                state.open.withLock {
                    $0.accepted += 1
                    $0.connections.removeAll { $0.isClosed }
                    $0.connections.append(connection)
                }
                WorkerThread {
                    serve(connection)
                    connection.close()
                }.detach()
            }
            // A process that is being started has a copy of it for a moment, and would go on listening.
            shutdown(listener, Int32(SHUT_RDWR))
            close(listener)
            close(wakeRead)
        }
    }

    deinit {
        stop()
    }

    /// How many connections were accepted so far.
    package var accepted: Int { state.open.withLock { $0.accepted } }

    /// Stops listening and ends the open connections.
    package func stop() {
        let connections = state.open.withLock { open in
            defer { open.isStopped = true }
            return open.isStopped ? nil : open.connections
        }
        guard let connections else { return }
        close(wakeUp)
        thread.join()
        // One accepted just before the end is among these only now.
        (connections + state.open.withLock { $0.connections }).forEach { $0.end() }
    }
}

/// Gives `body` a server that is gone afterwards.
package func withLoopbackServer<Result>(
    _ serve: @escaping @Sendable (LoopbackConnection) -> Void, _ body: (LoopbackServer) throws -> Result
) throws -> Result {
    let server = try LoopbackServer(serve)
    defer { server.stop() }
    return try body(server)
}
