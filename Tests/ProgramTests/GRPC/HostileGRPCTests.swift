import TestSupport
import Testing

/// Whatever a peer of a gRPC target does, an attempt ends within its deadline, keeps little, and says what happened.
@Suite(.serialized)
struct HostileGRPCTests {
    private typealias Frames = HTTP2Frames

    /// A peer, and what must be said of it.
    struct Peer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: String
        let words: String
        let serve: @Sendable (LoopbackConnection) -> Void

        init(
            _ name: String, _ reason: String, _ words: String = "",
            _ serve: @escaping @Sendable (LoopbackConnection) -> Void
        ) {
            (testDescription, self.reason, self.words, self.serve) = (name, reason, words, serve)
        }

        /// One that answers with these bytes and then is silent.
        init(_ name: String, _ reason: String, _ words: String = "", says bytes: [UInt8]) {
            self.init(name, reason, words) { connection in
                _ = connection.read()
                connection.write(bytes)
                connection.holdSilently(within: 2)
            }
        }

        /// One that says its settings and then this piece without end.
        init(_ name: String, after head: [UInt8] = [], endlessly piece: [UInt8]) {
            self.init(name, "protocol") { connection in
                _ = connection.read()
                connection.write(Frames.settings + head)
                let pieces = max(1, 65_536 / piece.count)
                let bytes = (0..<pieces).flatMap { _ in piece }
                for _ in 0..<2000 where !connection.write(bytes) { return }
            }
        }

