import TestSupport
import Testing

/// A peer that speaks another protocol than it is asked in says so at once, and in words.
struct OtherProtocolTests {
    /// What the peer answers to the first bytes that it gets, what is asked of it, and the words about it.
    private static let peers: [(answer: [UInt8], target: String, words: String)] = [
        ([0x15, 3, 1, 0, 2, 2, 0x46], "redis://", "it speaks TLS: write rediss://"),
        ([0x15, 3, 3, 0, 2, 2, 0x28], "http://", "it speaks TLS: write https://"),
        ([0x15, 3, 3, 0, 2, 2, 0x28], "memcached://", "it speaks TLS"),
        (Array("220 mail.test ESMTP\r\n".utf8), "smtps://", "it answers 220 mail.test ESMTP; write smtp://"),
        (Array("+OK ready\r\n".utf8), "pop3s://", "it answers +OK ready; write pop3://"),
        (Array("* OK ready\r\n".utf8), "imaps://", "it answers * OK ready; write imap://"),
        (
            Array("AMQP\0\0\u{9}\u{1}".utf8), "amqps://app:secret@",
            "it speaks AMQP in the clear; write amqp://"
        ),
        (Array("-ERR 'full'\r\n".utf8), "tls://", "it answers -ERR 'full'; write nats://"),
        ([0x15, 3, 3, 0, 2, 2, 0x28], "grpc://", "it speaks TLS: write grpcs://"),
        ([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100], "grpcs://", "HTTP/2 in the clear; write grpc://"),
        ([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100], "http://", "HTTP/2 only"),
        ([0, 0, 8, 7, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 8), "http://", "HTTP/2 only"),
        (
            Array("HTTP/1.1 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n".utf8),
            "http://",
            "it speaks TLS: write https://"
        ),
        (Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), "https://", "write http://"),
        (Array("-ERR unknown command\r\n".utf8), "rediss://", "write redis://"),
        (Array("SSH-2.0-OpenSSH_9.2\r\n".utf8), "tls://", "it answers SSH-2.0-OpenSSH_9.2"),
    ]

    @Test("another protocol is named by its first bytes")
    func named() throws {
        for peer in Self.peers {
            try withLoopbackServer { connection in
                _ = connection.read()
                connection.write(peer.answer)
            } _: { server in
                let check = try PeerCheck("x=\(peer.target)127.0.0.1:\(server.port)", within: 2000)
                check.expect("protocol")
                #expect(check.message.contains(peer.words), "\(check.finished)")
                #expect(check.duration < 1, "\(check.finished)")
            }
        }
    }

    @Test("a status that decides is told soon, although the connection stays open and the answer has no end")
    func open() throws {
        let head = "HTTP/1.1 400 Bad Request\r\n"
        for rest in ["\r\n", "Content-Length: 9\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n", "\r\nNo"] {
            try withLoopbackServer { connection in
                _ = connection.read()
                connection.write(head + rest)
                connection.holdSilently()
            } _: { server in
                let check = try PeerCheck("x=http://127.0.0.1:\(server.port)", within: 3000)
                check.expect("http_status")
                #expect(check.duration < 1, "\(rest): \(check.finished)")
            }
        }
    }

    @Test("a plain server that waits for the end of a line is named before the timeout")
    func silent() throws {
        let redis = try RedisServer.started()
        for scheme in ["rediss", "tls"] {
            let check = try PeerCheck("x=\(scheme)://127.0.0.1:\(redis.port)", within: 2000)
            check.expect("protocol")
            #expect(
                check.message.contains("does not speak TLS: it answers +PONG; write redis://"),
                "\(check.finished)")
            #expect(check.duration < 1.5, "\(check.finished)")
        }
        // A web server that waits for the empty line of a request.
        try withLoopbackServer { connection in
            var text = ""
            while !text.contains("\r\n\r\n"), case let bytes = connection.read(within: 5), !bytes.isEmpty {
                text += String(decoding: bytes, as: UTF8.self)
            }
            connection.write("HTTP/1.0 200 OK\r\n\r\n")
        } _: { server in
            let check = try PeerCheck("x=https://127.0.0.1:\(server.port)/", within: 2000)
            check.expect("protocol")
            #expect(check.message.contains("write http://"), "\(check.finished)")
        }
    }

    @Test("a peer that hangs up may speak TLS only, where it was asked without")
    func hangsUp() throws {
        for (scheme, isHinted) in [("http", true), ("redis", true), ("https", false), ("rediss", false)] {
            try withLoopbackServer {
                _ = $0.read()
            } _: { server in
                let finished = try Program.run(
                    Program.waitfor, ["check", "x=\(scheme)://127.0.0.1:\(server.port)"])
                #expect(finished.output.contains("closed") && finished.exitCode == 1, "\(finished)")
                #expect(finished.output.contains("or one that speaks TLS only") == isHinted, "\(finished)")
            }
        }
    }

    @Test("nginx's complaint of plain HTTP, its HTTP/2 alone, and a host of its own")
    func nginx() throws {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["IP:127.0.0.1"])
        let server = try NginxServer(
            #"location / { if ($host = "example.com") { return 200; } return 421; }"#, certificate: pair)
        let plain = try PeerCheck("x=http://127.0.0.1:\(server.securePort)/", within: 2000)
        plain.expect("protocol")
        #expect(plain.message.contains("write https://"), "\(plain.finished)")
        try PeerCheck("x=http://127.0.0.1:\(server.port)/", within: 2000).expect("http_status")
        try PeerCheck(
            "x=http://127.0.0.1:\(server.port)/", within: 2000, ["--set", "x.headers=Host: example.com"]
        ).expectReady()
    }

    @Test("a password in the URL asks with Basic, and is never shown")
    func basic() throws {
        try withLoopbackServer { connection in
            let request = String(decoding: connection.read(), as: UTF8.self)
            let isKnown = request.contains("\r\nAuthorization: Basic YXBwOlplTHk3WHdKOXZLdA==\r\n")
            connection.write(
                "HTTP/1.1 \(isKnown ? "403 no app:ZeLy7XwJ9vKt" : "401 who")\r\nContent-Length: 0\r\n\r\n")
        } _: { server in
            for mode in [[], ["-v"], ["--log", "json"]] {
                let finished = try Program.run(
                    Program.waitfor,
                    ["check"] + mode + ["x=http://app:ZeLy7XwJ9vKt@127.0.0.1:\(server.port)/"])
                #expect(finished.exitCode == 1 && finished.output.contains("repeats a secret"), "\(finished)")
                let said = finished.output + finished.errors
                #expect(!said.contains("ZeLy7XwJ9vKt") && !said.contains("YXBwOlpl"), "\(finished)")
                #expect(said.contains("header_file"), "\(finished)")
            }
        }
    }
}
