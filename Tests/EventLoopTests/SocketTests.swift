import EventLoop
import Glibc
import HealthCore
import Synchronization
import TestSupport
import Testing

@Suite("Sockets")
struct SocketTests {
    private let loop = EventLoop()

    /// Connects to an address and does something; the failure, if it failed.
    private func failure(
        _ address: SocketAddress, _ body: @escaping @Sendable (Socket) async throws(Failure) -> Void
    ) -> Failure? {
        let loop = self.loop
        return loop.run {
            do throws(Failure) {
                try await body(try Socket.connecting(to: address, on: loop))
                return nil
            } catch {
                return error
            }
        }
    }

    private func loopback(_ port: UInt16) throws -> SocketAddress {
        try #require(SocketAddress(numeric: "127.0.0.1", port: port))
    }

    @Test("what was sent comes back, though sending began before the connection was made")
    func echoes() throws {
        let server = try LoopbackServer { connection in
            while true {
                let bytes = connection.read()
                if bytes.isEmpty || !connection.write(bytes) { return }
            }
        }
        defer { server.stop() }
        let loop = self.loop
        let failure = failure(try loopback(server.port)) { socket throws(Failure) in
            try await socket.send(Array("ping".utf8), until: loop.after(.seconds(20)))
            var answer: [UInt8] = []
            while answer.count < 4 {
                answer += try await socket.receive(atMost: 3, until: loop.after(.seconds(20)))
            }
            #expect(answer == Array("ping".utf8))
        }
        #expect(failure == nil)
    }

