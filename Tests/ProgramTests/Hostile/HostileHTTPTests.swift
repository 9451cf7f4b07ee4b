import TestSupport
import Testing

/// Whatever an HTTP server does, an attempt ends within its deadline, keeps little, and says what happened.
@Suite(.serialized)
struct HostileHTTPTests {
    /// A server that answers like this, and what must be said of it.
    struct Peer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: String
        var settings: [String] = []
        let serve: @Sendable (LoopbackConnection) -> Void

        /// One that answers with these bytes and then is silent.
        init(_ name: String, _ reason: String, answers text: String, _ settings: [String] = []) {
            self.init(name, reason, settings) { connection in
                _ = connection.read()
                connection.write(text)
                connection.holdSilently(within: 2)
            }
        }

        init(
            _ name: String, _ reason: String, _ settings: [String] = [],
            _ serve: @escaping @Sendable (LoopbackConnection) -> Void
        ) {
            (testDescription, self.reason, self.settings, self.serve) = (name, reason, settings, serve)
        }

        /// One that says `head` and then `piece` without end.
        init(
            _ name: String, _ reason: String, says head: String, endlessly piece: String,
            _ settings: [String] = []
        ) {
            self.init(name, reason, settings) { connection in
                _ = connection.read()
                connection.write(head)
                let bytes = Array(String(repeating: piece, count: max(1, 65_536 / piece.utf8.count)).utf8)
                for _ in 0..<2000 where !connection.write(bytes) { return }
            }
        }
    }

    private static let body = ["expect_body=never"]
    private static let ok = "HTTP/1.1 200 OK\r\n"

    static let peers: [Peer] = [
        Peer("endless head", "protocol", says: ok, endlessly: "X-Padding: x\r\n"),
        Peer("endless status line", "protocol", says: "HTTP/1.1 200 ", endlessly: "O"),
        Peer("endless interim answers", "protocol", says: "", endlessly: "HTTP/1.1 100 Continue\r\n\r\n"),
        Peer("endless body", "body_mismatch", says: ok + "\r\n", endlessly: "yes ", body),
        Peer(
            "endless body in chunks", "body_mismatch", says: ok + "Transfer-Encoding: chunked\r\n\r\n",
            endlessly: "2000\r\n" + String(repeating: "x", count: 8192) + "\r\n", body),
        Peer(
            "endless chunks of one byte", "protocol", says: ok + "Transfer-Encoding: chunked\r\n\r\n",
            endlessly: "1\r\nx\r\n", body),
        Peer(
            "endless trailer", "protocol", says: ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n",
            endlessly: "X: y\r\n", body),
        Peer("endless body that nobody asked for", "ready", says: ok + "\r\n", endlessly: "yes "),
        Peer(
            "a length that nobody has", "timeout",
            answers: ok + "Content-Length: 9000000000000000000\r\n\r\nx", body),
        Peer(
            "a chunk that nobody has", "timeout",
            answers: ok + "Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\nx", body),
        Peer("too large a number", "protocol", answers: ok + "Content-Length: 99999999999999999999\r\n\r\n"),
        Peer("two lengths", "protocol", answers: ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
        Peer(
            "a compressed body", "body_mismatch",
            answers: ok + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\u{1F}\u{2}", body),
        Peer("half a head", "timeout", answers: ok),
        Peer(
            "a status with secrets of a terminal", "http_status",
            answers: "HTTP/1.1 500 \u{1B}[2J\u{7}\u{202E}\r\n\r\n"),
        Peer("HTTP/2", "protocol", answers: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Peer("a greeting", "protocol", answers: "220 mail.example ESMTP\r\n"),
        Peer("silence", "timeout") { $0.holdSilently(within: 2) },
        Peer("a reset", "closed") { $0.reset() },
        Peer("an end", "closed") { _ = $0.read() },
        Peer("an end within the body", "closed", body) { connection in
            _ = connection.read()
            connection.write(ok + "Content-Length: 100\r\n\r\nnot all")
        },
    ]

    @Test("it is named within the deadline and in little memory", arguments: peers)
    func peer(_ peer: Peer) throws {
        try withLoopbackServer(peer.serve) { server in
            let check = try PeerCheck(
                "api=http://127.0.0.1:\(server.port)/", within: 700,
                peer.settings.flatMap { ["--set", "api.\($0)"] })
            if peer.reason == "ready" { check.expectReady() } else { check.expect(peer.reason) }
            #expect(check.finished.peakResidentKiB < residentLimit, "\(check.finished)")
        }
    }

    @Test("a body of one byte per 50 ms is good if the words come in time")
    func slowBody() throws {
        try withLoopbackServer { connection in
            _ = connection.read()
            connection.write(Self.ok + "\r\n")
            connection.writeSlowly(Array("ready".utf8), every: 0.05)
            connection.holdSilently(within: 2)
        } _: { server in
            let target = "api=http://127.0.0.1:\(server.port)/"
            try PeerCheck(target, within: 2000, ["--set", "api.expect_body=ready"]).expectReady(0.15...1)
            try PeerCheck(target, within: 120, ["--set", "api.expect_body=ready"]).expect("timeout")
        }
    }
}
