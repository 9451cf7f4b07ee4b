import EventLoop
import HealthCore
import TestSupport
import Testing

@Suite("From an endpoint to a connection")
struct DialerTests {
    @Test("a host is dialled by its addresses, a socket by its path")
    func addresses() throws {
        let loop = EventLoop()
        let found = try loop.run { () -> Result<[String], any Error> in
            let dialer = Dialer(loop, Resolver(loop, families: .any))
            do {
                let endpoints: [Endpoint] = [
                    .network(host: "::1", port: 80), .unixSocket(path: "/run/app.sock"),
                ]
                var found: [String] = []
                for endpoint in endpoints {
                    found += try await dialer.addresses(of: endpoint, until: loop.after(.seconds(20))).map(
                        \.description)
                }
                return .success(found)
            } catch {
                return .failure(error)
            }
        }.get()
        #expect(found == ["[::1]:80", "/run/app.sock"])
    }

    @Test("opening gives a stream and says to whom, and a path that is too long is a mistake")
    func opens() throws {
        let server = try LoopbackServer { $0.write("hello") }
        defer { server.stop() }
        let (loop, port) = (EventLoop(), server.port)
        let (greeting, failure) = loop.run {
            let dialer = Dialer(loop, Resolver(loop, families: .any))
            var (greeting, failure) = ("", Failure(.error, "none"))
            do throws(Failure) {
                let endpoint = Endpoint.network(host: "127.0.0.1", port: port)
                var evidence = ConnectionEvidence()
                let socket = try await dialer.open(
                    endpoint, until: loop.after(.seconds(20)), recording: &evidence)
                let address = evidence.address ?? ""
                let bytes = try await socket.receive(atMost: 100, until: loop.after(.seconds(20)))
                greeting = "\(String(decoding: bytes, as: UTF8.self)) from \(address)"
                _ = try await dialer.open(
                    .unixSocket(path: String(repeating: "/a", count: 60)), until: loop.now,
                    recording: &evidence)
            } catch {
                failure = error
            }
            return (greeting, failure)
        }
        #expect(greeting == "hello from 127.0.0.1:\(port)")
        #expect(failure.reason == .config)
    }
}