    @Test("a closed port refuses")
    func refused() throws {
        let loop = self.loop
        let address = try loopback(try FreePort.make())
        #expect(
            failure(address) { socket throws(Failure) in
                try await socket.connected(until: loop.after(.seconds(20)))
            }?.reason == .refused)
        #expect(
            failure(address) { socket throws(Failure) in
                try await socket.send([1], until: loop.after(.seconds(20)))
            }?.reason == .refused)
    }

    @Test("silence ends at the deadline, and says how far it came")
    func silence() throws {
        let server = try LoopbackServer { $0.holdSilently() }
        defer { server.stop() }
        let loop = self.loop
        let start = loop.now
        let failure = failure(try loopback(server.port)) { socket throws(Failure) in
            try await socket.connected(until: loop.after(.seconds(20)))
            _ = try await socket.receive(atMost: 10, until: loop.after(.milliseconds(20)))
        }
        #expect(failure == Failure(.timeout, "connected, and no answer"))
        #expect(start.duration(to: loop.now) >= .milliseconds(20))
    }

    @Test("a black hole ends at the deadline")
    func blackHole() throws {
        let hole = try FullBacklog()
        let loop = self.loop
        let failure = failure(try loopback(hole.port)) { socket throws(Failure) in
            try await socket.send([1], until: loop.after(.milliseconds(20)))
        }
        #expect(failure == Failure(.timeout, "no answer to the connection"))
    }

    @Test("a peer that closes is an empty answer, and one that resets is closed")
    func ends() throws {
        let loop = self.loop
        let closing = try LoopbackServer { $0.close() }
        defer { closing.stop() }
        let closed = failure(try loopback(closing.port)) { socket throws(Failure) in
            #expect(try await socket.receive(atMost: 10, until: loop.after(.seconds(20))) == [])
        }
        #expect(closed == nil)
        let resetting = try LoopbackServer { connection in
            _ = connection.read(max: 1)
            connection.reset()
        }
        defer { resetting.stop() }
        let reset = failure(try loopback(resetting.port)) { socket throws(Failure) in
            try await socket.send([1, 2], until: loop.after(.seconds(20)))
            _ = try await socket.receive(atMost: 10, until: loop.after(.seconds(20)))
        }
        #expect(reset?.reason == .closed)
    }

    @Test("more than the kernel's buffer is sent whole")
    func large() throws {
        let size = 8 << 20
        let server = try LoopbackServer { connection in
            var received = 0
            while received < size {
                let bytes = connection.read()
                if bytes.isEmpty { return }
                received += bytes.count
            }
            connection.write("\(received)")
        }
        defer { server.stop() }
        let loop = self.loop
        let failure = failure(try loopback(server.port)) { socket throws(Failure) in
            try await socket.send([UInt8](repeating: 7, count: size), until: loop.after(.seconds(30)))
            let answer = try await socket.receive(atMost: 100, until: loop.after(.seconds(30)))
            #expect(String(decoding: answer, as: UTF8.self) == "\(size)")
        }
        #expect(failure == nil)
    }

    @Test(
        "a connection that has finished is closed by a reset, any other by a goodbye",
        arguments: [true, false])
    func finishes(hasFinished: Bool) throws {
        let ending = Mutex<Bool?>(nil)
        let server = try LoopbackServer { connection in
            _ = connection.read(max: 1)
            let isReset = connection.endsByReset()
            ending.withLock { $0 = isReset }
        }
        defer { server.stop() }
        let loop = self.loop
        let failure = failure(try loopback(server.port)) { socket throws(Failure) in
            try await socket.send([1], until: loop.after(.seconds(20)))
            if hasFinished { socket.finish() }
        }
        #expect(failure == nil)
        #expect(eventually(within: 20) { ending.withLock { $0 } == hasFinished })
    }

    @Test("who speaks first confirms the connection with what it says", arguments: [true, false])
    func confirmsByWords(speaksFirst: Bool) throws {
        let packets = Mutex<UInt32>(0)
        let server = try LoopbackServer { connection in
            _ = connection.read()
            packets.withLock { $0 = connection.packetsReceived }
        }
        defer { server.stop() }
        let socket = try Socket.connecting(
            to: try loopback(server.port), speaksFirst: speaksFirst, on: self.loop)
        let byte: UInt8 = 1
        #expect(withUnsafeBytes(of: byte) { send(socket.descriptor, $0.baseAddress, 1, 0) } == 1)
        #expect(eventually(within: 20) { packets.withLock { $0 } == (speaksFirst ? 2 : 3) })
    }

    @Test("who waits for an answer lets others go first, though it may be there")
    func letsOthersGoFirst() throws {
        let server = try LoopbackServer { connection in
            while !connection.read().isEmpty { connection.write("pong") }
        }
        defer { server.stop() }
        let (loop, address) = (self.loop, try loopback(server.port))
        let others = Counter()
        loop.run {
            await withTaskGroup(of: Void.self) { group in
                do throws(Failure) {
                    let socket = try Socket.connecting(to: address, on: loop)
                    try await socket.send(Array("ping".utf8), until: loop.after(.seconds(20)))
                    _ = await loop.wait(for: socket.descriptor, .reading, until: loop.after(.seconds(20)))
                    group.addTask { others.add(1) }
                    let answer = try await socket.receive(atMost: 10, until: loop.after(.seconds(20)))
                    #expect(others.value == 1)
                    #expect(String(decoding: answer, as: UTF8.self) == "pong")
                } catch {
                    Issue.record("\(error)")
                }
            }
        }
    }

    @Test("a socket that is not there yet is missing")
    func missing() throws {
        let address = try #require(SocketAddress(unixPath: "/nonexistent/app.sock"))
        let failure = failure(address) { _ in }
        #expect(failure == Failure(.missing, "no such socket", address: "/nonexistent/app.sock"))
    }

    @Test("a receive that is cancelled ends at once")
    func cancelled() throws {
        let server = try LoopbackServer { $0.holdSilently() }
        defer { server.stop() }
        let (loop, address) = (self.loop, try loopback(server.port))
        let took = loop.run {
            let start = loop.now
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    do throws(Failure) {
                        let socket = try Socket.connecting(to: address, on: loop)
                        _ = try await socket.receive(atMost: 1, until: .distantFuture)
                        Issue.record("nothing was sent")
                    } catch {
                        #expect(error == Failure(.timeout, "cancelled"))
                    }
                }
                _ = await loop.sleep(until: loop.after(.milliseconds(5)))
                group.cancelAll()
            }
            return start.duration(to: loop.now)
        }
        #expect(took < .seconds(10))
    }
}
