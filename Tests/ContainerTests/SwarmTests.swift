import TestSupport
import Testing

/// Swarm, which kills what is unhealthy and knows no order. "error creating vxlan interface: file exists" is the network of an
/// engine that was killed: the namespaces below its exec root have to be unmounted.
@Suite(.serialized)
struct SwarmTests {
    @Test(
        "the stack comes up by its gates, a bad update rolls back, and a database away for three minutes kills nobody"
    )
    func stack() throws {
        let stack = try SwarmStack("swarm")
        try stack.expectReady(true, within: 120)
        try expectGates(stack)
        let agent = try stack.container("agent")
        #expect(try stack.gateway.get("/").body.contains("Shop"))

        try Docker.ask("service", "scale", "-d", stack.service("database") + "=0")
        try stack.expectReady(false, within: 60)
        let gone = Monotonic.seconds()
        try expectRollback(stack)
        // Three minutes, and at no moment of them another task than the first, or one that is not healthy.
        while Monotonic.seconds() - gone < 180 {
            let state = try Docker.ask("inspect", "-f", "{{.State.Status}} {{.State.Health.Status}}", agent)
            try #require(state == "running healthy", "\(Swarm.history(stack.service("agent")))")
            #expect(try !stack.isReady())
            Monotonic.sleep(2)
        }
        try Docker.ask("service", "scale", "-d", stack.service("database") + "=1")
        try stack.expectReady(true, within: 120)
        #expect(try stack.container("agent") == agent, "\(Swarm.history(stack.service("agent")))")
        #expect(try Swarm.everStarted(stack.service("agent")) == [agent])
    }

    /// Five workers started before there was a database, waited, and were never replaced: what depends_on is for, in
    /// a place that has none.
    private func expectGates(_ stack: SwarmStack) throws {
        let workers = try Swarm.containers(stack.service("worker"))
        #expect(workers.count == 5)
        let everStarted = try Swarm.everStarted(stack.service("worker"))
        #expect(everStarted.count == 5, "\(Swarm.history(stack.service("worker")))")
        for worker in workers {
            let said = try Docker.run(["logs", worker]).errors
            #expect(said.contains("database: not ready") && said.contains("database: ready"), "\(said)")
        }
    }

    /// An update of the frontend to an image that serves nothing: its tasks never turn healthy.
    private func expectRollback(_ stack: SwarmStack) throws {
        let frontend = stack.service("frontend")
        let old = try Swarm.containers(frontend).sorted()
        #expect(old.count == 2)
        try Docker.ask(
            "service", "update", "-d", "--no-resolve-image", "--image", Docker.redis, "--args", "sleep 1000",
            "--health-interval", "1s", "--health-start-period", "1s", "--health-retries", "2",
            "--update-monitor", "15s",
            frontend)
        var states: [String] = []
        let isBack = try eventually(within: 120, every: 0.5) {
            let page = (try? stack.gateway.get("/").body) ?? ""
            #expect(page.contains("Shop"), "the old tasks serve no longer: \(page)")
            let state = try Docker.ask("service", "inspect", "-f", "{{.UpdateStatus.State}}", frontend)
            if states.last != state { states.append(state) }
            return state == "rollback_completed"
        }
        #expect(isBack, "\(states): \(Swarm.history(frontend))")
        let image = try Docker.ask(
            "service", "inspect", "-f", "{{.Spec.TaskTemplate.ContainerSpec.Image}}", frontend)
        #expect(image.hasPrefix(Docker.web), "\(image)")
        #expect(try !Set(Swarm.containers(frontend)).isDisjoint(with: old))
    }

    @Test("a database whose connections have run out is not killed; without --for liveness it would be")
    func busyDatabase() throws {
        let names = [Docker.name("busy"), Docker.name("judged")]
        defer { Swarm.remove(names) }
        for (name, option) in zip(names, [" --for liveness", ""]) {
            try Docker.ask(
                "service", "create", "-d", "--no-resolve-image", "--name", name, "-e",
                "POSTGRES_PASSWORD=secret",
                "--health-cmd", "waitfor check -t 900ms\(option) 127.0.0.1:5432", "--health-interval", "1s",
                "--health-retries", "3", "--health-start-period", "20s", Docker.postgres, "postgres", "-c",
                "max_connections=8")
        }
        let busy = try healthy(names[0])
        let judged = try healthy(names[1])
        for container in [busy, judged] {
            for _ in 0..<10 {
                try Docker.ask(
                    "exec", "-d", container, "psql", "-U", "postgres", "-c", "SELECT pg_sleep(120)")
            }
        }
        let check = { (arguments: String...) in
            try Docker.run(["exec", busy, "waitfor", "check", "127.0.0.1:5432"] + arguments)
        }
        let isFull = try eventually(within: 20, every: 0.2) {
            try check().output.contains("too_many_connections")
        }
        #expect(isFull, "\(try? check())")
        // The control: Swarm does kill what it is told is unhealthy.
        let isKilled = try eventually(within: 40, every: 0.5) {
            try !Swarm.containers(names[1]).contains(judged)
        }
        #expect(isKilled, "\(Swarm.history(names[1]))")
        let until = Monotonic.seconds() + 12
        while Monotonic.seconds() < until {
            #expect(try Swarm.containers(names[0]) == [busy], "\(Swarm.history(names[0]))")
            Monotonic.sleep(1)
        }
        #expect(try check().exitCode == 1)
        #expect(try check("--for", "liveness").exitCode == 0)
    }

    /// The container of a service, once it is healthy.
    private func healthy(_ service: String) throws -> String {
        var container = ""
        let came = try eventually(within: 60, every: 0.3) {
            guard let first = try Swarm.containers(service).first else { return false }
            container = first
            return try Docker.ask("inspect", "-f", "{{.State.Health.Status}}", first) == "healthy"
        }
        guard came else { throw EngineFailure("\(service) never healthy: \(Swarm.history(service))") }
        return container
    }

    @Test("docker stack deploy starts a service beside the one that it depends on, and a gate waits for it")
    func swarmOrder() throws {
        let stack = try LintedStack(
            "swarm",
            """
            version: "3.8"
            services:
              web:
                image: \(Docker.redis)
                entrypoint: [echo]
                command: [web serves]
                depends_on: [db]
                deploy: &swarm {placement: {constraints: [node.role == manager]}, restart_policy: {condition: none}}
              gated:
                image: \(Docker.redis)
                entrypoint: [waitfor, "db:6379", --, echo]
                command: [gated serves]
                deploy: *swarm
              db:
                image: $IMAGE
                deploy: {placement: {constraints: [node.labels.nowhere == true]}}

            """)
        try stack.expectFinding("swarm-order", of: ["web"])
        let deployed = try stack.deploy()
        let isServed = try eventually(within: 60, every: 0.3) {
            try deployed.said("web").contains("web serves")
        }
        #expect(isServed)
        let waits = try eventually(within: 60, every: 0.3) {
            try deployed.said("gated").contains("not ready")
        }
        #expect(waits)
        #expect(try deployed.everStarted("db").isEmpty)
        #expect(try !deployed.said("gated").contains("serves"))
    }
}
