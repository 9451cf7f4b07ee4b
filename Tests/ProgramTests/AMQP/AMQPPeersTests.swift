import HealthCore
import TestSupport
import Testing

/// Peers that are no AMQP server, or do not do as one should.
struct AMQPPeersTests {
    private func check(
        _ userinfo: String = "", within milliseconds: Int = 500, settings: [String] = [],
        _ body: @escaping @Sendable (LoopbackConnection) -> Void
    ) throws -> PeerCheck {
        try withLoopbackServer(body) { server in
            try PeerCheck(
                "x=amqp://\(userinfo)127.0.0.1:\(server.port)", within: milliseconds,
                settings.flatMap { ["--set", "x.\($0)"] })
        }
    }

    @Test("silence, a hang-up, a slow answer and noise have their reasons")
    func peers() throws {
        for login in ["", "app:hunter2hunter2@"] {
            try check(login) { $0.holdSilently(within: 2) }.expect("timeout")
            try check(login) { _ in }.expect("closed")
            try check(login) { $0.reset() }.expect("closed")
            try check(login) { connection in
                _ = connection.read()
                connection.write(AMQPMessages.start.dropLast(3).map { $0 })
            }.expect("closed")
            try check(login) { connection in
                _ = connection.read()
                _ = connection.writeSlowly(AMQPMessages.start, every: 0.1)
            }.expect("timeout")
            for noise: [UInt8] in [[0x41], [0], [8, 0, 0, 0, 0, 0, 0, 0xCE], [1, 0, 0, 0, 0, 0, 0, 0xCE]] {
                let one = try check(login, within: 700) { connection in
                    let bytes = [[UInt8]](repeating: noise, count: 4096).flatMap { $0 }
                    while connection.write(bytes) {}
                }
                // Heartbeats may come for ever.
                #expect(one.reason == (noise.first == 8 ? "timeout" : "protocol"), "\(one.finished)")
                one.expectManners()
            }
            for text in [
                "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "INFO {}\r\n",
                "AMQP\0\u{1}\0\0",
                "AMQP\0\0\u{9}\u{1}", "\u{1}\0\0\u{7F}\u{7F}\u{7F}\u{7F}\0\0\0\0",
            ] {
                try check(login) { connection in
                    _ = connection.read()
                    connection.write(text)
                    connection.holdSilently(within: 1)
                }.expect("protocol")
            }
        }
        let version = try check { connection in
            _ = connection.read()
            connection.write("AMQP\0\u{1}\0\0")
        }
        version.expect("protocol")
        #expect(version.message == "it speaks AMQP 1.0.0, and is asked in 0.9.1")
    }

