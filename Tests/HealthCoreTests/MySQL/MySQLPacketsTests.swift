import HealthCore
import Testing

@Suite("Packets of MySQL")
struct MySQLPacketsTests {
    private typealias Bytes = MySQLBytes

    /// The payloads of bytes that come in pieces of this size.
    private func payloads(_ bytes: [UInt8], by size: Int) throws(Failure) -> [[UInt8]] {
        var (packets, payloads) = (MySQLPackets(), [[UInt8]]())
        for start in stride(from: 0, to: bytes.count, by: size) {
            packets.feed(Array(bytes[start..<min(start + size, bytes.count)]))
            while let payload = try packets.next() { payloads.append(payload) }
        }
        return payloads
    }

    @Test("a packet is the same however it comes", arguments: [1, 3, 7, 1000])
    func pieces(size: Int) throws {
        let large = [UInt8](repeating: 7, count: 70_000)
        let bytes = Bytes.packet([1, 2], 0) + Bytes.packet([], 1) + Bytes.packet(large, 2)
        #expect(try payloads(bytes, by: size) == [[1, 2], [], large])
    }

    @Test("packets are counted, and only an error may come with a number of its own")
    func numbers() throws {
        #expect(
            Bytes.failure { () throws(Failure) in try payloads(Bytes.packet([1], 1), by: 9) }?.reason
                == .protocol)
        #expect(try payloads(Bytes.packet(Bytes.error(1040, "full"), 9), by: 9).count == 1)
    }

    @Test("a packet that is too large is told without a byte of it, and so is one out of order")
    func untold() throws {
        let first = Bytes.packet([10], 0)
        for (head, message) in [
            ([0x80, 0x84, 0x1E, 1], "an answer of more than 1 MiB"),
            ([9, 0, 0, 7], "a packet that is out of order"),
        ] as [([UInt8], String)] {
            let failure = Bytes.failure { () throws(Failure) in
                try payloads(first + head + Array("topsecret".utf8), by: 100)
            }
            #expect(failure?.reason == .protocol && failure?.message == message, "\(failure as Any)")
        }
    }

    @Test(
        "what is no packet is told in one line, before it is read whole",
        arguments: [
            "SSH-2.0-OpenSSH_9.2\r\n", "220 mail ESMTP\r\n", "HTTP/1.1 400 Bad Request\r\n", "+PONG\r\n",
        ])
    func foreign(text: String) {
        let failure = Bytes.failure { () throws(Failure) in try payloads(Array(text.utf8), by: 100) }
        #expect(
            failure?.reason == .protocol && failure?.message.contains(text.prefix(5)) == true,
            "\(text): \(failure as Any)")
    }

    @Test("a greeting has version, abilities and nonce, and in its place may be an error")
    func greeting() throws {
        let greeting = try MySQLGreeting(Bytes.greeting())
        #expect(
            greeting.version == "9.7.4" && greeting.plugin == "caching_sha2_password")
        #expect(greeting.nonce == Array("12345678abcdefghijkl".utf8) && greeting.capabilities.contains(.tls))
        for payload in [Bytes.error(1040, "Too many"), Bytes.error(1040, "Too many", state: "")] {
            let failure = Bytes.failure { () throws(Failure) in try MySQLGreeting(payload) }
            #expect(
                failure?.reason == .tooManyConnections && failure?.message == "1040 Too many",
                "\(failure as Any)")
        }
    }

    @Test("what is no greeting is no MySQL of today, however it ends")
    func noGreeting() {
        let whole = Bytes.greeting()
        for count in [0, 1, 5, 20, 40] {
            let failure = Bytes.failure { () throws(Failure) in try MySQLGreeting(Array(whole.prefix(count)))
            }
            #expect(failure?.reason == .protocol, "\(count)")
        }
        let x = Bytes.failure { () throws(Failure) in try MySQLGreeting([0x0B, 0x08, 0x05, 0x1A, 0]) }
        #expect(x?.message.contains("X protocol") == true)
        #expect(
            Bytes.failure { () throws(Failure) in try MySQLGreeting([9, 0]) }?.message.contains("protocol 9")
                == true)
    }

    @Test("a login has user, answer, database, plugin and the name of the program")
    func login() throws {
        let greeting = try MySQLGreeting(Bytes.greeting())
        let capabilities = MySQLRequest.capabilities(of: greeting, database: "app", overTLS: true)
        let login = MySQLRequest.login(
            capabilities, user: "me", database: "app", plugin: .native, answer: [1, 2, 3])
        #expect(Array(login.prefix(32)) == MySQLRequest.tls(capabilities) && login.count > 32)
        let rest = Array("me\0".utf8) + [3, 1, 2, 3] + Array("app\0mysql_native_password\0".utf8)
        #expect(Array(login.dropFirst(32).prefix(rest.count)) == rest)
        #expect(String(decoding: login, as: UTF8.self).hasSuffix("program_name\u{7}waitfor"))
        let plain = MySQLRequest.capabilities(of: greeting, database: nil, overTLS: false)
        #expect(!plain.contains(.tls) && !plain.contains(.withDatabase) && plain.contains(.pluginAuth))
    }

    @Test("a reply of a login is a welcome, a refusal, another plugin, or that plugin's message")
    func replies() throws {
        #expect(try MySQLReply([0, 0, 0, 2, 0]) == .welcome)
        #expect(try MySQLReply([1, 4]) == .message([4]))
        #expect(
            try MySQLReply([0xFE] + Array("p\0abc\0".utf8)) == .change(plugin: "p", nonce: Array("abc".utf8)))
        #expect(try MySQLReply([0xFE]) == .change(plugin: "mysql_old_password", nonce: []))
        #expect(
            try MySQLReply(Bytes.error(1045, "no"))
                == .refused(MySQLError(number: 1045, text: Array("no".utf8))))
        for payload in [[], [2, 1], [0xFD]] as [[UInt8]] {
            let failure = Bytes.failure { () throws(Failure) in try MySQLReply(payload) }
            #expect(failure?.reason == (payload.first == 2 ? .auth : .protocol), "\(payload)")
        }
    }
}
