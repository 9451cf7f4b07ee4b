import EventLoop
import HealthCore
import Synchronization
import TestSupport
import Testing

@Suite("Racing addresses (RFC 8305)")
struct AddressRaceTests {
    private let loop = EventLoop()

    struct Run: Sendable {
        var winner: String?
        var failure: Failure?
        /// When each address was begun, from the start of the race.
        var begun: [String: Duration] = [:]
        var took = Duration.zero
    }

    /// Races addresses; `refusing` fail before anything is sent.
    private func race(
        _ addresses: [SocketAddress], refusing: Set<String> = [], within limit: Duration = .seconds(20)
    ) -> Run {
        let loop = self.loop
        return loop.run {
            let run = Mutex(Run())
            let start = loop.now
            do throws(Failure) {
                let (_, address) = try await AddressRace.winner(
                    of: addresses, on: loop, until: loop.after(limit),
                    begin: { address throws(Failure) in
                        run.withLock { $0.begun[address.description] = start.duration(to: loop.now) }
                        if refusing.contains(address.description) { throw Failure(.unreachable, "no route") }
                        return try Socket.connecting(to: address, on: loop)
                    }, descriptor: \.descriptor)
                run.withLock { $0.winner = address.description }
            } catch {
                run.withLock { $0.failure = error }
            }
            run.withLock { $0.took = start.duration(to: loop.now) }
            return run.withLock { $0 }
        }
    }

    private func address(_ port: UInt16, _ host: String = "127.0.0.1") throws -> SocketAddress {
        try #require(SocketAddress(numeric: host, port: port))
    }

    @Test("where the first is refused the second is tried at once, and wins")
    func secondWins() throws {
        let server = try LoopbackServer { $0.holdSilently() }
        defer { server.stop() }
        let (closed, open) = (try address(try FreePort.make()), try address(server.port))
        let run = race([closed, open])
        #expect(run.winner == open.description)
        #expect(try #require(run.begun[open.description]) < .milliseconds(200))
    }

    @Test("the first that connects wins, and the second is not even begun")
    func firstWins() throws {
        let servers = try (0..<2).map { _ in try LoopbackServer { $0.holdSilently() } }
        defer { for server in servers { server.stop() } }
        let addresses = try servers.map { try address($0.port) }
        let run = race(addresses)
        #expect(run.winner == addresses[0].description)
        #expect(run.begun.count == 1)
    }

    @Test("where all are refused the failure names each with its reason")
    func allRefused() throws {
        let addresses = [
            try address(try FreePort.make()), try address(try FreePort.make(), "::1"),
            try address(try FreePort.make()),
        ]
        let run = race(addresses, refusing: [addresses[1].description])
        #expect(run.winner == nil)
        #expect(run.failure?.reason == .refused)
        #expect(
            run.failure?.message
                == "\(addresses[0]) refused, \(addresses[1]) unreachable, \(addresses[2]) refused")
        #expect(run.failure?.address == addresses[2].description)
        #expect(run.took < .seconds(10))
    }

    @Test("where none could even be begun the failure names each too")
    func noneBegun() throws {
        let addresses = [try address(1), try address(2)]
        let run = race(addresses, refusing: Set(addresses.map(\.description)))
        #expect(run.failure?.reason == .unreachable)
        #expect(run.failure?.message == "127.0.0.1:1 unreachable, 127.0.0.1:2 unreachable")
    }

    @Test("a single address is no race: it may still be connecting, and its failure is its own")
    func single() throws {
        let hole = try FullBacklog()
        let only = try address(hole.port)
        let run = race([only])
        #expect(run.winner == only.description)
        #expect(run.took < .seconds(10))
        #expect(race([only], refusing: [only.description]).failure == Failure(.unreachable, "no route"))
    }

    @Test("where the first says nothing the second is begun after 250 ms")
    func stagger() throws {
        let hole = try FullBacklog()
        let server = try LoopbackServer { $0.holdSilently() }
        defer { server.stop() }
        let (silent, open) = (try address(hole.port), try address(server.port))
        let run = race([silent, open])
        #expect(run.winner == open.description)
        let begun = try #require(run.begun[open.description])
        #expect(begun >= .milliseconds(250))
        #expect(begun < .milliseconds(350))
    }

    @Test("each is begun 250 ms after the one before it, also where an earlier one was refused")
    func staggerAfterRefusal() throws {
        let holes = [try FullBacklog(), try FullBacklog()]
        let server = try LoopbackServer { $0.holdSilently() }
        defer { server.stop() }
        let refused = try address(try FreePort.make())
        let (silent, open) = (try holes.map { try address($0.port) }, try address(server.port))
        let run = race([refused] + silent + [open])
        #expect(run.winner == open.description)
        let first = try #require(run.begun[silent[0].description])
        let second = try #require(run.begun[silent[1].description])
        let third = try #require(run.begun[open.description])
        #expect(first < .milliseconds(200))
        #expect(second - first >= .milliseconds(250))
        #expect(third - second >= .milliseconds(250))
    }

    @Test("where nobody answers the race ends at the deadline")
    func deadline() throws {
        let holes = [try FullBacklog(), try FullBacklog(), try FullBacklog()]
        let addresses = try holes.map { try address($0.port) }
        let run = race(addresses, within: .milliseconds(300))
        #expect(run.failure?.reason == .timeout)
        #expect(run.failure?.message == addresses.map { "\($0) timeout" }.joined(separator: ", "))
        #expect(run.took >= .milliseconds(300))
        #expect(run.took < .milliseconds(400))
    }

    @Test("the losers are closed")
    func losers() throws {
        let server = try LoopbackServer { $0.holdSilently() }
        defer { server.stop() }
        let hole = try FullBacklog()
        let addresses = [try address(hole.port), try address(server.port)]
        let loop = self.loop
        let open = loop.run {
            let open = Counter()
            let winner = try? await AddressRace.winner(
                of: addresses, on: loop, until: loop.after(.seconds(20)),
                begin: { address throws(Failure) in
                    Handle(try Socket.connecting(to: address, on: loop), open)
                }, descriptor: \.socket.descriptor)
            return withExtendedLifetime(winner) { open.value }
        }
        #expect(open == 1)
    }

    private final class Handle: Sendable {
        let socket: Socket
        private let open: Counter

        init(_ socket: Socket, _ open: Counter) {
            self.socket = socket
            self.open = open
            open.add()
        }

        deinit {
            open.add(-1)
        }
    }
}
