import TestSupport
import Testing

/// What a peer says is data: one printable line of at most 200 bytes, in bounded memory.
@Suite(.serialized)
struct HostileTextTests {
    private static let nasty =
        Array("\u{1b}[31mred\u{7}\t\u{9b}2J".utf8) + [0xff, 0xc3, 0x28] + Array("\u{202e}ü\"\\".utf8)
    private static let shown = "\\x1b[31mred\\x07\\x09\\xc2\\x9b2J\\xff\\xc3(\\xe2\\x80\\xaeü\"\\"

    /// Both forms of output, and a gate's log lines.
    private func expectTame(_ target: String, _ reason: String, showing text: String) throws {
        let check = try PeerCheck(target)
        check.expect(reason)
        #expect(check.message.contains(text), "\(check.message)")
        for arguments in [["check"], ["wait", "-v"], ["wait", "--log", "json"]] {
            let run = try Program.run(Program.waitfor, arguments + ["-t", "300ms", target])
            let bytes = run.outputBytes + run.errorBytes
            #expect(!bytes.contains { ($0 < 0x20 && $0 != UInt8(ascii: "\n")) || $0 == 0x7f }, "\(run)")
            #expect(!bytes.contains(0x9b), "\(run)")
            #expect(String(validating: bytes, as: UTF8.self) != nil, "\(run)")
            // What surrounds the text is bounded as well.
            for line in run.output.split(separator: "\n") + run.errors.split(separator: "\n") {
                #expect(line.utf8.count < 1000, "\(line)")
            }
        }
    }

    @Test("escapes, NULs and invalid UTF-8 in an error are shown as \\xNN")
    func escapes() throws {
        let withNul = Array("-ERR ".utf8) + HostileTextTests.nasty + [0, 0x61] + Array("\r\n".utf8)
        try withLoopbackServer { connection in
            _ = connection.read()
            connection.write(withNul)
            connection.holdSilently(within: 2)
        } _: { server in
            let shown = HostileTextTests.shown + "\\x00a"
            try expectTame("redis://127.0.0.1:\(server.port)", "error", showing: shown)
        }
        let error = FakePostgres.error("57P03", HostileTextTests.nasty + Array("\nsecond line".utf8))
        for bytes in [error, FakePostgres.authentication(0) + error] {
            let server = try FakePostgres.server(saying: bytes)
            let target = PeerKind.postgresWithPassword.target(server.port)
            try expectTame(target, "starting", showing: HostileTextTests.shown)
            server.stop()
        }
        let query = try FakePostgres.server { connection in
            connection.write(FakePostgres.letIn)
            _ = connection.read()
            connection.write(FakePostgres.error("53300", HostileTextTests.nasty) + FakePostgres.readyForQuery)
        }
        defer { query.stop() }
        try expectTame(
            PeerKind.postgresWithPassword.target(query.port), "too_many_connections",
            showing: HostileTextTests.shown)
    }

    @Test("what is not the protocol is shown the same way", arguments: PeerKind.allCases)
    func nastyGarbage(kind: PeerKind) throws {
        try withLoopbackServer { connection in
            connection.write(HostileTextTests.nasty)
            connection.holdSilently(within: 2)
        } _: { server in
            try expectTame(kind.target(server.port), "protocol", showing: "\\x1b[31m")
        }
    }

