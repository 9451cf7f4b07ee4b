import TestSupport
import Testing

/// Gates, checks and agents by a Compose file. A service is asked at its name, which is `localhost` here.
struct ComposeFileTests {
    private static let secret = "hunter2"

    /// A file whose `web` depends on a Redis here, and may depend on what is nowhere.
    private func file(_ redis: RedisServer, in directory: TemporaryDirectory) throws -> String {
        try directory.write(".env", "PORT=\(redis.port)\nPW=\(Self.secret)\n")
        return try directory.write(
            "compose.yaml",
            """
            services:
              web:
                image: x
                depends_on:
                  localhost: {condition: service_healthy}
              localhost:
                image: redis:7
                healthcheck:
                  test: ["CMD-SHELL", "redis-cli -p ${PORT} -a ${PW} ping | grep PONG"]
                  interval: 1s

            """)
    }

    @Test("A gate by a Compose file waits for what its service depends on, and becomes the command")
    func gate() throws {
        let redis = try RedisServer(["requirepass": Self.secret])
        let directory = try TemporaryDirectory()
        let gate = try Program(
            Program.waitfor,
            ["-t", "30", "-f", try file(redis, in: directory), "--service", "web", "--", "echo", "in"]
        ).start()
        #expect(
            gate.waitUntil(within: 10) { $0.standardError.contains("localhost: not ready: refused: ") },
            "\(gate.standardError)")
        try redis.start()
        let finished = try gate.finish()
        #expect(finished.exitCode == 0 && finished.output == "in\n", "\(finished)")
        #expect(
            finished.errors.contains("localhost: ready: ") && !finished.errors.contains(Self.secret),
            "\(finished)")
    }

    @Test("A check by a Compose file asks once, and a wrong password of it is said without the password")
    func check() throws {
        let redis = try RedisServer.started(["requirepass": "another"])
        let directory = try TemporaryDirectory()
        let path = try file(redis, in: directory)
        let refused = try Program.run(Program.waitfor, ["check", "-f", path, "--service", "web"])
        #expect(refused.exitCode == 1 && refused.output.contains("auth"), "\(refused)")
        #expect(!(refused.errors + refused.output).contains(Self.secret), "\(refused)")
        let right = try Program.run(
            Program.waitfor, ["check", "-f", path, "--service", "web"],
            environment: Program.minimalEnvironment.merging(["PW": "another"]) { $1 })
        #expect(right.exitCode == 0, "\(right)")
    }

    @Test("What is shown of a Compose file has no value of a variable in it")
    func show() throws {
        let redis = try RedisServer(["requirepass": Self.secret])
        let directory = try TemporaryDirectory()
        let path = try file(redis, in: directory)
        for form in ["text", "json"] {
            let shown = try Program.run(Program.waitfor, ["config", "show", "-f", path, "--output", form])
            #expect(shown.exitCode == 0 && shown.errors.isEmpty, "\(shown)")
            #expect(shown.output.contains("redis-cli -p ${PORT} -a ${PW} ping | grep PONG"), "\(shown)")
            #expect(shown.output.contains("localhost:") && !shown.output.contains(Self.secret), "\(shown)")
        }
    }

    @Test(
        "A port that refuses for longer than its check, which asks at 127.0.0.1, is doubted once, and waited for"
    )
    func doubt() throws {
        let port = try FreePort.make()
        let directory = try TemporaryDirectory()
        let path = try directory.write(
            "compose.yaml",
            """
            services:
              web: {depends_on: {localhost: {condition: service_healthy}}}
              localhost:
                image: x
                healthcheck: {test: "nc -z 127.0.0.1 \(port)", interval: 100ms, retries: 2, start_period: 100ms}

            """)
        let gate = try Program(
            Program.waitfor, ["-t", "30", "-i", "50ms", "-f", path, "--service", "web", "--", "echo", "in"]
        ).start()
        let doubt = "localhost: its port has refused for as long as its own check would go on"
        #expect(gate.waitUntil(within: 10) { $0.standardError.contains(doubt) }, "\(gate.standardError)")
        let server = try LoopbackServer(port: port) { _ in }
        defer { server.stop() }
        let finished = try gate.finish()
        #expect(finished.exitCode == 0 && finished.errors.count(of: doubt) == 1, "\(finished)")
    }

    @Test("An agent that watches sees a change in each file of its project, and one that was not there")
    func watch() throws {
        let redis = try RedisServer.started()
        let directory = try TemporaryDirectory()
        try directory.write(
            "i.yaml", "services: {one: {image: redis, extends: {file: e.yaml, service: here}}}\n")
        try directory.write("e.yaml", "services: {here: {hostname: x}}\n")
        let path = try directory.write(
            "compose.yaml",
            """
            include: [i.yaml]
            services:
              localhost: {image: redis, healthcheck: {test: "redis-cli -p ${PORT:-\(redis.port)} ping"}}

            """)
        let port = try FreePort.make()
        let agent = try Program(
            Program.waitfor, ["agent", "-f", path, "--watch", "--listen", "127.0.0.1:\(port)"]
        ).start()
        #expect(eventually(within: 10) { (try? HTTPPlace.port(port).get("/livez").status) == 200 })
        let changes = {
            agent.standardError.count(of: "1 changed") + agent.standardError.count(of: "1 added")
        }
        // It looks every ten seconds.
        for (number, (name, text)) in [
            ("e.yaml", "services: {here: {network_mode: 'service:two'}}\n"),
            (
                "i.yaml",
                "services: {one: {image: redis, extends: {file: e.yaml, service: here}}, two: {image: x}}\n"
            ),
            (".env", "PORT=1\n"),
        ].enumerated() {
            try directory.write(name, text)
            let isSeen = agent.waitUntil(within: 15) { _ in
                number == 0 ? agent.standardError.contains("reload") : changes() >= number
            }
            #expect(isSeen, "\(name): \(agent.standardError)")
        }
        agent.stop()
    }

    @Test(
        "Options of a Compose file that do not go together are mistakes",
        arguments: [
            (["--service", "web", "--", "echo"], "--service belongs to a Compose file: name it by -f"),
            (["--strict-started", "db:5432"], "--strict-started belongs to a Compose file: name it by -f"),
            (
                ["config", "convert", "waitfor.yaml"],
                "write `waitfor config convert -f FILE`, a Compose file"
            ),
            (["-f", "c.yaml", "--", "echo"], "-f needs --service NAME"),
            (["-f", "c.yaml", "-c", "x", "--service", "web"], "-c and -f contradict each other"),
            (["check", "-f", ""], "-f: empty: is a variable unset?"),
            (
                ["check", "-f", "/nowhere/c.yaml"],
                "/nowhere/c.yaml: cannot read it: No such file or directory"
            ),
            (["config", "show", "--output", "json"], "--output belongs to -f"),
        ])
    func options(arguments: [String], words: String) throws {
        let finished = try Program.run(Program.waitfor, arguments)
        #expect(finished.exitCode == 125, "\(finished)")
        #expect(finished.errors.contains(words), "\(finished)")
    }
}
