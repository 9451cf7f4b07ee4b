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
                try PeerCheck(kind.target(server.port) + parameters, within: 400)
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
            connection.holdSilently(within: 2)
        }
        for check in checks { check.expect("timeout") }
    }

    @Test("a yes and then silence ends at the deadline", arguments: ["", "?sslmode=require"])
    func silence(parameters: String) throws {
        let checks = try checks(parameters) { connection in
            _ = connection.read()
            connection.write("S")
            connection.holdSilently(within: 2)
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
            connection.holdSilently(within: 2)
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
            connection.holdSilently(within: 2)
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

    @Test("a peer that hangs up during the handshake is trouble with TLS")
    func hangsUp() throws {
        let checks = try checks("?sslmode=require") { connection in
            _ = connection.read()
            connection.write("S")
            _ = connection.read()
        }
        for check in checks { check.expect("tls") }
    }
}
