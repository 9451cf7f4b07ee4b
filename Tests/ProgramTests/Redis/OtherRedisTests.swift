import TestSupport
import Testing

/// Servers and proxies that speak Redis's protocol, and answer in other words than Redis.
@Suite(.serialized)
struct OtherRedisTests {
    private func check(
        _ path: String, userinfo: String = "", _ settings: [String] = [],
        _ answer: @escaping @Sendable ([String]) -> String
    ) throws -> (asked: Asked, shown: String) {
        let server = try FakeRedis.server(answer)
        defer { server.stop() }
        let target = "db=redis://\(userinfo)127.0.0.1:\(server.port)\(path)"
        let shown = try Program.run(
            Program.waitfor, ["check", target] + settings.flatMap { ["--set", "db.\($0)"] },
            environment: Program.minimalEnvironment)
        return (try Asked(target, settings), shown.output)
    }

    @Test("a server that knows no users is asked with the password alone, on the same connection")
    func passwordOnly() throws {
        let (asked, _) = try check("/2", userinfo: "app:secret@") { command in
            switch command.first {
            case "AUTH":
                command.count == 2
                    ? command[1] == "secret" ? "+OK\r\n" : "-ERR invalid password\r\n"
                    : "-ERR wrong number of arguments for 'auth' command\r\n"
            case "SELECT": "+OK\r\n"
            default: "+PONG\r\n"
            }
        }
        #expect(asked.verdict == "ready" && asked.message.contains("knows no users"), "\(asked)")
    }

    @Test("a password that such a server refuses is auth")
    func wrongPassword() throws {
        let (asked, _) = try check("", userinfo: "app:secret@") { command in
            command.first == "AUTH" && command.count == 2
                ? "-ERR invalid password\r\n"
                : command.first == "AUTH"
                    ? "-ERR wrong number of arguments for 'auth' command\r\n"
                    : "-NOAUTH Authentication required.\r\n"
        }
        #expect(asked.verdict == "auth" && asked.isPermanent, "\(asked)")
    }

    @Test(
        "SELECT refused in whatever words is no_database",
        arguments: [
            "-ERR invalid DB index", "-ERR invalid database index.", "-unsupported command 'select'",
            "-ERR unknown command 'SELECT'", "-ERR SELECT is not allowed in cluster mode",
        ])
    func selection(refusal: String) throws {
        let (asked, shown) = try check("/1") { $0.first == "SELECT" ? "\(refusal)\r\n" : "+PONG\r\n" }
        #expect(asked.verdict == "no_database", "\(asked)")
        #expect(shown.contains("0 is the one that all have"))
    }

    @Test("what was asked for and is not there has an advice about that")
    func advice() throws {
        let moved = try check("", ["expect_key=warmed"]) {
            $0.first == "PING" ? "+PONG\r\n" : "-MOVED 1 h:1\r\n"
        }
        #expect(moved.asked.verdict == "error" && moved.shown.contains("another node of the cluster"))
        let missing = try check("", ["expect_key=warmed"]) { $0.first == "PING" ? "+PONG\r\n" : ":0\r\n" }
        #expect(missing.asked.verdict == "missing" && !missing.shown.contains("path"), "\(missing.shown)")
    }

    @Test("a port that speaks TLS is named as that")
    func overTLS() throws {
        try withLoopbackServer { connection in
            _ = connection.read()
            connection.write([0x15, 3, 1, 0, 2, 2, 0x46])
        } _: { server in
            let check = try PeerCheck("redis://127.0.0.1:\(server.port)")
            check.expect("protocol")
            #expect(check.message.contains("rediss://"))
        }
    }

    /// What a server does about PING and INFO, which come together.
    private struct Loading: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let answers: [String]
        let verdict: String
        /// How many connections a check makes.
        var connections = 1
    }

    private static func persistence(_ lines: String) -> String {
        let text = "# Persistence\r\n\(lines)\r\nlast_save:0\r\n"
        return "$\(text.utf8.count)\r\n\(text)\r\n"
    }

    private static let loadings = [
        Loading(
            testDescription: "in one piece", answers: ["+PONG\r\n" + persistence("loading:1")],
            verdict: "loading"),
        Loading(
            testDescription: "one after the other", answers: ["+PONG\r\n", persistence("loading:1")],
            verdict: "loading"),
        Loading(
            testDescription: "behind other fields",
            answers: ["+PONG\r\n" + persistence("current_snapshot_perc:0\r\nloading:1")], verdict: "loading"),
        Loading(
            testDescription: "LOADING", answers: ["+PONG\r\n-LOADING Dragonfly is loading\r\n"],
            verdict: "loading"),
        Loading(
            testDescription: "not loading",
            answers: ["+PONG\r\n" + persistence("loading:0\r\nasync_loading:1")], verdict: "ready"),
        Loading(
            testDescription: "NOPERM", answers: ["+PONG\r\n-NOPERM no permission\r\n"], verdict: "ready"),
        Loading(
            testDescription: "no INFO", answers: ["+PONG\r\n", "-ERR unknown command\r\n"], verdict: "ready"),
        Loading(testDescription: "one answer, and silence", answers: ["+PONG\r\n"], verdict: "ready"),
        Loading(testDescription: "hangs up at INFO", answers: [], verdict: "ready", connections: 2),
    ]

    @Test(
        "a server that answers PING and loads is loading; who does not answer INFO is ready",
        arguments: loadings)
    private func loading(_ given: Loading) throws {
        let server = try LoopbackServer { connection in
            let asked = String(decoding: connection.read(), as: UTF8.self)
            if given.answers.isEmpty, !asked.contains("INFO") { connection.write("+PONG\r\n") }
            for answer in given.answers { connection.write(answer) }
            if !given.answers.isEmpty { connection.holdSilently(within: 5) }
        }
        defer { server.stop() }
        let asked = try Asked("db=redis://127.0.0.1:\(server.port)")
        #expect(asked.verdict == given.verdict, "\(asked)")
        #expect(server.accepted == given.connections)
        #expect(isSanitized || asked.duration < 0.3, "\(asked)")
    }

    @Test("a real server that forbids INFO is ready, and asked for it only once by one process")
    func forbidden() throws {
        let server = try RedisServer.started()
        server.command(["ACL", "SETUSER", "app", "on", ">secret", "+ping"])
        let target = "db=redis://app:secret@127.0.0.1:\(server.port)"
        let gate = try Program.run(
            Program.waitfor, ["-t", "10", "-i", "20ms", "--success-threshold", "5", target])
        #expect(gate.exitCode == 0, "\(gate)")
        let commands = server.command(["INFO", "commandstats"])
        let info = commands.split(separator: "\r\n").first { $0.hasPrefix("cmdstat_info:") } ?? ""
        #expect(info.contains("rejected_calls=1,"), "\(commands)")
    }
}
