import EventLoop
import HealthCore
import TestSupport
import Testing

@testable import StatusServer

/// A client on the loop of the server that it asks.
struct Client: Sendable {
    let socket: Socket
    private let loop: EventLoop

    init(_ address: SocketAddress, on loop: EventLoop) throws(Failure) {
        self.loop = loop
        socket = try Socket.connecting(to: address, on: loop)
    }

    func send(_ text: String) async throws(Failure) {
        try await send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) async throws(Failure) {
        try await socket.send(bytes, until: loop.after(.seconds(20)))
    }

    func get(_ path: String) async throws(Failure) {
        try await send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    }

    /// All that comes until the server closes.
    func rest() async throws(Failure) -> String {
        var bytes: [UInt8] = []
        while true {
            let more = try await socket.receive(atMost: 65536, until: loop.after(.seconds(20)))
            if more.isEmpty { return String(decoding: bytes, as: UTF8.self) }
            bytes += more
        }
    }

    /// What comes, at least until it ends with these words.
    func until(_ end: String) async throws(Failure) -> String {
        var text = ""
        while !text.hasSuffix(end) {
            let more = try await socket.receive(atMost: 65536, until: loop.after(.seconds(20)))
            if more.isEmpty { return text + "<closed>" }
            text += String(decoding: more, as: UTF8.self)
        }
        return text
    }
}

/// Starts a server on an address, runs a client, and stops the server.
func serving(
    _ address: ListenAddress, _ scene: Scene, exposesAll: Bool = false,
    limits: StatusServer.Limits = StatusServer.Limits(),
    _ body: @escaping @Sendable (EventLoop) async throws -> Void
) throws {
    let loop = EventLoop()
    let snapshot = scene.snapshot
    let server = StatusServer(
        version: "1.2.3", exposesAll: exposesAll, limits: limits, loop: loop, snapshot: { snapshot },
        usage: { Scene.usage }, unixMilliseconds: { Scene.unixMilliseconds })
    let result = loop.run {
        await withTaskGroup(of: Result<Void, any Error>?.self) { group in
            do throws(ListenFailure) {
                let listener = try Listener(address, on: loop)
                group.addTask {
                    await server.serve([listener])
                    return nil
                }
            } catch {
                return Result<Void, any Error>.failure(error)
            }
            group.addTask {
                do { return .success(try await body(loop)) } catch { return .failure(error) }
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            // Ends only if the server stops when its task is cancelled.
            while await group.next() != nil {}
            return first ?? .failure(SupportError("the server stopped by itself"))
        }
    }
    try result.get()
}

/// Starts a server on a free port of this machine and runs clients of it.
func servingLoopback(
    _ scene: Scene, limits: StatusServer.Limits = StatusServer.Limits(),
    _ body: @escaping @Sendable (EventLoop, SocketAddress) async throws -> Void
) throws {
    let port = try FreePort.make()
    let address = try #require(SocketAddress(numeric: "127.0.0.1", port: port))
    try serving(.network(host: "127.0.0.1", port: port), scene, limits: limits) { loop in
        try await body(loop, address)
    }
}

extension EventLoop {
    func after(_ duration: Duration) -> Instant { now.advanced(by: duration) }
}
