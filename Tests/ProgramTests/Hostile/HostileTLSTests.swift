import TestSupport
import Testing

/// A peer that says yes to TLS and then cannot speak it.
@Suite(.serialized)
struct HostileTLSTests {
    /// The beginning of a TLS 1.2 record that promises more.
    private static let halfRecord: [UInt8] = [0x16, 3, 3, 0, 0x7a, 2, 0, 0, 0x76, 3, 3, 1, 2, 3]

    private func checks(
        _ parameters: String, _ serve: @escaping @Sendable (LoopbackConnection) -> Void
    ) throws -> [PeerCheck] {
        try withLoopbackServer(serve) { server in
            try PeerKind.allCases.suffix(2).map { kind in
                try PeerCheck(kind.target(server.port) + parameters, within: isSanitized ? 2000 : 400)
            }
        }
    }

    @Test("half a TLS record ends at the deadline", arguments: ["", "?sslmode=require"])
    func halfRecord(parameters: String) throws {
        let checks = try checks(parameters) { connection in
            _ = connection.read()
            connection.write("S")
            _ = connection.read()
            connection.write(HostileTLSTests.halfRecord)
            connection.holdSilently(within: 4)
        }
        for check in checks { check.expect("timeout") }
    }

    @Test("a yes and then silence ends at the deadline", arguments: ["", "?sslmode=require"])
    func silence(parameters: String) throws {
        let checks = try checks(parameters) { connection in
            _ = connection.read()
            connection.write("S")
            connection.holdSilently(within: 4)
        }
        for check in checks { check.expect("timeout") }
    }

    @Test("a yes and then garbage is trouble with TLS where TLS is asked for")
    func garbage() throws {
        let serve = { @Sendable (connection: LoopbackConnection) in
            _ = connection.read()
            connection.write("S")
            _ = connection.read()
            connection.write("HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.holdSilently(within: 4)
        }
        for check in try checks("?sslmode=require", serve) { check.expect("tls") }
        // Otherwise libpq tries again without, and there it finds out who listens.
        for check in try checks("", serve) { check.expect("protocol") }
    }

    @Test("a yes with more behind it is not the protocol: it could be somebody in the middle")
    func stuffed() throws {
        let checks = try checks("") { connection in
            _ = connection.read()
            connection.write(Array("S".utf8) + HostileTLSTests.halfRecord)
            connection.holdSilently(within: 4)
        }
        for check in checks { check.expect("protocol") }
    }

    @Test("a no is an answer, and a failure where TLS is asked for")
    func refusal() throws {
        let server = try FakePostgres.server(saying: FakePostgres.authentication(10))
        defer { server.stop() }
        let target = "postgres://127.0.0.1:\(server.port)"
        try PeerCheck(target).expectReady(0...0.2)
        try PeerCheck(target + "?sslmode=require").expect("tls")
    }

    @Test("a peer that hangs up during the handshake has closed: no certificate is at fault")
    func hangsUp() throws {
        let checks = try checks("?sslmode=require") { connection in
            _ = connection.read()
            connection.write("S")
            _ = connection.read()
        }
        for check in checks { check.expect("closed") }
    }

    /// The targets that begin with a handshake.
    private static let direct = ["tls", "https", "rediss"]

    private func directChecks(_ serve: @escaping @Sendable (LoopbackConnection) -> Void) throws -> [PeerCheck]
    {
        try withLoopbackServer(serve) { server in
            try HostileTLSTests.direct.map {
                try PeerCheck("api=\($0)://127.0.0.1:\(server.port)", within: 400)
            }
        }
    }

    @Test("a handshake that stops half-way, or never begins, ends at the deadline")
    func halfWay() throws {
        for bytes in [[], HostileTLSTests.halfRecord] as [[UInt8]] {
            let checks = try directChecks { connection in
                _ = connection.read()
                connection.write(bytes)
                connection.holdSilently(within: 4)
            }
            for check in checks {
                check.expect("timeout")
                #expect(check.message.contains("no end of the TLS handshake"), "\(check.finished)")
            }
        }
    }

    @Test("what is no TLS, an end and a reset are named at once")
    func noTLS() throws {
        for text in [
            "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "-ERR\r\n", "220 mail\r\n",
        ] {
            let checks = try directChecks { connection in
                _ = connection.read()
                connection.write(text)
                connection.holdSilently(within: 4)
            }
            for check in checks { check.expect("protocol") }
        }
        for check in try directChecks({ _ = $0.read() }) { check.expect("closed") }
        // A polite end, before anything was shown: the alert close_notify, as a warning.
        for check in try directChecks({ connection in
            _ = connection.read()
            _ = connection.write([0x15, 3, 3, 0, 2, 1, 0])
            connection.holdSilently(within: 4)
        }) {
            check.expect("closed")
        }
        for check in try directChecks({ connection in
            _ = connection.read()
            connection.reset()
        }) {
            check.expect("closed")
        }
    }

    @Test("records without end are refused within a bound, and slow ones at the deadline")
    func endless() throws {
        // A handshake message of 16 MiB, as its header says, in records that are all right.
        let header: [UInt8] = [0x16, 3, 3, 0x40, 0x00]
        let first = header + [2, 0xFF, 0xFF, 0xFF] + [UInt8](repeating: 3, count: 0x4000 - 4)
        let more = header + [UInt8](repeating: 3, count: 0x4000)
        let checks = try directChecks { connection in
            _ = connection.read()
            connection.write(first)
            for _ in 0..<2000 where !connection.write(more) { return }
        }
        for check in checks {
            #expect(["tls", "protocol"].contains(check.reason), "\(check.finished)")
            #expect(check.finished.peakResidentKiB < residentLimit, "\(check.finished)")
        }
        for check in try directChecks({ connection in
            _ = connection.read()
            connection.writeSlowly(first, every: 0.01)
        }) {
            check.expect("timeout")
        }
    }

    @Test("a server that asks for another handshake is refused that, and heard")
    func renegotiation() throws {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["IP:127.0.0.1"])
        let port = try FreePort.make()
        let server = try Program(
            "/usr/bin/openssl",
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", pair.certificate, "-key", pair.key,
                "-tls1_2",
                "-legacy_renegotiation",
            ], standardInput: .open
        ).start()
        let isUp = eventually(within: 10) { server.standardOutput.contains("ACCEPT") }
        #expect(isUp, "\(server.standardError)")
        let check = try Program(
            Program.waitfor,
            [
                "check", "-t", "3s", "--output", "json", "--set", "api.ca_file=\(authority.authority)",
                "api=https://127.0.0.1:\(port)/",
            ]
        ).start()
        let hasAsked = eventually(within: 10) { server.standardOutput.contains("GET / HTTP/1.1") }
        #expect(hasAsked, "\(server.standardOutput)")
        // A line that begins with R is a renegotiation for s_server.
        server.write("R\n")
        let isRefused = eventually(within: 10) {
            (server.standardOutput + server.standardError).contains("no renegotiation")
                || check.finished != nil
        }
        #expect(isRefused, "\(server.standardError)")
        let finished = try check.finish()
        #expect(finished.exitCode == 1 && finished.elapsed < 3.5, "\(finished)")
        server.stop()
    }
}
