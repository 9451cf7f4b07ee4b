import Glibc
import Synchronization
import TestSupport
import Testing

/// Peers that are no good MySQL server: each is named in time, and none learns a password that is not for it.
struct HostileMySQLTests {
    private static let secret = "S3cr3tPassw0rd"

    private struct Peer: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let reason: String
        var query = ""
        let serve: @Sendable (LoopbackConnection) -> Void

        init(
            _ name: String, _ reason: String, query: String = "",
            _ serve: @escaping @Sendable (LoopbackConnection) -> Void
        ) {
            (testDescription, self.reason, self.query, self.serve) = (name, reason, query, serve)
        }
    }

    private static let peers: [Peer] = [
        Peer("silence", "timeout") { $0.holdSilently(within: 2) },
        Peer("one byte at a time", "timeout") { _ = $0.writeSlowly(FakeMySQL.greeting(), every: 0.05) },
        Peer("the end at once", "closed") { _ in },
        Peer("the end behind the greeting", "closed") { $0.write(FakeMySQL.greeting()) },
        Peer("silence behind the greeting", "timeout") {
            $0.write(FakeMySQL.greeting())
            $0.holdSilently(within: 2)
        },
        Peer("garbage", "protocol") { connection in
            let noise = (0..<4096).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) }
            while connection.write(noise) {}
        },
        Peer("a flood of one letter", "protocol") { connection in
            let noise = [UInt8](repeating: 0x41, count: 65536)
            while connection.write(noise) {}
        },
        Peer("a packet of 16 MB", "protocol") { connection in
            connection.write([0xFF, 0xFF, 0xFE, 0, 10])
            connection.holdSilently(within: 2)
        },
        Peer("a packet that is longer than what comes", "timeout") { connection in
            connection.write([0xFF, 0xFF, 0, 0, 10])
            connection.holdSilently(within: 2)
        },
        Peer("a packet with another number", "protocol") { connection in
            connection.write([1, 0, 0, 5, 10])
            connection.holdSilently(within: 2)
        },
        Peer("a greeting that is cut", "protocol") { connection in
            connection.write(FakeMySQL.packet([10, 0x38, 0, 1], 0))
            connection.holdSilently(within: 2)
        },
        Peer("one login after the other", "protocol") { connection in
            connection.write(FakeMySQL.greeting())
            var number: UInt8 = 2
            while !connection.read(within: 2).isEmpty,
                connection.write(FakeMySQL.change("mysql_native_password", number))
            {
                number &+= 2
            }
        },
        Peer("a plugin's message over and over", "protocol") { connection in
            connection.write(FakeMySQL.greeting(plugin: "caching_sha2_password"))
            var number: UInt8 = 2
            while !connection.read(within: 2).isEmpty, connection.write(FakeMySQL.packet([1, 4], number)) {
                number &+= 2
            }
        },
        Peer("a nonce that is none", "protocol") { connection in
            connection.write(FakeMySQL.greeting())
            _ = connection.read(within: 2)
            connection.write(FakeMySQL.packet([0xFE] + Array("mysql_native_password\0".utf8), 2))
            connection.holdSilently(within: 2)
        },
        Peer("a key that is none", "protocol", query: "&allowPublicKeyRetrieval=true") { connection in
            connection.write(FakeMySQL.greeting(plugin: "caching_sha2_password"))
            _ = connection.read(within: 2)
            connection.write(FakeMySQL.packet([1, 4], 2))
            _ = connection.read(within: 2)
            connection.write(FakeMySQL.packet([1] + Array("-----BEGIN PUBLIC KEY-----\nx\n".utf8), 4))
            connection.holdSilently(within: 2)
        },
        Peer("rows without end", "timeout") { connection in
            connection.write(FakeMySQL.greeting())
            _ = connection.read(within: 2)
            connection.write(FakeMySQL.welcome(2))
            _ = connection.read(within: 2)
            connection.write(FakeMySQL.head)
            let rows = (0...255).flatMap { FakeMySQL.row([0x31], UInt8(($0 + 4) & 0xFF)) }
            while connection.write(rows) {}
        },
        Peer("columns without end", "timeout") { connection in
            connection.write(FakeMySQL.greeting())
            _ = connection.read(within: 2)
            connection.write(FakeMySQL.welcome(2))
            _ = connection.read(within: 2)
            connection.write(
                FakeMySQL.packet([0xFC, 0xFF, 0x0F], 1)
                    + FakeMySQL.packet(Array("\u{3}def\0\0\0\u{1}a\0".utf8), 2))
            connection.holdSilently(within: 2)
        },
        Peer("a value of 16 MB", "protocol") { connection in
            connection.write(FakeMySQL.greeting())
            _ = connection.read(within: 2)
            connection.write(FakeMySQL.welcome(2))
            _ = connection.read(within: 2)
            connection.write(FakeMySQL.head + [0xFF, 0xFF, 0xFE, 4])
            let noise = [UInt8](repeating: 0x41, count: 65536)
            while connection.write(noise) {}
        },
        Peer("TLS that is none", "protocol", query: "&ssl-mode=PREFERRED") { connection in
            connection.write(FakeMySQL.greeting(offersTLS: true))
            _ = connection.read(within: 2)
            connection.write("no, thanks: this is plain text\n")
            connection.holdSilently(within: 2)
        },
        Peer("more in the clear before TLS", "protocol", query: "&ssl-mode=PREFERRED") { connection in
            connection.write(FakeMySQL.greeting(offersTLS: true) + FakeMySQL.welcome(3))
            _ = connection.read(within: 2)
            connection.holdSilently(within: 2)
        },
        Peer("an echo of the password", "auth") { connection in
            connection.write(FakeMySQL.greeting())
            _ = connection.read(within: 2)
            connection.write(FakeMySQL.error(1045, "no \(secret)", 2))
        },
    ]

    @Test("a peer that is none is named in time, and no password is shown", arguments: peers)
    private func peer(_ peer: Peer) throws {
        try withLoopbackServer(peer.serve) { server in
            let target = "mysql://app:\(Self.secret)@127.0.0.1:\(server.port)/?x=1\(peer.query)"
            let check = try PeerCheck(target, within: 600)
            check.expect(peer.reason)
            #expect(
                !(check.finished.output + check.finished.errors).contains(Self.secret), "\(check.finished)")
        }
    }

    @Test("whatever it sends, it is kept in little memory", .needsThePlainProgram, arguments: peers)
    private func memory(_ peer: Peer) throws {
        try withLoopbackServer(peer.serve) { server in
            let target = "mysql://app:\(Self.secret)@127.0.0.1:\(server.port)/?x=1\(peer.query)"
            let finished = try Program.run(Program.waitfor, ["-t", "600ms", target])
            #expect(
                (1000..<residentLimit).contains(finished.peakResidentKiB), "\(finished.peakResidentKiB) KiB")
        }
    }

    /// What a peer gets that serves like this, until the connection ends.
    private func heard(
        _ query: String, _ reason: String, _ serve: @escaping @Sendable (LoopbackConnection) -> [UInt8]
    ) throws -> [UInt8] {
        let heard = Mutex<[UInt8]>([])
        let server = try LoopbackServer { connection in
            let bytes = serve(connection)
            heard.withLock { $0 = bytes }
        }
        defer { server.stop() }
        let check = try PeerCheck(
            "mysql://app:\(Self.secret)@127.0.0.1:\(server.port)/?\(query)", within: 2000)
        check.expect(reason)
        #expect(eventually(within: 2) { heard.withLock { !$0.isEmpty } })
        return heard.withLock { $0 }
    }

    @Test(
        "where TLS was asked for and is not offered, the handshake ends without a user and without a password"
    )
    func noTLS() throws {
        for mode in ["REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"] {
            let bytes = try heard("ssl-mode=\(mode)", "tls") { connection in
                connection.write(FakeMySQL.greeting())
                let login = connection.read(within: 2)
                connection.write(FakeMySQL.error(1045, "nobody", 2))
                return login + connection.read(within: 2)
            }
            // After the head comes an empty name, and an empty answer.
            #expect(Array(bytes.dropFirst(36).prefix(2)) == [0, 0], "\(bytes)")
            #expect(!String(decoding: bytes, as: UTF8.self).contains("app"))
        }
    }

    @Test(
        "a plugin that shows the password gets none of it, and its handshake is a whole one",
        arguments: ["mysql_clear_password", "mysql_old_password", "client_ed25519", "parsec", "dialog"])
    func plugins(plugin: String) throws {
        let bytes = try heard("", "auth") { connection in
            connection.write(FakeMySQL.greeting())
            _ = connection.read(within: 2)
            connection.write(
                plugin == "mysql_old_password" ? FakeMySQL.packet([0xFE], 2) : FakeMySQL.change(plugin, 2))
            let answer = connection.read(within: 2)
            connection.write(FakeMySQL.error(1045, "no", 4))
            return answer
        }
        #expect(bytes == [0, 0, 0, 3], "\(bytes)")
    }

    @Test("the whole password of caching_sha2_password goes to nobody in the clear")
    func wholePassword() throws {
        let bytes = try heard("ssl-mode=DISABLED", "auth") { connection in
            connection.write(FakeMySQL.greeting(plugin: "caching_sha2_password"))
            _ = connection.read(within: 2)
            connection.write(FakeMySQL.packet([1, 4], 2))
            let answer = connection.read(within: 2)
            connection.write(FakeMySQL.error(1045, "no", 4))
            return answer
        }
        #expect(bytes == [1, 0, 0, 3, 0], "\(bytes)")
    }
}
