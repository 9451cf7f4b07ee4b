import Glibc
import TestSupport
import Testing

/// The commands of `on_change`: what they are told, one at a time, and what they cannot do to anybody else.
struct OnChangeTests {
    private static let quick =
        "defaults: {interval: 20ms, timeout: 1s, retries: 1, start_period: 0s, jitter: 0}\n"

    /// A target that is a file, and what a script of its command has written.
    private final class Flag {
        let directory: TemporaryDirectory
        var path: String { directory.file("flag") }
        var told: String { directory.file("told") }
        var lines: [String] { readText(told).split(separator: "\n").map(String.init) }

        init(isThere: Bool = true) throws {
            directory = try TemporaryDirectory()
            if isThere { try set() }
        }

        func set() throws { try directory.write("flag", "") }
        func clear() { unlink(path) }

        /// The target, with the words of a command.
        func target(_ name: String, _ words: String...) -> String {
            let list = words.map(OnChangeTests.quoted)
            return "  \(name): {file: \(path), on_change: [\(list.joined(separator: ", "))]}\n"
        }

        func target(_ name: String, script: String) -> String { target(name, "/bin/sh", "-c", script) }

        func expect(_ lines: [String], sourceLocation: SourceLocation = #_sourceLocation) {
            let came = eventually(within: 15) { self.lines == lines }
            #expect(came, "\(self.lines)", sourceLocation: sourceLocation)
        }
    }

    /// A word in a configuration file, where `$$` is a `$`.
    private static func quoted(_ word: String) -> String {
        word.reduce(into: "'") { $0 += $1 == "'" || $1 == "$" ? "\($1)\($1)" : "\($1)" } + "'"
    }

    private func agent(_ targets: String, _ options: [String] = []) throws -> AgentUnderTest {
        try AgentUnderTest(Self.quick + "targets:\n" + targets, options)
    }

    /// How often the command of a target was run, and how often it failed; empty for a target without one.
    private func runs(_ agent: AgentUnderTest, _ name: String = "flag") throws -> [Double] {
        try ["waitfor_actions_total", "waitfor_action_failures_total"].compactMap {
            try agent.metric("\($0){target=\"\(name)\",action=\"on_change\"}")
        }
    }

