import EventLoop
import HealthCore
import TestSupport
import Testing

@testable import StatusServer

@Suite("The server")
struct StatusServerTests {
    private func scene() throws -> Scene { try Scene().adding("db=localhost:5432", [refused]) }

    /// The codes of the answers in a text.
    private func statuses(_ text: String) -> [Int] {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        return zip(words, words.dropFirst()).compactMap { word, next in
            word.hasSuffix("HTTP/1.1") ? Int(next) : nil
        }
    }

    @Test("a client gets the whole answer that the RFC asks for, and no reset", arguments: [true, false])
    func table(atOnce: Bool) throws {
        var hasty = StatusServer.Limits()
        hasty.headTime = .milliseconds(30)
        let waiting = RequestTable.all.filter { $0.expectation == .waits }
        let others = RequestTable.all.filter { $0.expectation != .waits }
        try send(waiting, atOnce, to: hasty)
        try send(others, atOnce, to: StatusServer.Limits())
    }

    private func send(_ rows: [RequestCase], _ atOnce: Bool, to limits: StatusServer.Limits) throws {
        try servingLoopback(try scene(), limits: limits) { loop, address in
            for row in rows {
                // Byte by byte the long ones would be thousands of segments.
                if !atOnce, row.bytes.count > 500 { continue }
                let client = try Client(address, on: loop)
                for piece in atOnce ? [row.bytes] : row.bytes.map({ [$0] }) {
                    // A server that has refused may close before the last byte.
                    try? await client.send(piece)
                    if !atOnce { await Task.yield() }
                }
                if case .answers = row.expectation { client.socket.finishSending() }
                let text = try await client.rest()
                let isClosing = text.count(of: "Connection: close\r\n") == 1
                switch row.expectation {
                case .answers(let codes):
                    #expect(statuses(text) == codes && !isClosing, "\(row): \(text)")
                case .ends(let codes): #expect(statuses(text) == codes && isClosing, "\(row): \(text)")
                case .waits: #expect(statuses(text).last == 408 && isClosing, "\(row): \(text)")
                }
            }
        }
    }

    @Test("one connection is asked again and again")
    func keepAlive() throws {
        try servingLoopback(try scene()) { loop, address in
            let client = try Client(address, on: loop)
            for _ in 0..<5 {
                try await client.get("/livez")
                #expect(
                    try await client.until("ok") == """
                        HTTP/1.1 200 OK\r\nDate: Sat, 01 Aug 2026 12:00:00 GMT\r\nContent-Type: text/plain; charset=utf-8\r
                        X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r
                        Content-Length: 2\r\n\r\nok
                        """)
                try await client.get("/readyz")
                #expect(
                    try await client.until("readyz check failed\n").hasPrefix("HTTP/1.1 503 Service Unav"))
            }
            try await client.send("GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try await client.until("ok").contains("\r\nConnection: keep-alive\r\n"))
            try await client.send("GET /livez HTTP/1.0\r\n\r\n")
            #expect(try await client.rest().hasSuffix("Connection: close\r\nContent-Length: 2\r\n\r\nok"))
        }
    }

    @Test("requests that come together are answered in order (RFC 9112 §9.3.2)")
    func pipelining() throws {
        try servingLoopback(try scene()) { loop, address in
            let client = try Client(address, on: loop)
            let paths = (0..<300).map { ["/livez", "/readyz/db", "/none", "/status"][$0 % 4] }
            try await client.send(paths.map { "GET \($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }.joined())
            client.socket.finishSending()
            let codes = statuses(try await client.rest())
            #expect(codes == (0..<300).map { [200, 503, 404, 200][$0 % 4] })
        }
    }

    @Test(
        "HEAD has the head of GET and no body (RFC 9110 §9.3.2)",
        arguments: ["/livez", "/readyz", "/readyz/db", "/status", "/metrics", "/none", "/"])
    func head(path: String) throws {
        try servingLoopback(try scene()) { loop, address in
            var heads: [String] = []
            for method in ["GET", "HEAD"] {
                let client = try Client(address, on: loop)
                try await client.send(
                    "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                let text = try await client.rest()
                let end = try #require(text.utf8.endOfFirst("\r\n\r\n".utf8))
                heads.append(String(text[..<end]))
                #expect(text[end...].isEmpty == (method == "HEAD"))
            }
            #expect(heads[0] == heads[1])
        }
    }

    @Test("a refused HEAD has no body either")
    func refusedHead() throws {
        try servingLoopback(try scene()) { loop, address in
            let client = try Client(address, on: loop)
            try await client.send("HEAD / HTTP/1.1\r\n\r\n")
            let text = try await client.rest()
            #expect(text.hasPrefix("HTTP/1.1 400 ") && text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test("a method that is not answered is told which are (RFC 9110 §15.5.6)")
    func allow() throws {
        try servingLoopback(try scene()) { loop, address in
            let client = try Client(address, on: loop)
            try await client.send("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await client.rest().contains("\r\nAllow: GET, HEAD, OPTIONS\r\n"))
        }
    }

    @Test("a Unix socket is private, and an address for everyone tells no more than it must")
    func exposure() throws {
        try withTemporaryDirectory { directory in
            let path = directory.file("agent.sock")
            let unix = try #require(SocketAddress(unixPath: path))
            let scene = try scene()
            try serving(.unixSocket(path: path), scene) { loop in
                let client = try Client(unix, on: loop)
                try await client.get("/readyz/db")
                #expect(try await client.until("\n").hasSuffix("(127.0.0.1:5432)\n"))
            }
            let port = try FreePort.make()
            let address = try #require(SocketAddress(numeric: "127.0.0.1", port: port))
            for exposesAll in [false, true] {
                try serving(.everywhere(port: port), scene, exposesAll: exposesAll) { loop in
                    let client = try Client(address, on: loop)
                    try await client.get("/readyz/db")
                    let end = exposesAll ? "refused: connection refused (127.0.0.1:5432)\n" : ": refused\n"
                    #expect(try await client.until("\n").hasSuffix("unavailable: \(end)".suffix(end.count)))
                }
            }
        }
    }
}
