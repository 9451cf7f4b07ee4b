import TestSupport
import Testing

/// Servers that speak the protocol and say what no server says: each word of a state that is asked for is one of those
/// that there are, or it is no answer.
@Suite(.serialized)
struct LyingServerTests {
    /// Asks a PostgreSQL that answers its queries by these values.
    private func postgres(
        _ values: [String], _ settings: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> PeerCheck {
        let server = try FakePostgres.server(answering: values)
        defer { server.stop() }
        return try PeerCheck(
            "db=postgres://someone:pw@127.0.0.1:\(server.port)/some",
            settings.flatMap { ["--set", "db.\($0)"] })
    }

    @Test(
        "a row of roles with a word that there is not is not the protocol, and ends nobody",
        arguments: [
            "standby 1 0 inf", "standby 1 0 1e300", "standby 1 0 2e20", "standby 1 0 1e19", "standby 1 0 nan",
            "standby 1 0 -5", "standby -1 1 999", "standby x 1 999", "standby 1 2 999", "standby 1 1 999 1",
            "standby 1 0 99999999999999999999.000", "standby", "primary primary", "", "x",
        ])
    func roles(value: String) throws {
        for settings in [["max_lag=1s"], ["role=standby", "max_lag=1s"], ["role=standby"], ["role=primary"]] {
            let check = try postgres(["1", value], settings)
            check.expect("protocol")
        }
    }

    @Test("a row of roles that is right is believed")
    func right() throws {
        try postgres(["1", "f"], ["role=primary"]).expectReady()
        try postgres(["1", "f"], ["role=standby"]).expect("role")
        try postgres(["1", "f", "primary"], ["role=primary", "max_lag=1s"]).expectReady()
        try postgres(["1", "t", "standby 1 1 999.000"], ["role=standby", "max_lag=1s"]).expectReady()
        try postgres(["1", "standby 1 0 999.000"], ["max_lag=1s"]).expect("lag")
        try postgres(["1", "standby 0 0 999.000"], ["max_lag=1s"]).expect("link_down")
    }

    @Test("SELECT 1 is answered by 1, and transaction_read_only is on or off")
    func knownAnswers() throws {
        try postgres(["1"], []).expectReady()
        for value in ["0", "11", "", "one"] { try postgres([value], []).expect("protocol") }
        try postgres(["0"], ["query=SELECT 0"]).expectReady()
        try postgres(["1", "off"], ["level=writable"]).expectReady()
        try postgres(["1", "on"], ["level=writable"]).expect("read_only")
        for value in ["", "of", "OFF", "f"] {
            try postgres(["1", value], ["level=writable"]).expect("protocol")
        }
    }

    @Test("what libpq would take for off is off, or it is no answer")
    func sessionAttributes() throws {
        for (value, reason) in [("off", nil), ("on", "role"), ("ofg", "protocol"), ("x", "protocol")] {
            let status = [("server_version", "15.0"), ("in_hot_standby", value)].flatMap {
                FakePostgres.message("S", Array("\($0)\0\($1)\0".utf8))
            }
            let server = try FakePostgres.server { connection in
                connection.write(FakePostgres.authentication(0) + status + FakePostgres.readyForQuery)
                _ = connection.read()
                connection.write(FakePostgres.row("1"))
            }
            defer { server.stop() }
            let check = try PeerCheck(
                "postgres://someone:pw@127.0.0.1:\(server.port)/some?target_session_attrs=primary")
            if let reason { check.expect(reason) } else { check.expectReady() }
        }
    }

    @Test("an error without a code is the server's own once it has let us in")
    func errorWithoutCode() throws {
        let server = try FakePostgres.server { connection in
            connection.write(FakePostgres.letIn)
            _ = connection.read()
            connection.write(
                FakePostgres.message("E", Array("MBinder Error: no column\u{1B}\0\0".utf8))
                    + FakePostgres.readyForQuery)
        }
        defer { server.stop() }
        let check = try PeerCheck(PeerKind.postgresWithPassword.target(server.port))
        check.expect("error")
        #expect(check.message == "Binder Error: no column\\x1b")
    }

    @Test("an authentication request is one of those that there are, and as long as it is")
    func authenticationRequests() throws {
        let requests: [(method: Int, rest: [UInt8])] = [
            (8, []), (11, []), (12, []), (13, []), (255, []), (0x0300_0000, []), (0x0100_0003, []),
            (3, [0, 0, 0, 0]), (5, []), (10, []), (0, [0, 0]),
        ]
        for (method, rest) in requests {
            let server = try FakePostgres.server(
                saying: FakePostgres.message("R", FakePostgres.number(method) + rest))
            defer { server.stop() }
            try PeerCheck(PeerKind.postgres.target(server.port)).expect("protocol")
        }
    }

    @Test("a server that wants Kerberos is told what it cannot have")
    func kerberos() throws {
        let server = try FakePostgres.server(saying: FakePostgres.authentication(7))
        defer { server.stop() }
        let check = try PeerCheck(PeerKind.postgresWithPassword.target(server.port))
        check.expect("auth")
        #expect(check.message.contains("Kerberos"), "\(check.message)")
    }

    /// Asks a Redis that answers by these bytes.
    private func redis(
        _ answer: String, _ settings: [String], scheme: String = "redis", path: String = ""
    ) throws -> PeerCheck {
        let server = try LoopbackServer { connection in
            guard !connection.read().isEmpty else { return }
            connection.write(answer)
            connection.holdSilently(within: 10)
        }
        defer { server.stop() }
        return try PeerCheck(
            "cache=\(scheme)://127.0.0.1:\(server.port)\(path)",
            settings.flatMap { ["--set", "cache.\($0)"] })
    }

    private func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }

    @Test("INFO without the line that is asked for, or with a word that there is not, is not the protocol")
    func info() throws {
        for text in [
            "", "# Replication\r\n", "role:slave\r\n", "role:slave\r\nmaster_link_status:x\r\n",
            "role:x\r\nmaster_link_status:up\r\n", "master_link_status:up\r\n",
        ] {
            try redis("+PONG\r\n" + bulk(text), ["link=up"]).expect("protocol")
        }
        for text in ["", "role:x\r\n"] {
            try redis("+PONG\r\n" + bulk(text), ["role=master"]).expect("protocol")
        }
        for text in ["", "cluster_state:x\r\n"] {
            try redis("+PONG\r\n" + bulk(text), ["cluster=ok"]).expect("protocol")
        }
        for answer in ["$-1\r\n", ":1\r\n", "+role:master\r\n", "*0\r\n"] {
            try redis("+PONG\r\n" + answer, ["link=up"]).expect("protocol")
        }
        try redis("+PONG\r\n" + bulk("role:slave\r\nmaster_link_status:up\r\n"), ["link=up"]).expectReady()
    }

    @Test("a key is there or it is not: any other number is no answer")
    func keys() throws {
        try redis("+PONG\r\n:1\r\n", ["expect_key=a"]).expectReady()
        try redis("+PONG\r\n:0\r\n", ["expect_key=a"]).expect("missing")
        for answer in [":2\r\n", ":-1\r\n", "+OK\r\n", "$1\r\n1\r\n"] {
            try redis("+PONG\r\n" + answer, ["expect_key=a"]).expect("protocol")
        }
    }

    @Test("a Sentinel names a host and a port, and no line of anybody's log")
    func sentinel() throws {
        for (host, port) in [
            ("127.0.0.1\0\n[+]db ok\n", "6379"), ("a\u{1B}[2J", "6379"), ("", "6379"),
            ("/run/redis.sock", "6379"),
            ("127.0.0.1", "0"), ("127.0.0.1", "+6379"), ("127.0.0.1", "65536"), ("127.0.0.1", "x"),
        ] {
            let answer = "*2\r\n" + bulk(host) + bulk(port)
            try redis(answer, [], scheme: "redis+sentinel", path: "/mymaster").expect("protocol")
        }
        for answer in ["*2\rX", "*+2\r\n", "*3\r\n", "*0\r\n", "+127.0.0.1\r\n"] {
            try redis(
                answer + bulk("127.0.0.1") + bulk("1"), [], scheme: "redis+sentinel", path: "/mymaster"
            ).expect("protocol")
        }
    }

    @Test("a path is shown in one printable line, wherever it is shown")
    func paths() throws {
        for target in ["x=unix:///tmp/no%0Asuch%1B[2J", "x=file:///tmp/no%0Asuch%1B[2J"] {
            for arguments in [["check", "-t", "300ms"], ["wait", "-v", "-t", "300ms"]] {
                let run = try Program.run(Program.waitfor, arguments + [target])
                let bytes = run.outputBytes + run.errorBytes
                #expect(!bytes.contains { $0 < 0x20 && $0 != UInt8(ascii: "\n") }, "\(run)")
                #expect((run.output + run.errors).contains("/tmp/no\\x0asuch\\x1b[2J"), "\(run)")
            }
        }
    }
}
