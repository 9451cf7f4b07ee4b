import TestSupport
import Testing

/// Peers that never stop sending, and say nothing: no deadline passes, and no other target waits.
@Suite(.serialized)
struct EndlessPeerTests {
    private static let head = "HTTP/1.1 200 OK\r\n\r\n"

    /// What a peer does over TLS, and the target that meets it.
    private struct Case: CustomTestStringConvertible {
        let target: String
        let flood: TLSFlood
        var testDescription: String { "\(target), \(flood)" }
    }

    private static let cases = ["https", "rediss", "postgres"].flatMap { target in
        TLSFlood.allCases.map { Case(target: target, flood: $0) }
    }

    /// Serves the flood, and gives `body` the options and the target that meet it.
    private func meeting<Result>(_ one: Case, _ body: ([String], String) throws -> Result) throws -> Result {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["IP:127.0.0.1"])
        let isPostgres = one.target == "postgres"
        return try withLoopbackServer { connection in
            if isPostgres {
                _ = connection.read()
                connection.write("S")
            }
            connection.flood(one.flood, pair, after: one.target == "https" ? Self.head : "", for: 3)
        } _: { server in
            let place = "127.0.0.1:\(server.port)"
            let settings = ["--set", "peer.ca_file=\(authority.authority)"]
            return switch one.target {
            case "postgres":
                try body([], "peer=postgres://app:pw@\(place)/app?sslmode=require")
            case "https":
                try body(settings + ["--set", "peer.expect_body=never"], "peer=https://\(place)/")
            default: try body(settings, "peer=rediss://\(place)")
            }
        }
    }

    @Test("session tickets, new keys and records of one byte end by the deadline", arguments: cases)
    private func deadline(one: Case) throws {
        try meeting(one) { options, target in
            let check = try PeerCheck(target, within: 600, options)
            #expect(["timeout", "protocol", "tls"].contains(check.reason), "\(check.finished)")
            check.expectManners()
        }
    }

    @Test("another target keeps its pace meanwhile, and a signal is heard", arguments: cases)
    private func pace(one: Case) throws {
        try meeting(one) { options, target in
            let closed = try FreePort.make()
            let gate = try Program(
                Program.waitfor,
                ["-v", "--log", "json", "-t", "20s", "-i", "10ms"] + options
                    + [target, "pace=tcp://127.0.0.1:\(closed)"]
            ).start()
            let began = Monotonic.seconds()
            let mark = "\"target\":\"pace\""
            #expect(
                gate.waitUntil(within: 10) { $0.standardError.count(of: mark) >= 60 }, "\(gate.standardError)"
            )
            // 60 pauses of 10 ms, on a machine that does other things as well.
            #expect(Monotonic.seconds() - began < 5)
            gate.send(15)
            let finished = try gate.finish(within: 5)
            #expect(finished.exitCode == 143, "\(finished)")
        }
    }

    /// What a server of PostgreSQL may say at any time, over and over.
    enum Verbosity: String, CaseIterable {
        case notices, parameters

        func message(_ number: Int) -> [UInt8] {
            switch self {
            case .notices:
                FakePostgres.message("N", Array("SNOTICE\0VNOTICE\0C00000\0Mhello\0\0".utf8))
            case .parameters: FakePostgres.message("S", Array("p\(number)\0\0".utf8))
            }
        }

        @Sendable func serve(_ connection: LoopbackConnection, afterLogin: Bool) {
            FakePostgres.greet(connection)
            connection.write(FakePostgres.authentication(0))
            if afterLogin {
                connection.write(FakePostgres.readyForQuery)
                _ = connection.read()
            }
            for round in 0..<2000 {
                let piece = (0..<500).flatMap { message(round * 500 + $0) }
                guard connection.write(piece) else { return }
            }
        }
    }

    @Test(
        "PostgreSQL that chats without end is no PostgreSQL, on a Unix socket too",
        arguments: Verbosity.allCases,
        [false, true])
    func verbosity(verbosity: Verbosity, afterLogin: Bool) throws {
        let server = try LoopbackServer { verbosity.serve($0, afterLogin: afterLogin) }
        defer { server.stop() }
        let check = try PeerCheck("postgres://app:pw@127.0.0.1:\(server.port)/app", within: 1500)
        check.expect("protocol")
        let directory = try TemporaryDirectory()
        let local = try LoopbackServer(unixSocket: directory.file(".s.PGSQL.5432")) {
            verbosity.serve($0, afterLogin: afterLogin)
        }
        defer { local.stop() }
        let quoted = "pg:host=\(directory.path) user=app password=pw dbname=app"
        try PeerCheck(quoted, within: 1500).expect("protocol")
    }

    @Test(
        "a server cannot choose how long a handshake computes", arguments: ["-tls1_2", "-tls1_3"],
        ["https", "postgres"])
    func largeNumbers(version: String, kind: String) throws {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["IP:127.0.0.1"])
        let group = authority.directory.file("dh")
        let made = try Program.run(
            "/usr/bin/openssl",
            ["genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe8192", "-out", group])
        try #require(made.exitCode == 0, "\(made)")
        let port = try FreePort.make()
        let choice =
            version == "-tls1_2"
            ? ["-cipher", "DHE-ECDSA-AES256-GCM-SHA384:DHE-RSA-AES256-GCM-SHA384", "-dhparam", group]
            : ["-groups", "ffdhe8192"]
        let rsa = try Program.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-subj", "/CN=x", "-days", "2", "-keyout",
                pair.key,
                "-out", pair.certificate,
            ])
        try #require(rsa.exitCode == 0, "\(rsa)")
        let server = try Program(
            "/usr/bin/openssl",
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", pair.certificate, "-key", pair.key,
                version,
            ] + choice,
            standardInput: .open
        ).start()
        defer { server.stop() }
        try #require(
            eventually(within: 10) { server.standardOutput.contains("ACCEPT") }, "\(server.standardError)")
        // PostgreSQL's clients ask for TLS in the clear first.
        let front = try LoopbackServer { connection in
            if kind == "postgres" {
                _ = connection.read()
                connection.write("S")
            }
            connection.relay(to: port)
        }
        defer { front.stop() }
        let target = "\(kind)://127.0.0.1:\(front.port)/" + (kind == "postgres" ? "?sslmode=require" : "")
        let insecure = kind == "https" ? ["--set", "peer.insecure=true"] : []
        // The answer that comes before the program bounds the session is one of many.
        for _ in 0..<20 {
            try PeerCheck("peer=" + target, within: 5000, insecure).expect("tls")
        }
    }
}