        /// One that answers the call with these frames.
        init(_ name: String, _ reason: String, _ words: String = "", answers frames: [UInt8]) {
            self.init(name, reason, words, says: Frames.settings + frames)
        }
    }

    private static let floods: [Peer] = [
        Peer("SETTINGS without end", endlessly: Frames.settings),
        Peer("PING without end", endlessly: Frames.ping),
        Peer("answers to PING without end", endlessly: Frames.frame(6, flags: 1, Frames.ping.suffix(8) + [])),
        Peer("WINDOW_UPDATE without end", endlessly: Frames.frame(8, [0, 0, 0, 1])),
        Peer("PRIORITY without end", endlessly: Frames.frame(2, stream: 3, [0, 0, 0, 0, 1])),
        Peer("frames of no known kind without end", endlessly: Frames.frame(0xBB, [1, 2, 3])),
        Peer(
            "CONTINUATION without end", after: Frames.frame(1, stream: 1, Frames.block([":status": "200"])),
            endlessly: Frames.frame(9, stream: 1, Frames.block(["a": "b"]))),
        Peer(
            "empty CONTINUATION without end", after: Frames.frame(1, stream: 1),
            endlessly: Frames.frame(9, stream: 1)),
        Peer("interim answers without end", endlessly: Frames.headers([":status": "103"])),
        Peer("fields without end", after: Frames.head, endlessly: Frames.headers(["a": "b"])),
        Peer(
            "a message without end", after: Frames.head,
            endlessly: Frames.data([UInt8](repeating: 0, count: 999))),
        Peer("empty DATA without end", after: Frames.head, endlessly: Frames.data([])),
        Peer("GOAWAY without end", endlessly: Frames.frame(7, [0, 0, 0, 1, 0, 0, 0, 0])),
        // 4,000 bytes in the table, and then named by one byte each.
        Peer(
            "a field that unpacks to a thousand times its size",
            after: Frames.frame(
                1, stream: 1,
                [0x88, 0x40, 1, 0x61, 0x7F, 0xA1, 0x1E] + [UInt8](repeating: 0x62, count: 4000)),
            endlessly: Frames.frame(9, stream: 1, [UInt8](repeating: 0xBE, count: 16_000))),
    ]

    private static let answers: [Peer] = [
        Peer("a good answer", "ready", "SERVING", says: Frames.goodAnswer),
        Peer(
            "a good answer with padding", "ready", "SERVING",
            answers: Frames.frame(
                1, flags: 0xC, stream: 1,
                [3] + Frames.block([":status": "200", "content-type": "application/grpc"]) + [0, 0, 0])
                + Frames.frame(
                    0, flags: 8, stream: 1, [200] + Frames.serving + [UInt8](repeating: 0, count: 200))
                + Frames.trailers("0")),
        Peer("a good answer in several frames", "ready", "SERVING", says: Frames.answerInFrames),
        Peer(
            "interim answers before it", "ready", "SERVING",
            answers: Frames.headers([":status": "103"]) + Frames.goodAnswer),
        Peer(
            "a server that is being stopped, and answers first", "ready", "SERVING",
            answers: Frames.frame(7, [0, 0, 0, 1, 0, 0, 0, 0]) + Frames.goodAnswer),
        Peer(
            "trailers only: no health service", "config", "UNIMPLEMENTED: no method",
            answers: Frames.trailersOnly("12", "no%20method")),
        Peer("trailers only: OK", "protocol", "no whole message", answers: Frames.trailersOnly("0")),
        Peer(
            "a text with secrets of a terminal", "error", "DATA_LOSS: \\x1b[2J",
            answers: Frames.trailersOnly("15", "%1B[2J")),
        Peer("a status that nobody knows", "error", "grpc-status 99", answers: Frames.trailersOnly("99")),
        Peer("a status that is no number", "protocol", "no number", answers: Frames.trailersOnly("-1")),
        Peer(
            "no status", "protocol", "without a grpc-status",
            answers: Frames.head + Frames.data(Frames.serving, end: true)),
        Peer(
            "a status in the head, and none in the end", "protocol", "without a grpc-status",
            answers: Frames.headers([
                ":status": "200", "content-type": "application/grpc", "grpc-status": "0",
            ])
                + Frames.data(Frames.serving, end: true)),
        Peer(
            "a compressed message", "protocol", "compressed",
            answers: Frames.head + Frames.data([1, 0, 0, 0, 2, 8, 1]) + Frames.trailers("0")),
        Peer(
            "a length that nobody has", "protocol", "HealthCheckResponse",
            answers: Frames.head + Frames.data([0, 255, 255, 255, 255, 8, 1]) + Frames.trailers("0")),
        Peer(
            "two messages", "protocol", "HealthCheckResponse",
            answers: Frames.head + Frames.data(Frames.serving + Frames.serving) + Frames.trailers("0")),
        Peer(
            "a message of no fields", "busy", "UNKNOWN",
            answers: Frames.head + Frames.data([0, 0, 0, 0, 0]) + Frames.trailers("0")),
        Peer(
            "a web server of HTTP/2", "protocol", "it answers HTTP 404 without gRPC",
            answers: Frames.headers([":status": "404", "content-type": "text/html"], end: true)),
        Peer(
            "a web server that wants a login", "auth", "HTTP 401",
            answers: Frames.headers([":status": "401"], end: true)),
        Peer(
            "a field that no one may send", "protocol", "breaks the rules",
            answers: Frames.headers([":status": "200", ":nonsense": "x"])),
        Peer(
            "a message of another length than the head says", "protocol", "breaks the rules",
            answers: Frames.headers([
                ":status": "200", "content-type": "application/grpc", "content-length": "9",
            ]) + Frames.data(Frames.serving) + Frames.trailers("0")),
        Peer(
            "a yes that is pushed on another stream", "timeout",
            answers: Frames.frame(
                5, flags: 4, stream: 1,
                [0, 0, 0, 2] + Frames.block([":method": "GET", ":path": "/", ":scheme": "http"]))
                + Frames.frame(1, flags: 4, stream: 2, [0x88]) + Frames.frame(0, stream: 2, Frames.serving)
                + Frames.frame(1, flags: 5, stream: 2, Frames.block(["grpc-status": "0"]))),
        Peer(
            "a broken rule, and a reproach behind it", "protocol", "breaks the rules",
            answers: Frames.trailers("5") + Frames.frame(7, [0, 0, 0, 1, 0, 0, 0, 11])),
        Peer(
            "settings of a wrong length", "protocol", "breaks the rules",
            says: Frames.frame(4, [1, 2, 3, 4, 5])),
        Peer("no settings first", "protocol", "breaks the rules", says: Frames.ping),
        Peer(
            "a table that is too large", "protocol", "breaks the rules",
            answers: Frames.frame(1, flags: 4, stream: 1, [0x3F, 0xE1, 0xFF, 0x03])),
        Peer(
            "a window that is too large", "protocol", "breaks the rules",
            answers: Frames.frame(8, [0x7F, 0xFF, 0xFF, 0xFF])),
        Peer(
            "a stream of nobody's", "protocol", "breaks the rules", answers: Frames.frame(0, stream: 7, [1])),
        Peer(
            "a frame that is too long", "protocol", "breaks the rules",
            answers: Frames.frame(0, stream: 1, [], length: 65_535)),
    ]

    private static let ends: [Peer] = [
        Peer(
            "GOAWAY before the call", "busy", "GOAWAY NO_ERROR",
            answers: Frames.frame(7, [UInt8](repeating: 0, count: 8))),
        Peer(
            "GOAWAY with a reproach", "error", "GOAWAY ENHANCE_YOUR_CALM: too_many_pings",
            answers: Frames.frame(7, [0, 0, 0, 0, 0, 0, 0, 11] + Array("too_many_pings".utf8))),
        Peer(
            "a refused call", "busy", "RST_STREAM REFUSED_STREAM",
            answers: Frames.frame(3, stream: 1, [0, 0, 0, 7])),
        Peer(
            "a cancelled call", "error", "RST_STREAM CANCEL",
            answers: Frames.frame(3, stream: 1, [0, 0, 0, 8])),
        Peer(
            "a call that ends without an error and without an answer", "error", "RST_STREAM NO_ERROR",
            answers: Frames.head + Frames.frame(3, stream: 1, [0, 0, 0, 0])),
        Peer(
            "HTTP/1.1", "protocol", "it speaks HTTP/1.1 and no HTTP/2: it answers HTTP/1.1 400 Bad Request",
            says: Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)),
        Peer("TLS", "protocol", "it speaks TLS: write grpcs://", says: [0x15, 3, 3, 0, 2, 2, 0x28]),
        Peer(
            "a greeting", "protocol", "not HTTP/2: it answers SSH-2.0-OpenSSH_9.2",
            says: Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)),
        Peer(
            "garbage that begins like a frame", "protocol", "breaks the rules",
            says: [0] + (0..<255).map { UInt8(truncatingIfNeeded: $0 &* 7) }),
        Peer(
            "garbage", "protocol", "not HTTP/2",
            says: (1..<255).map { UInt8(truncatingIfNeeded: $0 | 1) }),
        Peer("silence", "timeout") { $0.holdSilently(within: 2) },
        Peer("settings, and silence", "timeout", says: Frames.settings),
        Peer("half an answer", "timeout", answers: Frames.head + Frames.data(Frames.serving)),
        Peer("one byte at a time", "timeout") { connection in
            connection.writeSlowly(Frames.goodAnswer, every: 0.05)
        },
        Peer("a reset", "closed") { $0.reset() },
        Peer("an end", "closed") { _ = $0.read() },
        Peer("an end within a word", "protocol", "it answers MZ") { connection in
            _ = connection.read()
            connection.write("MZ")
        },
        Peer("an end within the answer", "closed") { connection in
            _ = connection.read()
            connection.write(Frames.settings + Frames.head + Frames.data(Frames.serving))
        },
        Peer("a reproach, and an end", "error", "GOAWAY PROTOCOL_ERROR") { connection in
            _ = connection.read()
            connection.write(Frames.settings + Frames.frame(7, [0, 0, 0, 1, 0, 0, 0, 1]))
        },
    ]

    @Test("it is named within the deadline and in little memory", arguments: floods + answers + ends)
    func peer(_ peer: Peer) throws {
        try withLoopbackServer(peer.serve) { server in
            let check = try PeerCheck("api=grpc://127.0.0.1:\(server.port)/orders", within: 700)
            if peer.reason == "ready" { check.expectReady() } else { check.expect(peer.reason) }
            #expect(check.message.contains(peer.words), "\(check.finished)")
            #expect(peer.reason == "timeout" || check.duration < 0.6, "\(check.finished)")
            #expect(check.finished.peakResidentKiB < residentLimit, "\(check.finished)")
        }
    }

    @Test(
        "a good answer is one however its bytes come",
        arguments: [HTTP2Frames.goodAnswer, HTTP2Frames.answerInFrames])
    func slowly(answer: [UInt8]) throws {
        try withLoopbackServer { connection in
            _ = connection.read()
            connection.writeSlowly(answer, every: 0.002)
            connection.holdSilently(within: 2)
        } _: { server in
            try PeerCheck("api=grpc://127.0.0.1:\(server.port)", within: 4000).expectReady(0.1...2)
        }
    }

    @Test("a token that the server repeats is not shown")
    func echo() throws {
        try withLoopbackServer { connection in
            _ = connection.read()
            connection.write(
                HTTP2Frames.settings + HTTP2Frames.trailersOnly("16", "what is Bearer ZeLy7XwJ9vKt?"))
            connection.holdSilently(within: 2)
        } _: { server in
            let target = "api=grpc://127.0.0.1:\(server.port)"
            let token = ["--set", "api.headers=Authorization: Bearer ZeLy7XwJ9vKt"]
            for mode in [[], ["-v"], ["--log", "json"]] {
                let finished = try Program.run(Program.waitfor, ["check"] + mode + token + [target])
                #expect(finished.exitCode == 1 && finished.output.contains("repeats a secret"), "\(finished)")
                #expect(!(finished.output + finished.errors).contains("ZeLy7XwJ9vKt"), "\(finished)")
            }
        }
    }
}
