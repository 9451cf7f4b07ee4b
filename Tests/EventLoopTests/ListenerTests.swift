import Glibc
import HealthCore
import TestSupport
import Testing

@testable import EventLoop

@Suite("Listening")
struct ListenerTests {
    private let loop = EventLoop()

    private func loopback(_ port: UInt16) -> ListenAddress { .network(host: "127.0.0.1", port: port) }

    /// Connects to a numeric address, and gives what the listener's side sends first; nil if it refuses.
    private func talk(_ listener: Listener, at host: String, _ port: UInt16) throws -> String? {
        try talk(listener, at: try #require(SocketAddress(numeric: host, port: port)))
    }

    private func talk(_ listener: Listener, at address: SocketAddress) throws -> String? {
        let loop = self.loop
        return loop.run {
            await withTaskGroup(of: String?.self) { group in
                group.addTask {
                    do throws(Failure) {
                        let socket = try Socket.connecting(to: address, on: loop)
                        try await socket.send(Array("ping".utf8), until: loop.after(.seconds(20)))
                        let bytes = try await socket.receive(atMost: 100, until: loop.after(.seconds(20)))
                        return String(decoding: bytes, as: UTF8.self)
                    } catch {
                        return nil
                    }
                }
                group.addTask {
                    guard let socket = await listener.accept() else { return nil }
                    let bytes = try? await socket.receive(atMost: 100, until: loop.after(.seconds(20)))
                    try? await socket.send(Array("pong".utf8), until: loop.after(.seconds(20)))
                    // The other end reads before this one is closed.
                    _ = try? await socket.receive(atMost: 1, until: loop.after(.seconds(20)))
                    return bytes == Array("ping".utf8) ? "server" : nil
                }
                var answer: String?
                while let said = await group.next() {
                    if let said, said != "server" { answer = said }
                    if said == nil { group.cancelAll() }
                }
                return answer
            }
        }
    }

    private func refusal(_ address: ListenAddress) -> String? {
        do {
            _ = try Listener(address, on: loop)
            return nil
        } catch {
            return error.message
        }
    }

    @Test("a connection is accepted, and both sides talk")
    func accepts() throws {
        let port = try FreePort.make()
        let listener = try Listener(loopback(port), on: loop)
        #expect(listener.address == loopback(port))
        #expect(try talk(listener, at: "127.0.0.1", port) == "pong")
        #expect(try talk(listener, at: "127.0.0.1", port) == "pong")
    }

    @Test("at an abstract name both ends know that the other one has their user; TCP never tells")
    func ownUser() throws {
        let (name, port) = ("@waitfor-test/\(getpid())", try FreePort.make())
        for address in [ListenAddress.unixSocket(path: name), loopback(port)] {
            let (loop, listener) = (self.loop, try Listener(address, on: loop))
            let place = try #require(
                address.isAbstract
                    ? SocketAddress(unixPath: name) : SocketAddress(numeric: "127.0.0.1", port: port))
            let own = loop.run {
                let client = try? Socket.connecting(to: place, on: loop)
                let server = await listener.accept()
                return [client?.isOfOwnUser, server?.isOfOwnUser]
            }
            #expect(own == [address.isAbstract, address.isAbstract])
        }
        #expect(refusal(.unixSocket(path: name)) == nil, "the name is free when nobody listens there")
    }

    @Test("only the first user namespace knows every user")
    func userMaps() {
        func isWhole(_ map: String) -> Bool { PeerUser.isWhole(Array(map.utf8)) }
        #expect(isWhole("         0          0 4294967295\n"))
        for map in ["", "0 100000 65536\n", "0 0 4294967294\n", "0 0 4294967295\n1 1 1\n", "0 0\n"] {
            #expect(!isWhole(map), "\(map)")
        }
    }

    @Test("an accepted connection is nonblocking, closes on exec, and does not wait to send")
    func options() throws {
        let port = try FreePort.make()
        let (loop, listener) = (self.loop, try Listener(loopback(port), on: loop))
        let address = try #require(SocketAddress(numeric: "127.0.0.1", port: port))
        let (flags, closesOnExec, noDelay) = loop.run {
            let client = try? Socket.connecting(to: address, on: loop)
            guard let socket = await listener.accept() else { return (CInt(0), CInt(0), CInt(0)) }
            var (value, size) = (CInt(0), socklen_t(MemoryLayout<CInt>.size))
            getsockopt(socket.descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &value, &size)
            withExtendedLifetime(client) {}
            return (fcntl(socket.descriptor, F_GETFL), fcntl(socket.descriptor, F_GETFD), value)
        }
        #expect(flags & O_NONBLOCK != 0)
        #expect(closesOnExec & FD_CLOEXEC != 0)
        #expect(noDelay != 0)
    }