    @Test("a megabyte of error text becomes one short line", .needsThePlainProgram)
    func longText() throws {
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)
        try withLoopbackServer { connection in
            _ = connection.read()
            connection.write(Array("-LOADING ".utf8) + text + Array("\r\n".utf8))
        } _: { server in
            // A line of that length is no reply of Redis.
            try expectTame("redis://127.0.0.1:\(server.port)", "protocol", showing: "more than")
        }
        let error = FakePostgres.error("53300", text)
        let letIn = try FakePostgres.server(saying: FakePostgres.authentication(0) + error)
        try expectTame(
            PeerKind.postgres.target(letIn.port), "too_many_connections", showing: "53300 xxxxx")
        letIn.stop()
        // Before anybody is let in, no error of PostgreSQL is that long.
        let outside = try FakePostgres.server(saying: error)
        try expectTame(PeerKind.postgres.target(outside.port), "protocol", showing: "an error without a code")
        outside.stop()
    }

    /// An answer of 100 MB, after what a conversation needs to get there.
    struct Flood: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let kind: PeerKind
        let start: [UInt8]
        var waitsForQuery = false
        var chunk = [UInt8](repeating: UInt8(ascii: "y"), count: 64 * 1024)

        func serve(_ connection: LoopbackConnection) {
            if kind.rawValue.hasPrefix("postgres") { FakePostgres.greet(connection) }
            if waitsForQuery { connection.write(FakePostgres.letIn) }
            if waitsForQuery || kind.rawValue.hasPrefix("redis") { _ = connection.read() }
            guard connection.write(start) else { return }
            for _ in 0..<(100_000_000 / chunk.count) where !connection.write(chunk) { return }
        }
    }

    private static let hundred = 100_000_000
    private static let parameter = FakePostgres.message(
        "S", Array("some\0".utf8) + [UInt8](repeating: 97, count: 999) + [0])
    private static let row = FakePostgres.message(
        "D", [0, 1, 0, 0, 3, 232] + [UInt8](repeating: 97, count: 1000))
    private static let letIn = FakePostgres.authentication(0)

    static let floods = [
        Flood(testDescription: "a line", kind: .redis, start: Array("+".utf8)),
        Flood(testDescription: "an error", kind: .redis, start: Array("-ERR ".utf8)),
        Flood(testDescription: "a string", kind: .redis, start: Array("$100000000\r\n".utf8)),
        Flood(testDescription: "an array", kind: .redis, start: Array("*100000000\r\n".utf8)),
        Flood(
            testDescription: "lines", kind: .redisWithPassword, start: Array("+\r\n".utf8),
            chunk: Array("+\r\n".utf8)),
        Flood(testDescription: "garbage", kind: .postgres, start: []),
        Flood(
            testDescription: "an error before anybody is let in", kind: .postgres,
            start: FakePostgres.message("E", claiming: hundred)),
        Flood(
            testDescription: "an error after that", kind: .postgres,
            start: letIn + FakePostgres.message("E", claiming: hundred)),
        Flood(
            testDescription: "parameters", kind: .postgres, start: letIn,
            chunk: (0..<64).flatMap { _ in parameter }),
        Flood(
            testDescription: "one row", kind: .postgresWithPassword,
            start: FakePostgres.rowDescription + FakePostgres.message("D", claiming: hundred),
            waitsForQuery: true),
        Flood(
            testDescription: "rows", kind: .postgresWithPassword,
            start: FakePostgres.rowDescription, waitsForQuery: true, chunk: (0..<64).flatMap { _ in row }),
        Flood(
            testDescription: "an error instead of a result", kind: .postgresWithPassword,
            start: FakePostgres.message("E", claiming: hundred), waitsForQuery: true),
    ]

    @Test("an answer of 100 MB is refused, in 10 MB of memory", .needsThePlainProgram, arguments: floods)
    func flood(_ flood: Flood) throws {
        try withLoopbackServer(flood.serve) { server in
            let target = flood.kind.target(server.port)
            let check = try PeerCheck(target, within: 1000)
            check.expect("protocol")
            #expect(check.duration < 0.5)
            // A gate lives on after the attempt, so that its memory is surely looked at.
            let gate = try Program.run(Program.waitfor, ["-t", "400ms", "-i", "100ms", target])
            #expect(gate.exitCode == 124)
            #expect(gate.errors.contains(": protocol ×"), "\(gate)")
            #expect((1000...10 * 1024).contains(gate.peakResidentKiB), "\(gate.peakResidentKiB) KiB")
        }
    }
}
