import HealthCore
import Testing

@testable import Probes

/// The reader of Redis replies, one byte at a time and all at once.
struct ReplyReaderTests {
    private func replies(_ text: String, step: Int) throws -> [ReplyReader.Reply] {
        let (reader, bytes) = (ReplyReader(), Array(text.utf8))
        var replies: [ReplyReader.Reply] = []
        for start in stride(from: 0, to: bytes.count, by: step) {
            try reader.feed(Array(bytes[start..<min(start + step, bytes.count)]))
            while let reply = try reader.next() { replies.append(reply) }
        }
        return replies
    }

    @Test("replies are the same however they arrive", arguments: [1, 2, 3, 7, 1000])
    func pieces(step: Int) throws {
        let text =
            "+OK\r\n-NOAUTH Authentication required.\r\n+\r\n+PONG\r\n*2\r\n$3\r\na\r\n\r\n:7\r\n$-1\r\n*-1\r\n*0\r\n$0\r\n\r\n"
        let expected: [ReplyReader.Reply] = [
            .status(Array("OK".utf8)), .error(Array("NOAUTH Authentication required.".utf8)), .status([]),
            .status(Array("PONG".utf8)), .array(2), .text(Array("a\r\n".utf8)), .integer(7), .missing,
            .missing,
            .array(0), .text([]),
        ]
        #expect(try replies(text, step: step) == expected)
    }

    @Test(
        "an unfinished reply is none",
        arguments: ["", "+", "+PONG", "+PONG\r", "*2", "*2\r", "$5\r\nabc", ":1"])
    func unfinished(text: String) throws {
        #expect(try replies(text, step: 1000) == [])
    }

    @Test("bytes that no text could hold are kept as they are")
    func rawBytes() throws {
        let reader = ReplyReader()
        try reader.feed(Array("-ERR a".utf8) + [0, 0xff, 0x1b] + Array("\r\n".utf8))
        #expect(try reader.next() == .error(Array("ERR a".utf8) + [0, 0xff, 0x1b]))
    }

    @Test(
        "a reply that begins with another type, or makes too much of itself, is not Redis'",
        arguments: [
            "*100000000\r\n", "*x\r\n", "*-2\r\n", "*11111111111111111111", "HTTP/1.1", "\r\n", "\u{0}",
            "%1\r\n", ":a\r\n",
        ])
    func wrongTypes(text: String) {
        for prefix in ["", "+OK\r\n"] {
            for step in [1, 1000] {
                let failure = #expect(throws: Failure.self) { try replies(prefix + text, step: step) }
                #expect(failure?.reason == .protocol)
            }
        }
    }

    @Test("64 KiB are the most that is read, in one reply or in many", arguments: [1, 4096])
    func limit(step: Int) throws {
        let exact = "+" + String(repeating: "a", count: 65536 - 3) + "\r\n"
        #expect(try replies(exact, step: step).count == 1)
        for long in ["+" + String(repeating: "a", count: 65536), String(repeating: "+\r\n", count: 21846)] {
            let failure = #expect(throws: Failure.self) { try replies(long, step: step) }
            #expect(failure?.reason == .protocol)
        }
    }

    @Test("a command is an array of strings, whatever is in them")
    func commands() {
        #expect(ReplyReader.command([Array("PING".utf8)]) == Array("*1\r\n$4\r\nPING\r\n".utf8))
        let words = [Array("AUTH".utf8), [], [0, 13, 10, 0xff]]
        let expected = Array("*3\r\n$4\r\nAUTH\r\n$0\r\n\r\n$4\r\n".utf8) + [0, 13, 10, 0xff, 13, 10]
        #expect(ReplyReader.command(words) == expected)
    }

    @Test("the PING that is sent is what hiredis writes")
    func ping() {
        #expect(RedisService.ping == ReplyReader.command([Array("PING".utf8)]))
    }
}