    @Test(
        "a Redis that dies and comes back is told of in order, with its state, reason, time and message, and no secret"
    )
    func order() throws {
        let secret = "Zq7XwJ9vKt2Hg"
        let redis = try RedisServer.started(["requirepass": secret])
        let directory = try TemporaryDirectory()
        let script =
            "printf '%s|' \"$WAITFOR_TARGET\" \"$WAITFOR_STATE\" \"$WAITFOR_REASON\" \"$WAITFOR_SINCE\" \"$WAITFOR_MESSAGE\""
            + " >>\(directory.file("told")); echo >>\(directory.file("told"))"
        let agent = try AgentUnderTest(
            Self.quick
                + "targets:\n  db:\n    redis: redis://:\(secret)@127.0.0.1:\(redis.port)\n"
                + "    on_change: [/bin/sh, -c, \(Self.quoted(script))]\n",
            ["--log", "json"], environment: ["WAITFOR_REASON": "of somebody else", "OTHER": "kept"])
        func told() -> [[String]] {
            readText(directory.file("told")).split(separator: "\n").map {
                $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            }
        }
        #expect(eventually(within: 15) { told().count == 1 })
        redis.stop()
        #expect(eventually(within: 15) { told().count == 2 })
        let since = try agent.target("db")["since"]
        try redis.start()
        #expect(eventually(within: 15) { told().count == 3 })
        let all = told()
        try #require(all.allSatisfy { $0.count == 6 }, "\(all)")
        #expect(all.map { $0[0] } == ["db", "db", "db"])
        #expect(all.map { $0[1] } == ["healthy", "unhealthy", "healthy"])
        #expect(
            all[0][2].isEmpty && ["refused", "closed"].contains(all[1][2]) && all[2][2].isEmpty, "\(all)")
        #expect(
            all[1][3].prefix(16) == (since ?? "").prefix(16) && all[1][3].hasSuffix("Z"),
            "\(all) \(since ?? "")")
        #expect(all.allSatisfy { !$0[4].isEmpty } && all[1][4].contains("127.0.0.1:\(redis.port)"), "\(all)")
        #expect(try runs(agent, "db") == [3, 0])
        let finished = try agent.stop()
        #expect(!readText(directory.file("told")).contains(secret) && !finished.errors.contains(secret))
        #expect(lines(finished.errors).count { $0.contains("\"event\":\"action\"") } == 3, "\(finished)")
    }

    @Test("one command at a time, of the states meanwhile the newest, and none that was the last one told")
    func newestWins() throws {
        let flag = try Flag()
        let gate = flag.directory.file("gate")
        let agent = try agent(
            flag.target(
                "flag",
                script:
                    "echo \"begin $WAITFOR_STATE\" >>\(flag.told); until rm \(gate) 2>/dev/null; do sleep 0.02; done; echo end >>\(flag.told)"
            ))
        func toggle(_ isThere: Bool) throws {
            if isThere { try flag.set() } else { flag.clear() }
            try agent.expect(
                "flag", isThere ? "healthy" : "unhealthy", reason: isThere ? nil : "missing",
                isReady: isThere,
                within: 5)
        }
        flag.expect(["begin healthy"])
        for _ in 0..<3 {
            try toggle(false)
            try toggle(true)
        }
        try toggle(false)
        flag.expect(["begin healthy"])
        try flag.directory.write("gate", "")
        flag.expect(["begin healthy", "end", "begin unhealthy"])
        try toggle(true)
        try toggle(false)
        try flag.directory.write("gate", "")
        flag.expect(["begin healthy", "end", "begin unhealthy", "end"])
        let isToldAgain = eventually(within: 0.5) { flag.lines.count > 4 }
        #expect(!isToldAgain)
        #expect(try runs(agent) == [2, 0])
        try flag.directory.write("gate", "")
        try toggle(true)
        flag.expect(["begin healthy", "end", "begin unhealthy", "end", "begin healthy", "end"])
    }

    @Test(
        "it begins with nothing blocked, no descriptor of ours, an empty stdin and the agent's own environment"
    )
    func context() throws {
        let flag = try Flag()
        let agent = try AgentUnderTest(
            Self.quick + "targets:\n"
                + flag.target(
                    "flag",
                    script:
                        "exec 3>&1; grep -q 'SigBlk:.0000000000000000' /proc/self/status && grep -Eq 'SigIgn:.0000000(00|18)0000000' /proc/self/status && test $(cat | wc -c) = 0 && test \"$PGPASSWORD\" = kept && exec 3>&- && echo $(ls /proc/self/fd) >>\(flag.told); exit 7"
                ), environment: ["PGPASSWORD": "kept"])
        flag.expect(["0 1 2 3"])
        #expect(
            agent.program.waitUntil(within: 10) { $0.standardError.contains("on_change: sh: exit status 7") },
            "\(agent.program.standardError)")
        #expect(try runs(agent) == [1, 1])
    }

    @Test(
        "a command that is not there is a line and a count, the agent goes on, and the next change is tried anew"
    )
    func missing() throws {
        let flag = try Flag()
        let agent = try agent(flag.target("flag", "/nowhere/tell") + flag.target("other", "/etc/passwd"))
        #expect(
            agent.program.waitUntil(within: 10) {
                $0.standardError.contains("flag: on_change: tell: command not found")
                    && $0.standardError.contains("other: on_change: passwd: the command is not executable")
            }, "\(agent.program.standardError)")
        #expect(try runs(agent) == [1, 1])
        flag.clear()
        #expect(eventually(within: 10) { (try? runs(agent)) == [2, 2] })
        #expect(try agent.get("/livez").status == 200)
    }

    @Test(
        "commands that hang, flood and fail delay no probe and no answer by more than 20 ms, and end in 12 s",
        .needsThePlainProgram)
    func disturbers() throws {
        let server = try RedisServer.started()
        let worst = try leastOfThree(below: 0.02) {
            let flag = try Flag()
            let cache = "  cache: {redis: redis://127.0.0.1:\(server.port), retries: 50}\n"
            let files = (0..<8).map { "  more\($0): {file: \(flag.path), on_change: [/bin/false]}\n" }
                .joined()
            let agent = try agent(
                cache
                    + flag.target(
                        "stubborn",
                        script: "trap '' TERM; echo $$ >>\(flag.told); while :; do sleep 0.1; done")
                    + flag.target("flood", "/usr/bin/yes") + flag.target("missing", "/nowhere/tell") + files)
            // The same without commands: what it suffers is the machine's.
            let quiet = try self.agent(cache + "  flag: {file: \(flag.path)}\n")
            var (slowest, floor) = (0.0, 0.0)
            let end = Monotonic.seconds() + 13
            var round = 0
            while Monotonic.seconds() < end {
                round += 1
                if round % 100 == 0 { flag.clear() }
                if round % 100 == 50 { try flag.set() }
                let began = Monotonic.seconds()
                #expect(try agent.get("/livez").status == 200)
                let middle = Monotonic.seconds()
                #expect(try quiet.get("/livez").status == 200)
                slowest = max(slowest, middle - began)
                floor = max(floor, Monotonic.seconds() - middle)
                Monotonic.sleep(0.004)
            }
            let text = agent.program.standardError
            #expect(text.contains("stubborn: on_change: sh: no end within 10s: killed"), "\(text)")
            #expect(
                text.contains("flood: on_change: yes: no end within 10s: ended by SIGTERM: y y"), "\(text)")
            #expect(text.count(of: "on_change: false: exit status 1") > 20)
            let pid = try #require(flag.lines.first.flatMap { Int32($0) })
            #expect(kill(pid, 0) != 0)
            #expect(try #require(try agent.metric("process_resident_memory_bytes")) < 30_000_000)
            // Reading all that `yes` says would take more.
            #expect(try #require(try agent.metric("process_cpu_seconds_total")) < 4)
            let own = max(slowest, try #require(try agent.metric("waitfor_loop_lag_seconds")))
            return own - max(floor, try #require(try quiet.metric("waitfor_loop_lag_seconds")))
        }
        #expect(worst < 0.02, "\(worst)")
    }

    @Test("an agent that ends kills the command that runs, and tells nothing of what it stops itself")
    func end() throws {
        let flag = try Flag()
        let agent = try agent(flag.target("flag", script: "echo $$ >>\(flag.told); exec sleep 77"))
        #expect(eventually(within: 10) { !flag.lines.isEmpty })
        let pid = try #require(flag.lines.first.flatMap { Int32($0) })
        let began = Monotonic.seconds()
        #expect(try agent.stop().exitCode == 0)
        #expect(Monotonic.seconds() - began < 2 && kill(pid, 0) != 0)
        let command = try CommandUnderTest(
            [
                "/bin/sh", "-c",
                "trap 'rm \(flag.path); sleep 0.5; exit 3' TERM; echo up; while :; do sleep 0.02; done",
            ],
            [
                "flag=file:\(flag.path)", "--set", #"flag.on_change=["/bin/sh","-c","echo $WAITFOR_STATE"]"#,
                "-i", "20ms", "--retries", "1", "--start-period", "0s",
            ])
        try command.expectToSay("up")
        #expect(
            command.running.waitUntil(within: 10) {
                $0.standardError.contains("flag: healthy: on_change: sh")
            })
        command.running.send(SIGTERM)
        let finished = try command.running.finish(within: 10)
        #expect(finished.exitCode == 3 && !finished.errors.contains("unhealthy: on_change"), "\(finished)")
    }

    @Test("as PID 1 beside its command it reaps all that the commands leave, and keeps no descriptor")
    func firstProcess() throws {
        let flag = try Flag()
        let orphans =
            "setsid sleep 0.05 & setsid sleep 30 & sleep 60 & echo $WAITFOR_STATE >>\(flag.told); exit 0"
        let command = try CommandUnderTest(
            ["/bin/sh", "-c", "echo up; exec sleep 60"],
            [
                "flag=file:\(flag.path)", "--set", #"flag.on_change=["/bin/sh","-c","\#(orphans)"]"#, "-i",
                "20ms",
                "--retries", "1", "--start-period", "0s",
            ], prefix: CommandUnderTest.asFirst)
        try command.expectToSay("up")
        for round in 0..<10 {
            #expect(eventually(within: 10) { flag.lines.count == round + 1 })
            if round % 2 == 0 { flag.clear() } else { try flag.set() }
        }
        #expect(eventually(within: 10) { flag.lines.count == 11 })
        #expect(
            Set(flag.lines.enumerated().map { "\($0.offset % 2) \($0.element)" }) == [
                "0 healthy", "1 unhealthy",
            ])
        let first = try command.first()
        // The command, and of each run at most the one that has got a session of its own and lives.
        #expect(
            eventually(within: 10) {
                (1...12).contains(children(of: first).count) && !children(of: first).contains(where: isZombie)
            },
            "\(children(of: first))")
        let metrics = try command.place.get("/metrics").body
        let open = metrics.split(separator: "\n").first { $0.hasPrefix("process_open_fds ") }
        #expect(open.flatMap { Double($0.dropFirst(17)) } ?? 99 < 25)
    }

    @Test("a reload gives a target a command, and takes it away, and tells nothing by itself")
    func reload() throws {
        let flag = try Flag()
        let plain = "  flag: {file: \(flag.path)}\n"
        let agent = try agent(plain)
        try agent.expect("flag", "healthy", reason: nil, isReady: true, within: 5)
        func reload(_ targets: String) throws {
            let count = agent.program.standardError.count(of: "configuration reloaded")
            try agent.rewrite(Self.quick + "targets:\n" + targets)
            agent.program.send(SIGHUP)
            #expect(
                agent.program.waitUntil(within: 10) {
                    $0.standardError.count(of: "configuration reloaded") > count
                })
        }
        try reload(flag.target("flag", script: "echo $WAITFOR_STATE >>\(flag.told)"))
        flag.expect(["healthy"])
        try reload(flag.target("flag", script: "echo again $WAITFOR_STATE >>\(flag.told)"))
        try agent.expect("flag", "healthy", reason: nil, isReady: true, within: 5)
        flag.clear()
        flag.expect(["healthy", "again unhealthy"])
        try reload(plain)
        try flag.set()
        try agent.expect("flag", "healthy", reason: nil, isReady: true, within: 5)
        flag.expect(["healthy", "again unhealthy"])
        #expect(try runs(agent).isEmpty)
    }

    @Test("the document's example is a configuration, which is shown without the arguments of its command")
    func documented() throws {
        let example = try #require(Document("docs/acting.md").blocks("yaml").first)
        let directory = try TemporaryDirectory()
        let shown = try Program.run(
            Program.waitfor, ["config", "show", try directory.write("waitfor.yaml", example.text)])
        #expect(shown.exitCode == 0 && shown.output.contains("on_change: [tell, \"***\"]"), "\(shown)")
    }
}