    @Test("the listening socket closes on exec as well, and with its last reference")
    func lifetime() throws {
        let port = try FreePort.make()
        let loop = self.loop
        for _ in 0..<2 {
            let listener = try Listener(loopback(port), on: loop)
            #expect(try talk(listener, at: "127.0.0.1", port) == "pong")
        }
        let address = try #require(SocketAddress(numeric: "127.0.0.1", port: port))
        // A process that another test is forking has a copy until it has executed its program.
        let isRefused = eventually(within: 20) {
            loop.run { () -> Failure? in
                do throws(Failure) {
                    let client = try Socket.connecting(to: address, on: loop)
                    try await client.connected(until: loop.after(.seconds(20)))
                    return nil
                } catch {
                    return error
                }
            }?.reason == .refused
        }
        #expect(isRefused)
    }

    @Test("a port can be listened on again at once, though we have just ended its connections")
    func restart() throws {
        let port = try FreePort.make()
        let loop = self.loop
        let address = try #require(SocketAddress(numeric: "127.0.0.1", port: port))
        var first: Listener? = try Listener(loopback(port), on: loop)
        let isClosed = loop.run { [first] () -> Bool in
            guard let client = try? Socket.connecting(to: address, on: loop) else { return false }
            // The side that closes first keeps the port for a minute.
            await first?.accept()?.shutDown()
            return (try? await client.receive(atMost: 1, until: loop.after(.seconds(20))))?.isEmpty == true
        }
        #expect(isClosed)
        first = nil
        let second = try Listener(loopback(port), on: loop)
        #expect(try talk(second, at: "127.0.0.1", port) == "pong")
    }

    @Test("an address that somebody listens on is refused, and told apart from one that we do not have")
    func inUse() throws {
        let port = try FreePort.make()
        let first = try Listener(loopback(port), on: loop)
        let inUse = "the address is in use: is another agent running?"
        #expect(refusal(loopback(port)) == inUse)
        #expect(refusal(.everywhere(port: port)) == inUse)
        #expect(refusal(.network(host: "192.0.2.1", port: port)) == "this machine does not have that address")
        #expect(refusal(.network(host: "localhost", port: port)) == "not a numeric address")
        #expect(try talk(first, at: "127.0.0.1", port) == "pong")
    }

    @Test("all addresses are those of both families", .enabled(if: hasIPv6))
    func everywhere() throws {
        let port = try FreePort.make()
        let listener = try Listener(.everywhere(port: port), on: loop)
        #expect(try talk(listener, at: "127.0.0.1", port) == "pong")
        #expect(try talk(listener, at: "::1", port) == "pong")
        #expect(try talk(listener, at: "127.1.2.3", port) == "pong")
    }

    @Test("an IPv6 address is its own only: IPv4 stays free", .enabled(if: hasIPv6))
    func sixAlone() throws {
        let port = try FreePort.make()
        let six = try Listener(.network(host: "::1", port: port), on: loop)
        #expect(try talk(six, at: "::1", port) == "pong")
        let four = try Listener(loopback(port), on: loop)
        #expect(try talk(four, at: "127.0.0.1", port) == "pong")
    }

    @Test("a task that is cancelled accepts nothing more, and the next one does")
    func cancelled() throws {
        let port = try FreePort.make()
        let (loop, listener) = (self.loop, try Listener(loopback(port), on: loop))
        let (accepted, took) = loop.run {
            let start = loop.now
            let accepted = await withTaskGroup(of: Bool.self) { group in
                group.addTask { await listener.accept() != nil }
                _ = await loop.sleep(until: loop.after(.milliseconds(5)))
                group.cancelAll()
                return await group.next()
            }
            return (accepted, start.duration(to: loop.now))
        }
        #expect(accepted == false)
        #expect(took < .seconds(10))
        #expect(try talk(listener, at: "127.0.0.1", port) == "pong")
    }

    @Test("many connections at once are all accepted")
    func many() throws {
        let port = try FreePort.make()
        let (loop, listener) = (self.loop, try Listener(loopback(port), on: loop))
        let address = try #require(SocketAddress(numeric: "127.0.0.1", port: port))
        let count = loop.run {
            let clients = (0..<100).compactMap { _ in try? Socket.connecting(to: address, on: loop) }
            var accepted: [Socket] = []
            while accepted.count < clients.count, let socket = await listener.accept() {
                accepted.append(socket)
            }
            return accepted.count
        }
        #expect(count == 100)
    }
}

/// Whether `::1` is an address of this machine.
private let hasIPv6 =
    readText("/proc/net/if_inet6").hasPrefix("00000000000000000000000000000001 ")
    || readText("/proc/net/if_inet6").contains("\n00000000000000000000000000000001 ")
