import TestSupport
import Testing

/// Poolers, proxies and managed servers, which say what PostgreSQL says in other words.
@Suite(.serialized)
struct OtherPostgresTests {
    private struct Case: CustomTestStringConvertible, Sendable {
        let code: String
        let text: String
        var target = "postgres://app:secret@127.0.0.1:PORT/app"
        /// nil for ready.
        let reason: String?
        let advice: String

        var testDescription: String { "\(target) \(code) \(text)" }
    }

    private static let guess = "pg:host=127.0.0.1 port=PORT"
    private static let rules =
        "no pg_hba.conf entry for host \"172.18.0.5\", user \"x\", database \"x\", no encryption"

    private static let cases = [
        Case(
            code: "08P01", text: "no more connections allowed (max_client_conn)",
            reason: "too_many_connections",
            advice: "connection limit"),
        Case(
            code: "08P01",
            text:
                "server login has been failing, cached error: the database system is starting up (server_login_retry)",
            reason: "starting", advice: "wait"),
        Case(
            code: "08P01", text: "no such user: postgres", target: guess, reason: nil,
            advice: "accepts connections"),
        Case(code: "XX000", text: "Tenant or user not found", target: guess, reason: nil, advice: "accepts"),
        Case(
            code: "XX000", text: "Tenant or user not found", reason: "auth", advice: "user and the password"),
        Case(
            code: "28000", text: "This RDS Proxy requires TLS connections", target: guess, reason: "auth",
            advice: "TLS"),
        Case(
            code: "28000", text: "This RDS Proxy requires TLS connections", reason: "auth",
            advice: "pg_hba.conf"),
        Case(code: "28000", text: rules, target: guess, reason: "auth", advice: "TLS"),
        Case(code: "28000", text: rules, reason: "auth", advice: "pg_hba.conf"),
        Case(
            code: "08P01", text: "node is running secure mode, SSL connection required", reason: "tls",
            advice: "TLS"),
        // PgBouncer 1.18 and 1.24 on the password that they themselves have for their server.
        Case(
            code: "08P01", text: "password authentication failed for user \"pooler\"", target: guess,
            reason: "auth", advice: "password"),
        Case(
            code: "28P01", text: "password authentication failed for user \"pooler\"", target: guess,
            reason: "auth", advice: "password"),
        Case(
            code: "28P01", text: "password authentication failed for user \"postgres\"", target: guess,
            reason: nil, advice: "accepts connections"),
        Case(code: "08P01", text: "query_wait_timeout", reason: "busy", advice: "pooler"),
        Case(
            code: "57P01", text: "server is not accepting clients, try another node", reason: "shutting_down",
            advice: "stopped"),
    ]

    @Test("what they say has the reason of what they mean, and an advice that fits", arguments: cases)
    private func words(_ given: Case) throws {
        let server = try FakePostgres.server(saying: FakePostgres.error(given.code, Array(given.text.utf8)))
        defer { server.stop() }
        let target = given.target.split(separator: "PORT").joined(separator: "\(server.port)")
        let whole = given.target.hasSuffix("PORT") ? "\(given.target.dropLast(4))\(server.port)" : target
        let asked = try Asked(
            whole, options: ["--set", "127.0.0.1.level=\(given.target == Self.guess ? "ping" : "query")"])
        #expect(asked.verdict == given.reason ?? "ready", "\(asked)")
        let shown = try Program.run(
            Program.waitfor, ["check", whole], environment: Program.minimalEnvironment)
        #expect(shown.output.contains(given.advice), "\(shown)")
    }

    @Test(
        "the role of a server without functions of WAL is what pg_is_in_recovery says",
        arguments: ["0A000", "42883", "42P01"], [true, false])
    func role(code: String, isStandby: Bool) throws {
        let server = try FakePostgres.serverWithoutWAL(isStandby: isStandby, code: code)
        defer { server.stop() }
        let target = "db=postgres://app@127.0.0.1:\(server.port)/app"
        let (own, other) = isStandby ? ("standby", "primary") : ("primary", "standby")
        #expect(try Asked(target, ["role=\(own)"]).verdict == "ready")
        #expect(try Asked(target, ["role=\(other)"]).verdict == "role")
        #expect(try Asked(target, ["role=\(other)", "max_lag=5s"]).verdict == "role")
        let lag = try Asked(target, ["role=\(own)", "max_lag=5s"])
        #expect(lag.verdict == "error" && lag.message.contains(code), "\(lag)")
    }

    @Test(
        "a server that takes TLS and hangs up has closed: no certificate is at fault",
        arguments: [false, true])
    func hangsUp(waits: Bool) throws {
        try withLoopbackServer { connection in
            _ = connection.read(max: 8)
            connection.write("S")
            if waits { _ = connection.read() }
        } _: { server in
            try PeerCheck("postgres://app:secret@127.0.0.1:\(server.port)/app?sslmode=require").expect(
                "closed")
        }
    }

    @Test("who asks for a login at a ping has not looked at user and database, and the message says so")
    func untold() throws {
        let server = try FakePostgres.server(saying: FakePostgres.authentication(10))
        defer { server.stop() }
        let asked = try Asked("postgres://app@127.0.0.1:\(server.port)/gone")
        #expect(asked.verdict == "ready" && asked.message.contains("were not looked at"), "\(asked)")
        let trusting = try FakePostgres.server(saying: FakePostgres.letIn)
        defer { trusting.stop() }
        #expect(try Asked("postgres://app@127.0.0.1:\(trusting.port)/app").message == "accepts connections")
    }

    @Test(
        "a password file that libpq ignores is config where it was named, and a warning where a variable names it"
    )
    func exposedPassFile() throws {
        let server = try FakePostgres.server(saying: FakePostgres.authentication(5))
        defer { server.stop() }
        let directory = try TemporaryDirectory()
        let file = try directory.write("pgpass", "*:*:*:*:secret\n", mode: 0o644)
        let target = "postgres://app@127.0.0.1:\(server.port)/app"
        let named = try Asked("\(target)?passfile=\(file)")
        #expect(named.verdict == "config" && named.message.contains(file), "\(named)")
        let ambient = try Asked(target, environment: ["PGPASSFILE": file])
        #expect(ambient.verdict == "ready" && ambient.finished.errors.contains("chmod 600"), "\(ambient)")
    }

    @Test("a password file that has more in it than was meant is told of, and an empty one is config")
    func passwordFiles() throws {
        let refusal = FakePostgres.error("28P01", Array("password authentication failed".utf8))
        let server = try FakePostgres.server(saying: refusal)
        defer { server.stop() }
        let directory = try TemporaryDirectory()
        for (contents, words) in [
            ("secret\r\n", "carriage return"), ("secret\n\n", "several newlines"), (" secret\n", "blank"),
            ("secret\n", "check the user and the password ("), ("\n", "config: the password file"),
        ] {
            let file = try directory.write("pw", contents, mode: 0o644)
            let target = "postgres://app@127.0.0.1:\(server.port)/app"
            let said = try Program.run(
                Program.waitfor, ["check", "--password-file", file, target],
                environment: Program.minimalEnvironment)
            let isPlain = contents == "secret\n"
            #expect(isPlain || said.output.contains(words), "\(said)")
            #expect(!isPlain || said.output.contains("check the user and the password ["), "\(said)")
        }
    }
}
