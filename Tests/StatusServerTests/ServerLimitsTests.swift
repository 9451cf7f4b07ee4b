import EventLoop
import HealthCore
import TestSupport
import Testing

@testable import StatusServer

@Suite("What a client may take of the server")
struct ServerLimitsTests {
    private func limits(_ change: (inout StatusServer.Limits) -> Void) -> StatusServer.Limits {
        var limits = StatusServer.Limits()
        change(&limits)
        return limits
    }

    private func scene(targets: Int = 1) throws -> Scene {
        var scene = Scene()
        for index in 0..<targets { scene = try scene.adding("t\(index)=h:5432", [ready]) }
        return scene
    }

    @Test("a head that takes too long is 408, counted from its first byte")
    func slowHead() throws {
        try servingLoopback(try scene(), limits: limits { $0.headTime = .milliseconds(60) }) {
            loop, address in
            let client = try Client(address, on: loop)
            // Each byte comes in time, all of them together do not: were the time counted anew, the
            // last one would bring a 200.
            for byte in "GET /livez HTTP/1.0\r\n\r\n".utf8 {
                try? await client.send([byte])
                _ = await loop.sleep(until: loop.after(.milliseconds(10)))
            }
            let text = try await client.rest()
            #expect(text.hasPrefix("HTTP/1.1 408 ") && text.contains("\r\nConnection: close\r\n"))
        }
    }

    @Test("a client that says nothing is let go without a word, before and after an answer")
    func idle() throws {
        let limits = limits { $0.idleTime = .milliseconds(40) }
        try servingLoopback(try scene(), limits: limits) { loop, address in
            let silent = try Client(address, on: loop)
            #expect(try await silent.rest() == "")
            let client = try Client(address, on: loop)
            try await client.get("/livez")
            #expect(try await client.rest().hasSuffix("\r\n\r\nok"))
        }
    }

    @Test("one connection too many displaces the one that has been idle for longest")
    func tooMany() throws {
        try servingLoopback(try scene()) { loop, address in
            var clients: [Client] = []
            for _ in 0..<256 {
                clients.append(try Client(address, on: loop))
                try await clients[clients.count - 1].get("/livez")
                _ = try await clients[clients.count - 1].until("ok")
            }
            try await clients[0].get("/livez")
            _ = try await clients[0].until("ok")
            let one = try Client(address, on: loop)
            try await one.get("/livez")
            #expect(try await one.until("ok").hasSuffix("ok"))
            #expect(try await clients[1].rest() == "")
            for index in [0, 2, 255] {
                try await clients[index].get("/livez")
                #expect(try await clients[index].until("ok").hasSuffix("ok"))
            }
        }
    }

