import Synchronization
import TestSupport
import Testing

/// A name server that dies and comes back, and a server that moves, seen by an agent.
@Suite(.serialized)
struct NameFaultTests {
    private static let settings = "{interval: 100ms, timeout: 1s, retries: 2, start_period: 0s}"

    @Test("a name server that dies is `dns`, and when it is back, so is the target")
    func nameServerDies() throws {
        let namespace = try Namespace()
        try namespace.run {
            let redis = try RedisServer.started()
            var names: DNSServer? = try DNSServer { _ in .addresses(["127.0.0.1"]) }
            let agent = try AgentUnderTest(
                """
                defaults: \(Self.settings)
                targets: {cache: {redis: "redis://cache.test:\(redis.port)"}}
                """)
            try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 5)
            for _ in 0..<3 {
                names?.stop()
                try agent.expect("cache", "unhealthy", reason: "dns", isReady: false, within: 8)
                names = try DNSServer { _ in .addresses(["127.0.0.1"]) }
                try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 8)
            }
            names?.stop()
        }
    }

    @Test("a server that moves to another address is followed within an interval and an attempt")
    func serverMoves() throws {
        let namespace = try Namespace()
        let address = Mutex("127.0.0.2")
        try namespace.run {
            let names = try DNSServer { _ in .addresses([address.withLock { $0 }]) }
            defer { names.stop() }
            let port = try FreePort.make()
            let serve: @Sendable (LoopbackConnection) -> Void = { connection in
                _ = connection.read()
                connection.write("+PONG\r\n")
            }
            var server = try LoopbackServer(address: "127.0.0.2", port: port, serve)
            let agent = try AgentUnderTest(
                """
                defaults: \(Self.settings)
                targets: {cache: {redis: "redis://cache.test:\(port)"}}
                """)
            try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 5)
            for next in ["127.0.0.3", "127.0.0.4"] {
                server.stop()
                try agent.expect("cache", "unhealthy", reason: "refused", isReady: false, within: 5)
                server = try LoopbackServer(address: next, port: port, serve)
                address.withLock { $0 = next }
                try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 5)
                #expect(try agent.target("cache")["address"] == "\(next):\(port)")
            }
            server.stop()
        }
    }
}
