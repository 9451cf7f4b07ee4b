import Glibc
import TestSupport
import Testing

/// The reference stack of Configs/compose, run as its head says.
struct ComposeTests {
    @Test("the stack comes up from nothing, and nothing starts before what it depends on is healthy")
    func order() throws {
        let stack = try Stack("order")
        let events = try Program(
            Docker.client,
            [
                "events", "--filter", "label=com.docker.compose.project=\(stack.name)", "--format",
                #"{{.TimeNano}} {{index .Actor.Attributes "com.docker.compose.service"}} {{.Action}}"#,
            ], environment: Docker.environment
        ).start()
        try stack.up()
        try stack.login("ada")
        stack.expectPage(toHave: "ada")
        #expect(try stack.gateway.get("/").body.contains("Shop"))
        stack.expectReady(200, within: 30)

        let lines = events.standardOutput.split(separator: "\n").map {
            $0.split(separator: " ", maxSplits: 2)
        }
        let time = { (service: String, action: String) in
            try #require(
                lines.first { $0.count == 3 && $0[1] == service && $0[2] == action }.flatMap { Int($0[0]) },
                "\(service) has no \(action): \(events.standardOutput)")
        }
        for (service, dependency) in [
            ("worker", "database"), ("worker", "cache"), ("auth", "database"), ("auth", "cache"),
            ("gateway", "auth"),
        ] {
            #expect(
                try time(service, "start") > time(dependency, "health_status: healthy"),
                "\(service) and \(dependency): \(events.standardOutput)")
        }
        #expect(try time("gateway", "start") > time("frontend", "start"))
    }

    @Test("a Prometheus that scrapes the stack's agent knows every target")
    func prometheus() throws {
        let stack = try Stack("scrape")
        try stack.ask("--profile", "monitoring", "up", "--build", "-d", within: 240)
        let place = HTTPPlace.port(try #require(stack.ports["PROMETHEUS_ADDRESS"]))
        var answer = ""
        let knows = eventually(within: 60, every: 0.5) {
            answer = (try? place.get("/api/v1/query?query=waitfor_target_healthy").body) ?? answer
            return ["auth", "cache", "database", "gateway"].allSatisfy {
                answer.contains("\"target\":\"\($0)\"")
            }
                && answer.count(of: ",\"1\"]") == 4
        }
        #expect(knows, "\(answer)\n\(stack.logs)")
        #expect(try place.get("/api/v1/rules").body.contains("waitfor"))
    }

    @Test("the frontend reaches the database neither by name nor by address, and the backend has no way out")
    func networks() throws {
        let stack = try Stack("networks")
        try stack.up()
        let database = try stack.inspect(
            "database", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}")
        let check = { (service: String, target: String) in
            try stack.exec(service, "waitfor", "check", "-t", "3s", target)
        }
        for target in ["tcp://database:5432", "tcp://\(database):5432"] {
            #expect(try check("worker", target).exitCode == 0, "the worker is where the database is")
        }
        let byName = try check("frontend", "tcp://database:5432")
        #expect(byName.exitCode == 1 && byName.output.contains("dns"), "\(byName)")
        let byAddress = try check("frontend", "tcp://\(database):5432")
        #expect(byAddress.exitCode == 1, "\(byAddress)")

        let world = try OutsideWorld()
        #expect(
            try check("gateway", world.target).exitCode == 0,
            "the control: the frontend network has a way out")
        #expect(try check("worker", world.target).exitCode == 1)
        #expect(try stack.inspect("database", "{{json .HostConfig.PortBindings}}") == "{}")
    }

    @Test("what was kept survives down and up; a killed database shows, and all recover with no one's help")
    func recovery() throws {
        let stack = try Stack("recovery")
        try stack.up()
        try stack.login("grace")
        stack.expectPage(toHave: "grace")
        try stack.ask("down", "-t", "5")
        #expect(try stack.containers("database").isEmpty)
        try stack.up()
        stack.expectPage(toHave: "grace")
        stack.expectReady(200, within: 30)

        try stack.ask("kill", "database")
        stack.expectReady(503, within: 60)
        let verdict = try stack.agent.get("/readyz?verbose").body
        #expect(verdict.contains("[-]database") && verdict.contains("[+]cache ok"), "\(verdict)")
        let metrics = try stack.agent.get("/metrics").body.split(separator: "\n").map(String.init)
        #expect(metrics.contains("waitfor_ready 0"))
        #expect(metrics.contains(#"waitfor_target_healthy{target="database"} 0"#))
        #expect(metrics.contains(#"waitfor_target_healthy{target="cache"} 1"#))
        let reasons = metrics.filter {
            $0.hasPrefix(#"waitfor_probe_failures_total{target="database""#) && !$0.hasSuffix(" 0")
        }
        // A container that is gone has no name, and before that no answer.
        #expect(
            !reasons.isEmpty
                && reasons.allSatisfy { line in
                    ["dns", "timeout", "unreachable", "refused", "closed", "shutting_down"].contains {
                        reason in
                        line.contains("reason=\"\(reason)\"")
                    }
                }, "\(reasons)")

        try stack.login("edsger")
        try stack.ask("start", "database")
        stack.expectReady(200, within: 60)
        stack.expectPage(toHave: "edsger", within: 60)
    }
}
