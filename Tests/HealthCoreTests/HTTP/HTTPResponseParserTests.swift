import HealthCore
import Testing

/// Answers of HTTP servers, whole and byte by byte: the verdict is the same.
struct HTTPResponseParserTests {
    private struct Read: Equatable {
        var status: Int?
        var body: String
        var isComplete: Bool
        var failure: Reason?
    }

    private func read(_ text: String, piece: Int, method: String = "GET", closes: Bool = true) -> Read {
        var parser = HTTPResponseParser(answerTo: method)
        var failure: Failure?
        do throws(Failure) {
            let bytes = Array(text.utf8)
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + piece)
                try parser.feed(Array(bytes[start..<end]))
                start = end
            }
            if closes { try parser.finish() }
        } catch {
            failure = error
        }
        return Read(
            status: parser.head?.status, body: String(decoding: parser.body, as: UTF8.self),
            isComplete: parser.isComplete, failure: failure?.reason)
    }

    private func expect(
        _ text: String, _ status: Int?, _ body: String, _ failure: Reason? = nil, method: String = "GET",
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for piece in [1, 2, 7, 100_000] {
            let read = read(text, piece: piece, method: method)
            let wanted = Read(status: status, body: body, isComplete: failure == nil, failure: failure)
            #expect(read == wanted, "in pieces of \(piece)", sourceLocation: sourceLocation)
        }
    }

    @Test("a body ends by its length, by its last chunk, or with the connection (RFC 9112 §6.3)")
    func framing() {
        expect("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello")
        expect("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more", 200, "hello")
        expect("HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, "until the end")
        expect("HTTP/1.0 200 OK\r\ncontent-length:0\r\n\r\n", 200, "")
        expect(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;ext=1\r\n there\r\n0\r\n\r\n",
            200,
            "hello there")
        expect(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\na\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
            200,
            "0123456789")
        // Chunks win over a length (§6.3), and a coding without chunks lasts until the end.
        expect(
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
            200, "x")
        expect("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: gzip\r\n\r\nabcdef", 200, "abcdef")
    }

    @Test("some answers have no body, whatever they say")
    func noBody() {
        expect("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", 204, "")
        expect("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, "")
        expect("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, "", method: "HEAD")
    }

    @Test("interim answers announce another one; 101 is the last word")
    func interim() {
        expect(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
            503, "")
        // No status of HTTP's, but HTTP: nothing of it announces another answer.
        for status in ["000", "099", "600", "610", "999"] {
            expect("HTTP/1.1 \(status) x\r\nContent-Length: 2\r\n\r\nok", Int(status) ?? -1, "ok")
        }
        expect("HTTP/1.1 101 Switching Protocols\r\n\r\n", 101, "")
        expect("HTTP/1.1 100 Continue\r\n\r\n", nil, "", .closed)
    }

    @Test("lines may end in a bare LF, and a status needs no words")
    func lenient() {
        expect("HTTP/1.0 200\nContent-Length: 2\n\nok", 200, "ok")
        expect("HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok", 200, "ok")
    }

    @Test("a folded field is one line, and the fold a blank (RFC 9112 §5.2)")
    func folds() {
        expect("HTTP/1.1 200 OK\r\nA: b\r\n  c\r\n\td\r\nContent-Length: 2\r\n\r\nok", 200, "ok")
        expect("HTTP/1.1 200 OK\r\nContent-Length:\r\n 2\r\n\r\nok", 200, "ok")
        expect("HTTP/1.1 200 OK\nA: b\n c\nContent-Length: 2\n\nok", 200, "ok")
        expect("HTTP/1.1 200 OK\r\nfoo: \r\nfoo: b\r\n  \tc\r\n\r\n", 200, "")
        expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip,\r\n chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 200, "x")
        expect(
            "HTTP/1.1 100 Continue\r\nA: b\r\n c\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, ""
        )
        expect("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n", nil, "", .closed)
        var parser = HTTPResponseParser(answerTo: "GET")
        #expect(throws: Never.self) {
            try parser.feed(Array("HTTP/1.1 302 Found\r\nLocation:\r\n /a\r\n\r\n".utf8))
        }
        #expect(parser.head?.location == Array("/a".utf8))
        // However many lines it is folded over, a head is bounded.
        #expect(throws: Failure.self) {
            var parser = HTTPResponseParser(answerTo: "GET")
            try parser.feed(Array("HTTP/1.1 200 OK\r\nA: b\r\n".utf8))
            for _ in 0..<40_000 { try parser.feed(Array(" c\r\n".utf8)) }
        }
    }

    @Test(
        "a CR of its own ends no line, and is the protocol (RFC 9112 §2.2)",
        arguments: [
            "HTTP/1.1 200 OK\rContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n c\rd\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a\rb\r\nx\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\rc\r\n\r\n",
        ])
    func bareCR(text: String) {
        for piece in [1, 100_000] { #expect(read(text, piece: piece).failure == .protocol, "\(text)") }
    }

    @Test(
        "what is no HTTP/1 is named as the protocol, before a whole line of it has come",
        arguments: [
            "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/2 200\r\n", "<html>", "\r\nHTTP/1.1 200 OK\r\n\r\n", "+PONG\r\n",
            "HTTP/1.x 200 OK\r\n",
            "HTTP/1.1 20 OK\r\n", "HTTP/1.1 -99 OK\r\n", "HTTP/1.1 6OO OK\r\n", "HTTP/1.1 2000 OK\r\n",
            "HTTP/1.1\t200\r\n",
            "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n", "HTTP/1.1 200 OK\r\n folded: 1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        ])
    func foreign(text: String) {
        for piece in [1, 100_000] { #expect(read(text, piece: piece).failure == .protocol, "\(text)") }
    }

    @Test(
        "HTTP/2 and TLS are named by the bytes they begin with",
        arguments: [
            (
                [0, 0, 18, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100],
                "it speaks HTTP/2 only, and is asked in HTTP/1.1"
            ),
            (
                [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
                "it speaks HTTP/2 only, and is asked in HTTP/1.1"
            ),
            ([0x15, 3, 1, 0, 2, 2, 0x46], "it speaks TLS: write https://"),
            ([0x15, 3, 3, 0, 2, 2, 0x28], "it speaks TLS: write https://"),
            ([0, 0, 0, 1, 2, 3, 4, 5, 6], #"not HTTP/1: it answers \x00\x00\x00\x01\x02\x03\x04\x05\x06"#),
            ([0x15, 9], #"not HTTP/1: it answers \x15\x09"#),
        ] as [([UInt8], String)])
    func named(bytes: [UInt8], words: String) {
        var parser = HTTPResponseParser(answerTo: "GET")
        let failure = #expect(throws: Failure.self) { try parser.feed(bytes) }
        #expect(failure?.reason == .protocol && failure?.message == words)
    }

    @Test(
        "malformed chunks are the protocol",
        arguments: [
            "x\r\n", "-1\r\n", "\r\n", "ffffffffffffffffff\r\n", "1\r\nabc\r\n", "0x5\r\nhello\r\n",
            "+5\r\nhello\r\n",
        ])
    func chunks(text: String) {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        for piece in [1, 100_000] { #expect(read(head + text, piece: piece).failure == .protocol, "\(text)") }
    }

    @Test(
        "what ends before its end is closed",
        arguments: [
            "", "HTTP", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
        ])
    func cut(text: String) {
        for piece in [1, 100_000] { #expect(read(text, piece: piece).failure == .closed, "\(text)") }
    }

    @Test("heads and bodies are bounded: an endless one is refused, or no longer looked at")
    func bounds() {
        let line = "X-Padding: " + String(repeating: "x", count: 4000) + "\r\n"
        var parser = HTTPResponseParser(answerTo: "GET")
        #expect(throws: Failure.self) {
            try parser.feed(Array("HTTP/1.1 200 OK\r\n".utf8))
            for _ in 0..<20 { try parser.feed(Array(line.utf8)) }
        }
        #expect(throws: Failure.self) {
            var parser = HTTPResponseParser(answerTo: "GET")
            for _ in 0..<10_000 { try parser.feed(Array("HTTP/1.1 102 Processing\r\n\r\n".utf8)) }
        }
        #expect(throws: Failure.self) {
            var parser = HTTPResponseParser(answerTo: "GET")
            try parser.feed(Array("HTTP/1.1 200 ".utf8) + [UInt8](repeating: 0x41, count: 70_000))
        }
        #expect(throws: Failure.self) {
            var parser = HTTPResponseParser(answerTo: "GET")
            try parser.feed(Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8))
            for _ in 0..<40_000 { try parser.feed(Array("1\r\nx\r\n".utf8)) }
        }
        var endless = HTTPResponseParser(answerTo: "GET")
        #expect(throws: Never.self) {
            try endless.feed(Array("HTTP/1.1 200 OK\r\n\r\n".utf8))
            for _ in 0..<100 where !endless.isComplete {
                try endless.feed([UInt8](repeating: 0x41, count: 16_384))
            }
        }
        #expect(endless.isComplete && endless.body.count == HTTPResponseParser.bodyLimit)
    }

    @Test(
        "nothing that is cut, changed or put in makes it crash or keep more than its bounds", arguments: 0..<8
    )
    func mutations(seed: UInt64) {
        var random = SplitMix(state: seed)
        let whole = Array(
            "HTTP/1.1 200 OK\r\nServer: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n"
                .utf8)
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            var (once, bit) = (HTTPResponseParser(answerTo: "GET"), HTTPResponseParser(answerTo: "GET"))
            let first = Result { try once.feed(bytes) }.isSuccess
            let second = Result { for byte in bytes { try bit.feed([byte]) } }.isSuccess
            #expect(first == second && once.head == bit.head && once.body == bit.body, "\(bytes)")
        }
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

extension Result where Success == Void, Failure == any Error {
    fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }
}
