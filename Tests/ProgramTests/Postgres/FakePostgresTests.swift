import TestSupport
import Testing

/// What PostgreSQL may say, and what only somebody who is not PostgreSQL says.
@Suite(.serialized)
struct FakePostgresTests {
    private func check(
        _ bytes: [UInt8], level: PeerKind = .postgres, within milliseconds: Int = 500
    ) throws -> PeerCheck {
        let server = try FakePostgres.server(saying: bytes)
        defer { server.stop() }
        return try PeerCheck(level.target(server.port), within: milliseconds)
    }

    @Test("whoever asks for authentication accepts connections", arguments: [3, 5, 7, 10])
    func authenticationRequest(method: Int) throws {
        try check(FakePostgres.authentication(method)).expectReady(0...0.2)
    }

    @Test("an authentication request in two pieces is one", arguments: [3, 5, 7, 10], [1, 4, 5, 8])
    func authenticationInPieces(method: Int, first: Int) throws {
        let bytes = FakePostgres.authentication(method)
        let server = try FakePostgres.server { connection in
            connection.write(Array(bytes.prefix(first)))
            Monotonic.sleep(0.03)
            connection.write(Array(bytes.dropFirst(first)))
        }
        defer { server.stop() }
        try PeerCheck("postgres://127.0.0.1:\(server.port)").expectReady(0...0.3)
    }

    @Test("57P03 is starting, whole, in two pieces and byte by byte", arguments: PeerKind.allCases.suffix(2))
    func starting(kind: PeerKind) throws {
        let bytes = FakePostgres.starting
        for first in [bytes.count, 1, 4, 6, 30] {
            let server = try FakePostgres.server { connection in
                connection.write(Array(bytes.prefix(first)))
                Monotonic.sleep(first == bytes.count ? 0 : 0.03)
                connection.write(Array(bytes.dropFirst(first)))
            }
            let check = try PeerCheck(kind.target(server.port))
            server.stop()
            check.expect("starting")
            #expect(check.message == "57P03 the database system is starting up")
        }
        let server = try FakePostgres.server { $0.writeSlowly(bytes, every: 0.005) }
        defer { server.stop() }
        try PeerCheck(kind.target(server.port), within: 2000).expect("starting")
    }

    @Test("an error after the server has let us in still counts", arguments: PeerKind.allCases.suffix(2))
    func errorAfterAuthentication(kind: PeerKind) throws {
        try check(FakePostgres.authentication(0) + FakePostgres.starting, level: kind).expect("starting")
        let shutdown = FakePostgres.error("57P01", Array("terminating".utf8))
        try check(FakePostgres.authentication(0) + shutdown, level: kind).expect("shutting_down")
    }

    @Test(
        "an error without a code and one of an old server are not the protocol",
        arguments: [
            FakePostgres.message("E", Array("SFATAL\0Mno code\0\0".utf8)),
            FakePostgres.message("E", [0]),
            Array("EFATAL:  the database system is starting up\n\0".utf8),
        ])
    func errorWithoutCode(bytes: [UInt8]) throws {
        for level in PeerKind.allCases.suffix(2) { try check(bytes, level: level).expect("protocol") }
    }

    @Test("an error in answer to a request for TLS is told, and forgiven to no guess")
    func errorForTLS() throws {
        let fork = Array(
            "Ecould not fork new process for connection: Resource temporarily unavailable\n\0".utf8)
        for (answer, reason, words) in [
            (fork, "protocol", "an error without a code: could not fork new process for connection: Res"),
            (FakePostgres.error("53300", Array("full".utf8)), "too_many_connections", "53300 full"),
            (FakePostgres.error("3D000", Array("no database".utf8)), "no_database", "3D000 no database"),
        ] {
            let server = try LoopbackServer { connection in
                _ = connection.read()
                connection.write(answer)
                connection.holdSilently(within: 2)
            }
            defer { server.stop() }
            let check = try PeerCheck("postgres://127.0.0.1:\(server.port)?sslmode=require")
            check.expect(reason)
            #expect(check.message.hasPrefix(words), "\(check.finished)")
        }
    }

    @Test("a certificate that is asked for is looked at before a guessed login is forgiven")
    func validity() throws {
        let server = try FakePostgres.server(saying: FakePostgres.error("3D000", Array("no database".utf8)))
        defer { server.stop() }
        let target = "x=postgres://127.0.0.1:\(server.port)"
        try PeerCheck(target).expectReady()
        let check = try PeerCheck(target, ["--set", "x.min_validity=14d"])
        check.expect("tls")
        #expect(check.message.contains("min_validity asks for its certificate"), "\(check.finished)")
    }

