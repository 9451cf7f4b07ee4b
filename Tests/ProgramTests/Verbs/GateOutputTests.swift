import TestSupport
import Testing

/// What a gate says, and when it gives up, on servers that come late or never.
struct GateOutputTests {
    private func run(_ arguments: [String]) throws -> Finished {
        try Program.run(Program.waitfor, arguments + ["--", "echo", "in"])
    }

    @Test("A gate that times out exits 124 on time and tells the story of what it saw")
    func timeout() throws {
        let (loading, never) = (try RedisServer.loading(for: 60), try PostgresServer())
        let gate = try Program(
            Program.waitfor, ["-t", "1500ms", loading.target(), never.target(), "--", "echo", "in"]
        ).start()
        let finished = try gate.finish()
        #expect(finished.exitCode == 124 && finished.output.isEmpty, "\(finished)")
        #expect((1.5..<1.8).contains(finished.elapsed), "\(finished)")
        let lines = finished.errors.split(separator: "\n").map(String.init)
        #expect(lines.count == 6, "\(finished)")
        let story = Array(lines.suffix(3))
        #expect(story[0] == "waitfor: timed out after 1.5s", "\(finished)")
        let told = (
            story.first { $0.hasPrefix("waitfor: cache: ") } ?? "",
            story.first { $0.hasPrefix("waitfor: db: ") } ?? ""
        )
        #expect(
            told.0.contains(" attempts in 1.5s: loading ×")
                && told.0.contains("last 127.0.0.1:\(loading.port)"))
        #expect(
            told.1.contains(" attempts in 1.5s: refused ×")
                && told.1.contains("last 127.0.0.1:\(never.port)"))
        #expect(told.1.contains("is it started, and does it listen on this address?"), "\(finished)")
    }

    @Test("The story counts each reason in the order in which it first came")
    func storyOfTwo() throws {
        let server = try RedisServer()
        let gate = try Program(
            Program.waitfor, ["-t", "4", "-i", "50ms", server.target(":secret"), "--", "echo", "in"]
        ).start()
        #expect(gate.waitUntil(within: 3) { $0.standardError.contains("cache: not ready: refused: ") })
        try server.start()
        let finished = try gate.finish()
        let story = finished.errors.split(separator: "\n").last.map(String.init) ?? ""
        #expect(finished.exitCode == 124, "\(finished)")
        let parts = story.split(separator: " ").map(String.init)
        #expect(story.hasPrefix("waitfor: cache: ") && story.contains(": refused ×"), "\(story)")
        let counts = parts.filter { $0.contains("×") }.compactMap { word in
            word.split(separator: "×").last.flatMap { Int(String($0.filter(\.isNumber))) }
        }
        #expect(counts.count == 2 && counts.allSatisfy { $0 > 0 }, "\(story)")
        #expect("\(counts.reduce(0, +))" == parts.dropFirst(2).first, "\(story)")
        let words = ["refused ×\(counts.first ?? 0),", "auth ×\(counts.last ?? 0);"]
        #expect(words.allSatisfy(story.contains), "\(story)")
    }

    @Test("The last attempt starts in time before the end, however long the pauses are")
    func finalAttempt() throws {
        let server = try RedisServer()
        let gate = try Program(
            Program.waitfor, ["-t", "3", "-i", "1h", server.target(), "--", "echo", "in"]
        ).start()
        #expect(gate.waitUntil(within: 2) { $0.standardError.contains("cache: not ready: refused: ") })
        try server.start()
        let finished = try gate.finish()
        #expect(finished.exitCode == 0 && (2.7..<3.2).contains(finished.elapsed), "\(finished)")
    }

    @Test("-i asks in its own rhythm, and -v tells every attempt, those that end alike in one line")
    func verbose() throws {
        let server = try RedisServer()
        let finished = try run(["-t", "2", "-i", "300ms", "-v", server.target()])
        #expect(finished.exitCode == 124, "\(finished)")
        // At 0, 300, … 1500 ms and the last at 1750 ms.
        let count = finished.errors.contains("cache: attempts 2 to 7: the same\nwaitfor: timed out") ? 7 : 6
        #expect(finished.errors.count(of: " attempt 1: not ready: refused: ") == 1, "\(finished)")
        #expect(finished.errors.contains("cache: attempts 2 to \(count): the same\n"), "\(finished)")
        #expect(
            finished.errors.contains("cache: \(count) attempts in 2s: refused ×\(count); last "),
            "\(finished)")
        // In JSON each attempt has a line.
        let json = try run(["-t", "1", "-i", "100ms", "-v", "--log", "json", server.target()])
        #expect((8...12).contains(json.errors.count(of: "\"event\":\"not_ready\"")), "\(json)")
        // Without -v, a change is told once.
        let normal = try run(["-t", "1", "-i", "100ms", server.target()])
        #expect(normal.errors.count(of: "waitfor: cache: not ready: refused: ") == 1, "\(normal)")
    }

    @Test("-q prints nothing of a gate or a check, but errors of usage")
    func quiet() throws {
        let (here, never) = (try RedisServer.started(), try RedisServer())
        let ready = try run(["-q", here.target()])
        #expect(ready.exitCode == 0 && ready.output == "in\n" && ready.errors.isEmpty, "\(ready)")
        let late = try run(["-q", "-t", "300ms", never.target()])
        #expect(late.exitCode == 124 && late.output.isEmpty && late.errors.isEmpty, "\(late)")
        for (target, code) in [(here.target(), 0), (never.target(), 1)] {
            let check = try Program.run(Program.waitfor, ["check", "-q", target])
            #expect(check.exitCode == Int32(code) && check.output.isEmpty && check.errors.isEmpty, "\(check)")
        }
        let wrong = try run(["-q", "redis://"])
        #expect(wrong.exitCode == 125 && wrong.errors.count(of: "\n") == 1, "\(wrong)")
    }

    @Test("--log json is one object a line, with time, level, event and the keys of the reports")
    func jsonLog() throws {
        let server = try RedisServer()
        let gate = try Program(
            Program.waitfor, ["-t", "20", "--log", "json", server.target(), "--", "echo", "in"]
        ).start()
        #expect(gate.waitUntil(within: 10) { $0.standardError.contains("\"reason\":\"refused\"") })
        try server.start()
        let finished = try gate.finish()
        #expect(finished.exitCode == 0 && finished.output == "in\n", "\(finished)")
        let lines = finished.errors.split(separator: "\n").map { FlatJSON($0) }
        #expect(lines.first?["event"] == "waiting" && lines.last?["event"] == "ready", "\(finished)")
        for line in lines {
            let stamp = line["ts"] ?? ""
            #expect(stamp.count == 24 && stamp.hasSuffix("Z") && line["level"] != nil, "\(finished)")
        }
        let refused = lines.first { $0["event"] == "not_ready" }
        #expect(refused?["target"] == "cache" && refused?["reason"] == "refused", "\(finished)")
        #expect(refused?["kind"] == "redis" && refused?["state"] == "starting", "\(finished)")
        let ready = lines.last
        #expect(ready?["target"] == "cache" && ready?["state"] == "healthy", "\(finished)")
        #expect(ready?["address"] == "127.0.0.1:\(server.port)" && ready?["reason"] == nil, "\(finished)")
        #expect((ready?["attempts"].flatMap(Int.init) ?? 0) > 1, "\(finished)")
    }

    @Test("check has one line a target: name, verdict, address, what was seen, what to do")
    func checkText() throws {
        let (redis, postgres, never) = (
            try RedisServer.started(), try PostgresServer.started(), try RedisServer()
        )
        let check = try Program.run(
            Program.waitfor,
            ["check", redis.target(), postgres.target(), "gone=redis://127.0.0.1:\(never.port)"])
        let lines = check.output.split(separator: "\n").map(String.init)
        #expect(check.exitCode == 1 && lines.count == 3 && check.errors.isEmpty, "\(check)")
        let expected = [
            "cache: ready: 127.0.0.1:\(redis.port) PONG [",
            "db: ready: 127.0.0.1:\(postgres.port) accepts connections [",
            "gone: not ready: refused: connection refused (127.0.0.1:\(never.port)); is it started,",
        ]
        #expect(zip(lines, expected).allSatisfy { $0.hasPrefix($1) }, "\(check)")
        let answering = try Program.run(
            Program.waitfor,
            [
                "check", "--set", "a.level=query", "--set", "b.level=writable",
                "a=postgres://127.0.0.1:\(postgres.port)", "b=postgres://127.0.0.1:\(postgres.port)",
            ])
        #expect(answering.exitCode == 0 && answering.output.contains("answers queries ["), "\(answering)")
        #expect(answering.output.contains("takes writes ["), "\(answering)")
    }

    @Test("A reminder comes every 10 s for what is still missing")
    func reminder() throws {
        let (here, never) = (try RedisServer.started(), try RedisServer())
        let finished = try run(["-t", "10500ms", here.target(), "gone=redis://127.0.0.1:\(never.port)"])
        #expect(finished.exitCode == 124, "\(finished)")
        #expect(finished.errors.count(of: "waitfor: gone: still not ready: ") == 1, "\(finished)")
        #expect(!finished.errors.contains("cache: still"), "\(finished)")
    }
}
