import TestSupport
import Testing

/// Whatever a peer does, an attempt ends within its deadline and names what happened.
@Suite(.serialized)
struct HostilePeerTests {
    /// A peer that is neither PostgreSQL nor Redis.
    enum Peer: String, CaseIterable {
        case silence, silenceAfterReading, garbage, zeros, errorLikeGarbage, http, ssh, smtp
        case reset, close, closeAfterReading

        var reason: String {
            switch self {
            case .silence, .silenceAfterReading: "timeout"
            case .reset, .close, .closeAfterReading: "closed"
            case .garbage, .zeros, .errorLikeGarbage, .http, .ssh, .smtp: "protocol"
            }
        }

        @Sendable func serve(_ connection: LoopbackConnection) {
            switch self {
            case .silence: return Monotonic.sleep(2)
            case .silenceAfterReading: break
            case .garbage: say((0..<512).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 89) }, connection)
            case .zeros: say([UInt8](repeating: 0, count: 512), connection)
            case .errorLikeGarbage: say(Array("EHLO, who are you?\r\n".utf8), connection)
            case .http:
                say(Array("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".utf8), connection)
            case .ssh: connection.write("SSH-2.0-OpenSSH_9.2\r\n")
            case .smtp: connection.write("220 mail.example ESMTP\r\n")
            case .reset: return connection.reset()
            case .close: return
            case .closeAfterReading: return _ = connection.read()
            }
            connection.holdSilently(within: 2)
        }

        private func say(_ bytes: [UInt8], _ connection: LoopbackConnection) {
            _ = connection.read()
            connection.write(bytes)
        }
    }

    @Test(
        "a peer of another kind is named within the deadline", arguments: Peer.allCases, PeerKind.allCases)
    func otherPeers(peer: Peer, kind: PeerKind) throws {
        try withLoopbackServer(peer.serve) { server in
            let check = try PeerCheck(kind.target(server.port), within: 400)
            check.expect(peer.reason)
            if check.reason != "timeout" { #expect(check.duration < 0.2) }
            #expect(check.address == "127.0.0.1:\(server.port)")
        }
    }

    @Test(
        "a peer of another kind that says yes to everything but no more is named",
        arguments: [
            "S", "N", "E", "R", "+", "-", "\r\n",
        ])
    func oneByte(answer: String) throws {
        try withLoopbackServer { connection in
            while !connection.read(within: 2).isEmpty { connection.write(answer) }
        } _: { server in
            for kind in PeerKind.allCases {
                let check = try PeerCheck(kind.target(server.port), within: 300)
                #expect(["timeout", "protocol", "tls"].contains(check.reason), "\(check.finished)")
                check.expect(check.reason ?? "")
            }
        }
    }

    @Test("an answer of one byte per 100 ms is good if it is whole in time")
    func slowAnswer() throws {
        try withLoopbackServer { connection in
            _ = connection.read()
            connection.writeSlowly(Array("+PONG\r\n".utf8), every: 0.1)
        } _: { server in
            try PeerCheck("redis://127.0.0.1:\(server.port)", within: 2000).expectReady(0.55...1)
            try PeerCheck("redis://127.0.0.1:\(server.port)", within: 300).expect("timeout")
        }
        for method in [3, 7, 10] {
            let server = try FakePostgres.server { connection in
                connection.writeSlowly(FakePostgres.authentication(method), every: 0.1)
            }
            try PeerCheck("postgres://127.0.0.1:\(server.port)", within: 4000).expectReady(0.75...3.5)
            server.stop()
        }
    }

    @Test("an answer of one byte per 100 ms without end ends at the deadline", arguments: PeerKind.allCases)
    func endlessDribble(kind: PeerKind) throws {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 50)
        let start = kind.rawValue.hasPrefix("redis") ? Array("+P".utf8) : FakePostgres.error("57P03", text)
        try withLoopbackServer { connection in
            if kind.rawValue.hasPrefix("redis") {
                _ = connection.read()
            } else {
                FakePostgres.greet(connection)
            }
            connection.writeSlowly(start + text, every: 0.1)
        } _: { server in
            try PeerCheck(kind.target(server.port), within: 700).expect("timeout")
        }
    }

    @Test("a peer that hangs up in the middle of an answer has closed", arguments: PeerKind.allCases)
    func closesInTheMiddle(kind: PeerKind) throws {
        let isRedis = kind.rawValue.hasPrefix("redis")
        for count in [1, 4, 7] {
            try withLoopbackServer { connection in
                if isRedis { _ = connection.read() } else { FakePostgres.greet(connection) }
                connection.write(
                    Array((isRedis ? Array("+PONGPONG".utf8) : FakePostgres.starting).prefix(count)))
            } _: { server in
                let check = try PeerCheck(kind.target(server.port))
                check.expect("closed")
                #expect(check.duration < 0.2)
            }
        }
    }
}
