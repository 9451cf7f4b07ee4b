import Glibc
import HealthCore
import TestSupport
import Testing

/// No password appears anywhere, whatever the server does.
struct SecretsTests {
    /// Every reason that this version can give.
    private static let reasons = Reason.allCases.map(\.rawValue).joined(separator: ",")

    /// Every form of output of gate and check.
    private static let modes: [[String]] = {
        // The gate ends with the first answer, whichever it is.
        let failFast = "--fail-fast=\(reasons)"
        let gate = ["--attempt-timeout", "100ms", "-v", failFast]
        let check = ["check", "-t", "100ms", "-v"]
        return [
            gate, gate + ["--log", "json"], check, check + ["--log", "json", "--output", "json"],
            check + ["--accept", reasons],
        ]
    }()

    /// Asks in every way and every mode; the last mode accepts the reason.
    private func expectSilence(
        about secret: MarkedSecret, _ ways: [PasswordWay], at host: String = "127.0.0.1", _ port: UInt16,
        reason: String, modes: [[String]] = modes, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for way in ways {
            for mode in modes {
                let finished = try Program.run(
                    Program.waitfor, mode + way.arguments(host, port),
                    environment: Program.minimalEnvironment.merging(way.environment(host, port)) { $1 })
                let code: Int32 = mode.contains("--accept") ? 0 : 1
                let story = Comment("\(way.name), \(reason), \(mode): \(finished)")
                #expect(finished.exitCode == code, story, sourceLocation: sourceLocation)
                #expect(
                    (finished.output + finished.errors).contains(reason), story,
                    sourceLocation: sourceLocation)
                #expect(secret.shown(by: finished) == [], story, sourceLocation: sourceLocation)
                let warns = finished.errors.contains("is an argument")
                #expect(warns == way.isArgument, story, sourceLocation: sourceLocation)
            }
        }
    }

    /// Peers that are no server, by the reason that they lead to.
    private func withPeers(
        ofHTTP reason: String = "protocol", _ body: (_ port: UInt16, _ reason: String) throws -> Void
    ) throws {
        try body(FreePort.make(), "refused")
        try withLoopbackServer({ _ = $0.read(max: 1) }) { try body($0.port, "closed") }
        try withLoopbackServer({ $0.holdSilently() }) { try body($0.port, "timeout") }
        let http = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        try withLoopbackServer({ connection in
            _ = connection.read()
            connection.write(http)
            connection.holdSilently(within: 5)
        }) { try body($0.port, reason) }
        // What comes in goes out again.
        try withLoopbackServer({ connection in
            while case let bytes = connection.read(within: 5), !bytes.isEmpty { connection.write(bytes) }
        }) { try body($0.port, "protocol") }
    }

    @Test("No password of PostgreSQL is printed, whichever way it came and whatever the peer does")
    func postgresPeers() throws {
        try withTemporaryDirectory { files in
            let ways = try PasswordWay.postgres(MarkedSecret.plain.text, files: files)
            try withPeers { try expectSilence(about: .plain, ways, $0, reason: $1) }
        }
    }

    @Test("No password of Redis is printed, whichever way it came and whatever the peer does")
    func redisPeers() throws {
        try withTemporaryDirectory { files in
            let ways = try PasswordWay.redis(MarkedSecret.plain.text, files: files)
            try withPeers { try expectSilence(about: .plain, ways, $0, reason: $1) }
        }
    }

    @Test("No password or token of HTTP is printed, whichever way it came and whatever the peer does")
    func httpPeers() throws {
        try withTemporaryDirectory { files in
            let ways = try PasswordWay.http(MarkedSecret.plain.text, files: files)
            try withPeers(ofHTTP: "http_status") { try expectSilence(about: .plain, ways, $0, reason: $1) }
        }
    }

    /// What a server may say in its own protocol, by the reason that it leads to.
    private func expectSilence(
        about ways: [PasswordWay], saying answers: [(String, [UInt8])],
        _ server: (_ answer: [UInt8]) throws -> LoopbackServer
    ) throws {
        let modes = Self.modes.map { $0.map { $0 == "100ms" ? "5s" : $0 } }
        for (reason, answer) in answers {
            let server = try server(answer)
            defer { server.stop() }
            try expectSilence(about: .plain, ways, server.port, reason: reason, modes: modes)
        }
    }

    @Test("No password is printed with any reason that a PostgreSQL gives")
    func postgresReasons() throws {
        let error = { (code: String, text: String) in FakePostgres.error(code, Array(text.utf8)) }
        try withTemporaryDirectory { files in
            let ways = try PasswordWay.postgres(MarkedSecret.plain.text, files: files)
            let answers = [
                ("starting", FakePostgres.starting),
                ("recovering", error("57P03", "the database system is in recovery mode")),
                ("shutting_down", error("57P01", "terminating connection")),
                ("too_many_connections", error("53300", "sorry, too many clients already")),
                ("auth", error("28000", "no entry")), ("denied", error("42501", "no")),
                ("no_database", error("3D000", "gone")), ("no_database", error("55000", "not accepting")),
                ("no_database", error("08P01", "no such database")), ("read_only", error("25006", "no")),
                ("error", error("XX000", "oh")),
            ]
            try expectSilence(about: ways, saying: answers) { try FakePostgres.server(saying: $0) }
        }
    }

    @Test("No password is printed with any reason that a Redis gives")
    func redisReasons() throws {
        try withTemporaryDirectory { files in
            let ways = try PasswordWay.redis(MarkedSecret.plain.text, files: files)
            let answers = [
                ("loading", "LOADING x"), ("masterdown", "MASTERDOWN x"), ("busy", "BUSY x"),
                ("misconf", "MISCONF x"), ("read_only", "READONLY x"), ("cluster_down", "CLUSTERDOWN x"),
                ("auth", "NOAUTH x"), ("denied", "NOPERM x"), ("error", "OTHER x"),
                ("too_many_connections", "ERR max number of clients reached"),
                ("no_database", "ERR DB index is out of range"),
            ]
            let replies = answers.map { ($0.0, Array("-\($0.1)\r\n".utf8)) }
            try expectSilence(about: ways, saying: replies) { reply in
                try LoopbackServer { connection in
                    _ = connection.read()
                    connection.write(reply)
                    connection.holdSilently(within: 10)
                }
            }
        }
    }

    @Test("A name that does not resolve gives no password away")
    func names() throws {
        try Namespace().run {
            try withTemporaryDirectory { files in
                let secret = MarkedSecret.plain
                let postgres = try PasswordWay.postgres(secret.text, files: files)
                try expectSilence(about: secret, postgres, at: "nowhere.test", 5432, reason: "dns")
                let redis = try PasswordWay.redis(secret.text, files: files)
                try expectSilence(about: secret, redis, at: "nowhere.test", 6379, reason: "dns")
            }
        }
    }

    @Test("A real PostgreSQL that refuses the password gives none of it away")
    func postgresRefuses() throws {
        let server = try PostgresServer.started(hba: ["host all all all scram-sha-256"])
        try server.createRole("app", password: "another")
        try withTemporaryDirectory { files in
            let ways = try PasswordWay.postgres(MarkedSecret.plain.text, files: files)
            let modes = Self.modes.map { $0.map { $0 == "100ms" ? "5s" : $0 } }
            try expectSilence(about: .plain, ways, server.port, reason: "auth", modes: modes)
        }
    }

    @Test("A real Redis that refuses the password, or repeats it, gives none of it away")
    func redisRefuses() throws {
        try withTemporaryDirectory { files in
            let ways = try PasswordWay.redis(MarkedSecret.plain.text, files: files)
            let modes = Self.modes.map { $0.map { $0 == "100ms" ? "5s" : $0 } }
            let server = try RedisServer.started(["requirepass": "another"])
            try expectSilence(about: .plain, ways, server.port, reason: "auth", modes: modes)
            // It does not know AUTH, and answers with the words that it got.
            let renamed = try RedisServer.started(["rename-command AUTH": "\"\""])
            try expectSilence(about: .plain, ways, renamed.port, reason: "auth", modes: modes)
        }
    }

    @Test("A PostgreSQL that asks for the password in clear text and repeats it gives none of it away")
    func postgresRepeats() throws {
        try withTemporaryDirectory { files in
            let ways = try PasswordWay.postgres(MarkedSecret.plain.text, files: files)
            try withLoopbackServer({ connection in
                var asked = connection.read()
                // The request for TLS has eight bytes.
                if asked.count == 8 {
                    connection.write("N")
                    asked = connection.read()
                }
                connection.write([0x52, 0, 0, 0, 8, 0, 0, 0, 3])
                let password = Array(connection.read().dropFirst(5).prefix { $0 != 0 })
                let text = "SFATAL\0VFATAL\0C28P01\0Mno " + String(decoding: password, as: UTF8.self) + "\0\0"
                let body = Array(text.utf8)
                let head: [UInt8] = [0x45, 0, 0, 0, UInt8(body.count + 4)]
                connection.write(head + body)
                connection.holdSilently(within: 5)
            }) { server in
                let modes = Self.modes.map { $0.map { $0 == "100ms" ? "5s" : $0 } }
                try expectSilence(about: .plain, ways, server.port, reason: "auth", modes: modes)
            }
        }
    }

    @Test("A password file that vanishes during the wait is told by its path")
    func vanishedFile() throws {
        try withTemporaryDirectory { files in
            let file = try files.write("password", MarkedSecret.plain.text, mode: 0o600)
            let port = try FreePort.make()
            let running = try Program(
                Program.waitfor,
                ["--password-file", file, "--fail-fast=config", "-v", "redis://127.0.0.1:\(port)"]
            ).start()
            #expect(running.waitUntil(within: 10) { $0.standardError.contains("refused") })
            unlink(file)
            let finished = try running.finish(within: 10)
            #expect(finished.exitCode == 1 && finished.errors.contains("config"), "\(finished)")
            #expect(finished.errors.contains(file), "\(finished)")
            #expect(MarkedSecret.plain.shown(by: finished) == [])
        }
    }

    @Test("Percent-encoded passwords work, and neither form of them is printed")
    func encoded() throws {
        let raw = "Zq7@X/wJ?9v#K%t:2[H g"
        let written = "Zq7%40X%2FwJ%3F9v%23K%25t%3A2%5BH%20g"
        let server = try RedisServer.started(["requirepass": "\"\(raw)\""])
        let target = "x=redis://:\(written)@127.0.0.1:\(server.port)"
        let secrets = [MarkedSecret(raw), MarkedSecret(written)]
        for mode in Self.modes {
            let patient = mode.map { $0 == "100ms" ? "5s" : $0 }
            for (words, isReady) in [([target], true), ([target + "/99", "--fail-fast=no_database"], false)]
                as [([String], Bool)]
            {
                let isGate = mode[0] != "check"
                let arguments = patient + words.prefix(isGate ? 2 : 1)
                let finished = try Program.run(Program.waitfor, arguments)
                let succeeds = isReady || mode.contains("--accept")
                #expect(finished.exitCode == (succeeds ? 0 : 1), "\(finished)")
                for secret in secrets { #expect(secret.shown(by: finished) == [], "\(finished)") }
            }
        }
    }

    // MARK: The warning

    @Test("A password on the command line works and earns one warning; one from elsewhere earns none")
    func warning() throws {
        let secret = MarkedSecret.plain
        let server = try RedisServer.started(["requirepass": secret.text])
        try withTemporaryDirectory { files in
            for way in try PasswordWay.redis(secret.text, files: files) where way.name != "URI with user" {
                for verb in [[], ["check"]] {
                    let words = verb + way.arguments("127.0.0.1", server.port)
                    let environment = Program.minimalEnvironment.merging(
                        way.environment("127.0.0.1", server.port)
                    ) { $1 }
                    let loud = try Program.run(Program.waitfor, words, environment: environment)
                    #expect(loud.exitCode == 0, "\(way.name): \(loud)")
                    #expect(
                        loud.errors.count(of: "warning") == (way.isArgument ? 1 : 0), "\(way.name): \(loud)")
                    #expect(secret.shown(by: loud) == [], "\(way.name): \(loud)")
                    let quiet = try Program.run(Program.waitfor, words + ["-q"], environment: environment)
                    #expect(
                        quiet.exitCode == 0 && quiet.errors.isEmpty && quiet.output.isEmpty,
                        "\(way.name): \(quiet)")
                }
            }
        }
    }
}
