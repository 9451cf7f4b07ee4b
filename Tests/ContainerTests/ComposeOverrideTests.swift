import TestSupport
import Testing

/// The files for production and for development, merged into the stack.
struct ComposeOverrideTests {
    @Test("in production five workers share the queue, everyone has limits, and the agent's log is JSON")
    func production() throws {
        let stack = try Stack("prod", ["compose.prod.yaml"])
        try stack.up()
        let workers = try stack.containers("worker")
        #expect(workers.count == 5)
        let mebibyte = 1 << 20
        let limits = [
            ("database", 1_000_000_000, 512), ("cache", 500_000_000, 128), ("worker", 250_000_000, 64),
            ("auth", 500_000_000, 64), ("frontend", 500_000_000, 64), ("gateway", 500_000_000, 64),
            ("agent", 100_000_000, 32),
        ]
        for (service, cpus, memory) in limits {
            for container in try stack.containers(service) {
                let seen = try Docker.ask(
                    "inspect", "-f", "{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}}", container)
                #expect(seen == "\(cpus) \(memory * mebibyte)", "\(service)")
            }
        }
        for service in ["database", "cache", "worker", "auth", "frontend", "gateway", "agent"] {
            let policy = try stack.inspect(
                service, "{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.LogConfig.Config}}")
            #expect(policy == "always map[max-file:3 max-size:10m]", "\(service)")
        }
        #expect(try stack.inspect("cache", "{{json .HostConfig.PortBindings}}") == "{}")
        #expect(try Docker.ask("logs", try stack.containers("agent")[0], within: 10).isEmpty)
        let log = try Docker.run(["logs", try stack.containers("agent")[0]]).errors
        #expect(log.split(separator: "\n").allSatisfy { $0.hasPrefix("{") }, "\(log)")

        for number in 1...40 { try stack.login("user-\(number)") }
        stack.expectPage(toHave: "user-40")
        let several = try eventually(within: 30, every: 0.5) {
            let answer = try stack.exec(
                "database", "psql", "-qAt", "-U", "app", "-d", "app", "-c",
                "SELECT count(*), count(DISTINCT worker) FROM logins")
            let counts = answer.trimmedOutput.split(separator: "|").compactMap { Int($0) }
            return counts.count == 2 && counts[0] == 40 && counts[1] > 1
        }
        #expect(several, "\(stack.logs)")
    }

    @Test("in development database and cache can be reached from this machine, and nothing is restarted")
    func development() throws {
        let stack = try Stack("dev", ["compose.dev.yaml"])
        try stack.up()
        let database = try #require(stack.ports["DATABASE_ADDRESS"])
        let cache = try #require(stack.ports["CACHE_ADDRESS"])
        let check = try Program.run(
            Program.waitfor,
            [
                "check", "--set",
                "db.password_file=\(Docker.project)/Configs/compose/secrets/db_password.txt",
                "db=postgres://app@127.0.0.1:\(database)/app", "cache=redis://127.0.0.1:\(cache)",
            ])
        #expect(check.exitCode == 0, "\(check)")
        for service in ["database", "cache", "worker", "auth", "frontend", "gateway", "agent"] {
            #expect(try stack.inspect(service, "{{.HostConfig.RestartPolicy.Name}}") == "no", "\(service)")
        }
        #expect(try stack.inspect("agent", "{{json .Config.Cmd}}") == #"["agent","-v"]"#)
    }
}
