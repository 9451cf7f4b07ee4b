import TestSupport
import Testing

/// Pause, kill and restart of a container: the engine speaks of the container there, the agent of its server, and
/// the two differ as D-33, D-34 and D-35 say.
@Suite(.serialized)
struct ContainerLifeTests {
    @Test("D-33, D-35: a pause is unhealthy at once for the engine, and after its retries for the agent")
    func pause() throws {
        let scene = try Scene("pause")
        let events = try scene.events {
            try Docker.ask("pause", scene.container.name)
            // Asked first: its probe fails half a second later, and the engine's answer is for good.
            #expect(try scene.agent.health() == Health(status: "healthy", failingStreak: 0))
            let paused = try scene.container.engineHealth()
            #expect(paused == Health(status: "unhealthy", failingStreak: 0))
            // The engine does not count while nothing runs; the agent does.
            try scene.expect("unhealthy", of: .agent, streak: 2...)
            #expect(try scene.container.engineHealth() == paused)

            try Docker.ask("unpause", scene.container.name)
            #expect(try scene.container.engineHealth() == paused, "it stays so until a probe succeeds")
            try scene.expect("healthy", of: .agent, streak: 0...0)
            try scene.expect("healthy", of: .engine, streak: 0...0)
        }
        // D-30: the state changed silently at the pause, and with an event at the first success.
        #expect(events.filter { $0.hasPrefix("health_status") } == ["health_status: healthy"], "\(events)")
    }

    @Test(
        "D-33, D-34: a killed container is unhealthy, then starting anew with its log; the agent goes on counting"
    )
    func kill() throws {
        let scene = try Scene("kill")
        let log = try scene.logLength()
        try Docker.ask("kill", scene.container.name)
        #expect(try scene.container.engineHealth() == Health(status: "unhealthy", failingStreak: 0))
        #expect(try scene.container.inspect("{{.State.Status}}") == "exited")
        try scene.expect("unhealthy", of: .agent, streak: 2...)

        try Docker.ask("start", scene.container.name)
        #expect(try scene.container.engineHealth() == Health(status: "starting", failingStreak: 0))
        #expect(try scene.logLength() >= log)
        // The agent has seen this target before: it is not starting again.
        try scene.expect("healthy", of: .agent, streak: 0...0) { $0.status != "starting" }
        try scene.expect("healthy", of: .engine, streak: 0...0)
    }

    @Test("D-34: a restart is starting for the engine; for the agent at most a failure or two")
    func restart() throws {
        let scene = try Scene("restart")
        try Docker.ask("restart", "-t", "0", scene.container.name)
        #expect(try scene.container.engineHealth() == Health(status: "starting", failingStreak: 0))
        #expect(try scene.agent.health().status != "starting")
        try scene.expect("healthy", of: .engine, streak: 0...0) { _ in
            ((try? scene.agent.health().status) ?? "") != "starting"
        }
        try scene.expect("healthy", of: .agent, streak: 0...0)
    }

    private enum Witness { case engine, agent }

    /// A healthy Redis in a container, which both have seen healthy.
    private final class Scene {
        let container: Container
        let agent: HostAgent

        init(_ word: String) throws {
            let port = try FreePort.make()
            container = try Container(
                "life-\(word)", Docker.redis,
                [
                    "-p", "127.0.0.1:\(port):6379", "--health-cmd", "waitfor check -t 500ms 127.0.0.1:6379",
                    "--health-interval", "1s", "--health-timeout", "2s", "--health-retries", "2",
                ])
            agent = try HostAgent([
                "-i", "1s", "--jitter", "0", "-t", "500ms", "--retries", "2",
                "cache=redis://127.0.0.1:\(port)",
            ])
            try expect("healthy", of: .engine, streak: 0...0)
            try expect("healthy", of: .agent, streak: 0...0)
        }

        func logLength() throws -> Int {
            Int(try container.inspect("{{len .State.Health.Log}}")) ?? -1
        }

        /// Waits for a state, and looks at every state on the way.
        func expect<Streak: RangeExpression<Int>>(
            _ status: String, of witness: Witness, streak: Streak,
            sourceLocation: SourceLocation = #_sourceLocation,
            while holds: (Health) -> Bool = { _ in true }
        ) throws {
            var seen: [Health] = []
            let came = try eventually(within: 30, every: 0.05) {
                let health = witness == .engine ? try container.engineHealth() : try agent.health()
                if seen.last != health { seen.append(health) }
                return health.status == status && streak.contains(health.failingStreak)
            }
            #expect(came && seen.allSatisfy(holds), "\(witness): \(seen)", sourceLocation: sourceLocation)
        }

        /// What the engine's events say of the container while `body` runs.
        func events(_ body: () throws -> Void) throws -> [String] {
            let events = try Program(
                Docker.client,
                ["events", "--filter", "container=\(container.name)", "--format", "{{.Action}}"],
                environment: Docker.environment
            ).start()
            try body()
            _ = eventually(within: 5) { events.standardOutput.contains("health_status") }
            events.stop()
            return events.standardOutput.split(separator: "\n").map(String.init)
        }
    }
}