    @Test("a query of the target's own is not shown, whatever the server says of it")
    func query() throws {
        for (code, text) in [
            ("42601", "syntax error at or near \"SEL\""), ("42703", "column \"t0psecret\" does not exist"),
        ] {
            let server = try FakePostgres.server { connection in
                connection.write(FakePostgres.letIn)
                _ = connection.read()
                connection.write(FakePostgres.error(code, Array(text.utf8)) + FakePostgres.readyForQuery)
            }
            defer { server.stop() }
            let check = try PeerCheck(
                "x=postgres://someone:pw@127.0.0.1:\(server.port)/some", within: 1000,
                ["--set", "x.query=SELECT t0psecret"])
            check.expect("error")
            let said = check.finished.output + check.finished.errors
            #expect(!said.contains("t0psecret") && !said.contains("SEL"), "\(check.finished)")
            #expect(check.message.hasPrefix(code), "\(check.finished)")
        }
    }

    @Test(
        "a message that does not belong there is not the protocol",
        arguments: [
            // Version negotiation: nobody asked for a version that would need it.
            FakePostgres.message("v", [0, 3, 0, 0, 0, 0, 0, 0]),
            FakePostgres.readyForQuery,
            FakePostgres.message("N", Array("SNOTICE\0\0".utf8)),
            FakePostgres.message("R", [0]),
            FakePostgres.message("R", [0, 0, 0, 3], claiming: 1 << 20),
            FakePostgres.authentication(0) + FakePostgres.message("S", [1], claiming: 100_000),
            FakePostgres.authentication(0) + Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8),
        ])
    func wrongMessages(bytes: [UInt8]) throws {
        for level in PeerKind.allCases.suffix(2) { try check(bytes, level: level).expect("protocol") }
    }

    @Test("a server that hangs up after it has let us in has closed", arguments: [false, true])
    func closesAfterAuthentication(resets: Bool) throws {
        for kind in PeerKind.allCases.suffix(2) {
            try withLoopbackServer { connection in
                FakePostgres.greet(connection)
                connection.write(FakePostgres.authentication(0))
                Monotonic.sleep(0.05)
                if resets { connection.reset() }
            } _: { server in
                try PeerCheck(kind.target(server.port)).expect("closed")
            }
        }
    }

    @Test("a server that lets us in and then says nothing ends at the deadline")
    func silentAfterAuthentication() throws {
        for kind in PeerKind.allCases.suffix(2) {
            try check(FakePostgres.authentication(0), level: kind).expect("timeout")
        }
        try check(FakePostgres.letIn, level: .postgresWithPassword).expect("timeout")
        try check(FakePostgres.letIn, level: .postgres).expectReady(0...0.2)
    }

    @Test("after a password, garbage is garbage, an end an end, and a refusal a refusal")
    func afterPassword() throws {
        let answers: [(bytes: [UInt8]?, reason: String)] = [
            (nil, "closed"), ([], "timeout"), (Array("HTTP/1.1 400 Bad".utf8), "protocol"),
            (FakePostgres.message("E", [0]), "protocol"),
            (FakePostgres.error("28P01", Array("wrong: pw".utf8)), "auth"),
            (FakePostgres.starting, "starting"),
        ]
        for method in [3, 5, 10] {
            for (bytes, reason) in answers {
                try withLoopbackServer { connection in
                    FakePostgres.greet(connection)
                    connection.write(FakePostgres.authentication(method))
                    _ = connection.read()
                    guard let bytes else { return }
                    connection.write(bytes)
                    connection.holdSilently(within: 5)
                } _: { server in
                    try PeerCheck("postgres://someone:pw@127.0.0.1:\(server.port)/some", within: 300)
                        .expect(reason)
                }
            }
        }
    }

    @Test("a query is answered by a result, not by its end alone")
    func queryAnswers() throws {
        let row = FakePostgres.message("D", [0, 1, 0, 0, 0, 1, 49])
        let done = FakePostgres.message("C", Array("SELECT 1\0".utf8)) + FakePostgres.readyForQuery
        let denied = FakePostgres.error("42501", Array("no".utf8)) + FakePostgres.readyForQuery
        let answers: [(bytes: [UInt8], reason: String?)] = [
            (FakePostgres.rowDescription + row + done, nil), (denied, "denied"),
            (FakePostgres.readyForQuery, "protocol"), (Array("HTTP/1.1 400 Bad".utf8), "protocol"),
            (FakePostgres.message("D", [0, 9]) + done, "protocol"),
            (FakePostgres.rowDescription + FakePostgres.message("D", [0, 9]) + done, "protocol"),
            ([], "timeout"),
        ]
        for (bytes, reason) in answers {
            let server = try FakePostgres.server { connection in
                connection.write(FakePostgres.letIn)
                _ = connection.read()
                connection.write(bytes)
            }
            defer { server.stop() }
            let check = try PeerCheck("postgres://someone:pw@127.0.0.1:\(server.port)/some")
            if let reason { check.expect(reason) } else { check.expectReady(0...0.3) }
        }
    }
}