    @Test("a flood of connections leaves the server answering, and every displaced one closed")
    func flood() throws {
        try servingLoopback(try scene(), limits: limits { $0.connections = 3 }) { loop, address in
            var clients: [Client] = []
            for _ in 0..<100 { clients.append(try Client(address, on: loop)) }
            // It came last, so it is among the three.
            try await clients[99].get("/livez")
            #expect(try await clients[99].until("ok").hasSuffix("ok"))
            for client in clients[..<97] { #expect(try await client.rest() == "") }
        }
    }

    @Test("one whose head is on its way stays, though it is older than those that are idle")
    func busyStays() throws {
        try servingLoopback(try scene(), limits: limits { $0.connections = 2 }) { loop, address in
            let busy = try Client(address, on: loop)
            try await busy.send("GET ")
            let idle = try Client(address, on: loop)
            try await idle.get("/livez")
            #expect(try await idle.until("ok").hasSuffix("ok"))
            let third = try Client(address, on: loop)
            try await third.get("/livez")
            #expect(try await third.until("ok").hasSuffix("ok"))
            #expect(try await idle.rest() == "")
            try await busy.send("/livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await busy.until("ok").hasSuffix("ok"))
        }
    }

    @Test("if all are busy the one whose head began first has to go")
    func allBusy() throws {
        try servingLoopback(try scene(), limits: limits { $0.connections = 2 }) { loop, address in
            var clients: [Client] = []
            for _ in 0..<2 {
                clients.append(try Client(address, on: loop))
                try await clients[clients.count - 1].send("GET ")
                _ = await loop.sleep(until: loop.after(.milliseconds(20)))
            }
            let third = try Client(address, on: loop)
            try await third.get("/livez")
            #expect(try await third.until("ok").hasSuffix("ok"))
            #expect(try await clients[0].rest() == "")
            try await clients[1].send("/livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await clients[1].until("ok").hasSuffix("ok"))
        }
    }

    @Test("a long answer comes in chunks, or until the end for HTTP/1.0, and says the same")
    func chunks() throws {
        let scene = try scene(targets: 200)
        let expected = try scene.get("/metrics").body
        try servingLoopback(scene) { loop, address in
            let old = try Client(address, on: loop)
            try await old.send("GET /metrics HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let oldText = try await old.rest()
            #expect(
                oldText.contains("\r\nConnection: close\r\n\r\n") && oldText.hasSuffix("\r\n\r\n" + expected))
            #expect(!oldText.contains("Content-Length") && !oldText.contains("Transfer-Encoding"))

            let client = try Client(address, on: loop)
            try await client.send("HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await client.until("\r\n\r\n").hasSuffix("\r\nTransfer-Encoding: chunked\r\n\r\n"))
            try await client.get("/metrics")
            let text = try await client.until("\r\n0\r\n\r\n")
            #expect(unchunked(text) == expected)
            // The connection is still good.
            try await client.get("/livez")
            #expect(try await client.until("ok").hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    @Test(
        "a page of any number of rows ends once, and what is answered next begins there",
        arguments: ["/", "/history"])
    func lastChunk(path: String) throws {
        for count in 1...60 {
            try servingLoopback(try scene(targets: count)) { loop, address in
                let client = try Client(address, on: loop)
                try await client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n")
                try await client.get("/livez")
                let text = try await client.until("\r\n\r\nok")
                // A short answer has its length and no chunks.
                let isChunked = text.utf8.endOfFirst("Transfer-Encoding: chunked".utf8) != nil
                #expect(isChunked || count < 60)
                let end = text.utf8.endOfFirst("\r\n0\r\n\r\n".utf8) ?? text.startIndex
                #expect(text[end...].hasPrefix("HTTP/1.1 200 OK\r\n"), "\(count) rows")
            }
        }
    }

    /// The body of an answer in chunks; nil if one is larger than 32 KiB or the framing is wrong.
    private func unchunked(_ text: String) -> String? {
        guard let start = text.utf8.endOfFirst("\r\n\r\n".utf8) else { return nil }
        var rest = Array(text[start...].utf8)[...]
        var body: [UInt8] = []
        while let end = rest.endOfFirst("\r\n".utf8) {
            guard let size = Int(String(decoding: rest[..<(end - 2)], as: UTF8.self), radix: 16) else {
                return nil
            }
            guard size <= 32 << 10, rest.count >= end - rest.startIndex + size + 2 else { return nil }
            body += rest[end..<(end + size)]
            rest = rest[(end + size + 2)...]
            if size == 0 { return rest.isEmpty ? String(decoding: body, as: UTF8.self) : nil }
        }
        return nil
    }

    @Test("a client that takes nothing is let go, and others are answered meanwhile")
    func slowReader() throws {
        let scene = try scene(targets: 200)
        let limits = limits { $0.idleTime = .milliseconds(200) }
        try withTemporaryDirectory { directory in
            // A Unix socket's buffer is a third of the answer; TCP's could take it all.
            let path = directory.file("agent.sock")
            let address = try #require(SocketAddress(unixPath: path))
            try serving(.unixSocket(path: path), scene, limits: limits) { loop in
                let slow = try Client(address, on: loop)
                try await slow.get("/metrics")
                _ = await loop.sleep(until: loop.after(.milliseconds(100)))
                let client = try Client(address, on: loop)
                try await client.get("/livez")
                #expect(try await client.until("ok").hasPrefix("HTTP/1.1 200 OK"))
                _ = await loop.sleep(until: loop.after(.milliseconds(1000)))
                let text = try await slow.rest()
                #expect(text.hasPrefix("HTTP/1.1 200 OK") && !text.hasSuffix("\r\n0\r\n\r\n"))
            }
        }
    }

    @Test("a client that goes on sending after a mistake still reads why")
    func lingering() throws {
        try servingLoopback(try scene()) { loop, address in
            let client = try Client(address, on: loop)
            try await client.send("GET\r\n\r\n" + String(repeating: "x", count: 40_000))
            #expect(try await client.rest().hasPrefix("HTTP/1.1 400 "))
        }
    }
}
