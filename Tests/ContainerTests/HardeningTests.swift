import TestSupport
import Testing

/// A container that may do next to nothing.
struct HardeningTests {
    /// Read-only, without capabilities, as nobody's user, with 16 MB.
    ///
    /// The number of processes has room for runc, which starts in the container's control group: of 80 `docker exec`
    /// under a limit of four, its threads were refused 40 times, and one died of it.
    private static let options = [
        "--read-only", "--cap-drop", "ALL", "--user", "65534", "--memory", "16m", "--memory-swap", "16m",
        "--pids-limit", "32", "--security-opt", "no-new-privileges",
    ]

    @Test("gate, check and agent work in a container that may do next to nothing")
    func everything() throws {
        let network = try Network("hard")
        let cache = try Container(
            "hard-cache", Docker.redis, ["--network", network.name, "--network-alias", "cache"])
        let database = try Container(
            "hard-db", Docker.postgres,
            ["--network", network.name, "--network-alias", "database", "-e", "POSTGRES_PASSWORD=secret"])
        let options = HardeningTests.options + ["--network", network.name]

        let gate = try Container(
            "hard-gate", Docker.waitfor, options,
            command: ["database:5432", "cache:6379", "--", "/waitfor", "version"])
        #expect(try gate.expectEnd(within: 60) == 0, "\(gate.said)")
        #expect(gate.said.contains("waitfor 0."))

        for arguments in [
            ["check", "database:5432", "cache:6379"],
            ["check", "--output", "json", "postgres://postgres:secret@database/postgres"],
        ] {
            let check = try Docker.run(["run", "--rm"] + options + [Docker.waitfor] + arguments)
            #expect(check.exitCode == 0, "\(check)")
        }

        let agent = try Container(
            "hard-agent", Docker.waitfor, options + ["--health-interval", "1s"],
            command: [
                "agent", "-i", "200ms", "--set", "database.password=secret", "postgres://postgres@database",
                "cache:6379",
            ])
        try agent.expectHealth("healthy", within: 20)
        let ready = try eventually(within: 20, every: 0.2) {
            try agent.exec("/waitfor", "check", "--agent").exitCode == 0
        }
        #expect(ready, "\(agent.said)")
        // Between two health checks the agent is alone, and it is one thread.
        let alone = try eventually(within: 20, every: 0.2) {
            try Docker.ask("stats", "--no-stream", "--format", "{{.PIDs}}", agent.name) == "1"
        }
        #expect(alone, "the agent is never one thread")
        try Docker.ask("kill", cache.name)
        let noticed = try eventually(within: 20, every: 0.2) {
            try agent.exec("/waitfor", "check", "--agent").exitCode == 1
        }
        #expect(noticed, "\(agent.said)")
        #expect(try agent.inspect("{{.State.OOMKilled}} {{.RestartCount}}") == "false 0")
        _ = database
    }
}