    @Test("each answer to each step has its reason")
    func steps() throws {
        for (answers, level, reason) in [
            ([AMQPMessages.start], "ping", nil), ([AMQPMessages.start], "login", "closed"),
            ([AMQPMessages.start, AMQPMessages.close(403, "ACCESS_REFUSED")], "login", "auth"),
            (
                [AMQPMessages.start, AMQPMessages.tune, AMQPMessages.close(530, "vhost x not found")],
                "login", "no_database"
            ),
            (
                [
                    AMQPMessages.start, AMQPMessages.tune,
                    AMQPMessages.close(530, "vhost ratelimit not found"),
                ],
                "login", "no_database"
            ),
            (
                [
                    AMQPMessages.start, AMQPMessages.tune,
                    AMQPMessages.close(530, "access to vhost 'limits' refused for user 'app'"),
                ],
                "login", "denied"
            ),
            (
                [
                    AMQPMessages.start, AMQPMessages.tune,
                    AMQPMessages.close(530, "connection limit (1) is reached"),
                ],
                "login", "too_many_connections"
            ),
            (
                [
                    AMQPMessages.start, AMQPMessages.tune, AMQPMessages.openOk,
                    AMQPMessages.close(320, "shutdown"),
                ],
                "login", "shutting_down"
            ),
            (
                [AMQPMessages.start, AMQPMessages.tune, AMQPMessages.openOk, AMQPMessages.closeOk], "login",
                nil
            ),
            ([AMQPMessages.openOk], "login", "protocol"),
            ([AMQPMessages.start, AMQPMessages.closeOk], "login", "protocol"),
            ([AMQPMessages.start, AMQPMessages.start], "login", "protocol"),
            (
                [AMQPMessages.start, AMQPMessages.tune, AMQPMessages.openOk, AMQPMessages.blocked], "publish",
                "busy"
            ),
            (
                [
                    AMQPMessages.start, AMQPMessages.tune, AMQPMessages.openOk, AMQPMessages.ack,
                    AMQPMessages.channelCloseOk, AMQPMessages.closeOk,
                ],
                "publish", nil
            ),
            (
                [AMQPMessages.start, AMQPMessages.tune, AMQPMessages.openOk, AMQPMessages.closeOk],
                "publish", "protocol"
            ),
            (
                [AMQPMessages.start, AMQPMessages.tune, AMQPMessages.openOk, AMQPMessages.channelCloseOk],
                "publish", "protocol"
            ),
            (
                [AMQPMessages.start, AMQPMessages.tune, AMQPMessages.openOk, AMQPMessages.ack], "login",
                "protocol"
            ),
        ] as [([[UInt8]], String, String?)] {
            let settings = ["level=\(level)"]
            let one = try check("app:hunter2hunter2@", within: 2000, settings: settings) { connection in
                for answer in answers {
                    _ = connection.read(within: 1)
                    connection.write(answer)
                }
                _ = connection.read(within: 1)
            }
            #expect(one.reason == reason, "\(level): \(one.finished)")
            one.expectManners()
            #expect(!"\(one.finished)".contains("hunter2"))
        }
    }

    @Test("an address has a user and a password, or neither")
    func mistakes() throws {
        for (words, says) in [
            (["amqp://app@h"], "needs a password"),
            (["q=amqp://h", "--set", "q.password=x"], "whose password"),
            (["q=amqp://h", "--set", "q.level=publish"], "needs a user and a password"),
            (["q=amqp://h", "--set", "q.level=query"], "ping, login or publish"),
            (["amqp://a,b"], "one host"),
            (["q=amqp://h", "--set", "q.ca_file=/x"], "write amqps://"),
            (["q=amqp://h", "--set", "q.vhost=\(String(repeating: "v", count: 256))"], "at most 255 bytes"),
        ] {
            let finished = try Program.run(Program.waitfor, ["check"] + words)
            #expect(finished.exitCode == 125 && finished.errors.contains(says), "\(finished)")
        }
    }
}

/// Frames that a server of AMQP 0-9-1 sends.
enum AMQPMessages {
    static func method(_ kind: UInt16, _ number: UInt16, channel: UInt16 = 0, _ arguments: [UInt8] = [])
        -> [UInt8]
    {
        var writer = AMQPWriter()
        writer.add(kind)
        writer.add(number)
        return AMQPFrame(1, channel: channel, writer.bytes + arguments).bytes
    }

    static let start: [UInt8] = {
        var (row, table) = (AMQPWriter(), AMQPWriter())
        row.add(long: "Test".utf8)
        table.add(row: "product", "S", row.bytes)
        var writer = AMQPWriter()
        writer.add(UInt8(0))
        writer.add(UInt8(9))
        writer.add(long: table.bytes)
        writer.add(long: "AMQPLAIN PLAIN".utf8)
        writer.add(long: "en_US".utf8)
        return method(10, 10, writer.bytes)
    }()
    static let tune = method(10, 30, [0, 0, 0, 2, 0, 0, 0, 60])
    static let openOk = method(10, 41, [0])
    static let closeOk = method(10, 51)
    static let ack = method(60, 80, channel: 1, [0, 0, 0, 0, 0, 0, 0, 1, 0])
    static let channelCloseOk = method(20, 41, channel: 1)
    static let blocked = method(10, 60, [3] + Array("low".utf8))

    static func close(_ code: UInt16, _ text: String) -> [UInt8] {
        var writer = AMQPWriter()
        writer.add(code)
        writer.add(short: text.utf8)
        writer.add(UInt32(0))
        return method(10, 50, writer.bytes)
    }
}
