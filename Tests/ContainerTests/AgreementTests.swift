import TestSupport
import Testing

/// The engine's HEALTHCHECK and our agent, side by side on one server: they agree as long as the container runs.
struct AgreementTests {
    private static let interval = 3.0

    @Test("the agent's states, streaks and their times are those of the engine while a container runs")
    func agreement() throws {
        let scene = try Scene()
        // Late: a failure in the start period, which is not counted, and then one or two that are.
        try scene.watch(until: "failures are counted", within: 30) { $0.failingStreak >= 1 }
        try scene.startServer()
        try scene.watch(until: "healthy", within: 20) { $0 == Health(status: "healthy", failingStreak: 0) }
        try scene.supervise("kill -STOP $(pidof redis-server)")
        try scene.watch(until: "unhealthy", within: 40) { $0.status == "unhealthy" && $0.failingStreak >= 4 }
        try scene.supervise("kill -CONT $(pidof redis-server)")
        try scene.watch(until: "healthy", within: 20) { $0.status == "healthy" }
        try scene.supervise("kill $(pidof redis-server)")
        try scene.watch(until: "unhealthy", within: 40) { $0.status == "unhealthy" }
        try scene.startServer()
        try scene.watch(until: "healthy", within: 20) { $0.status == "healthy" }

        #expect(scene.engine.healths == scene.agent.healths, "\(scene.table)")
        #expect(scene.engine.healths.count >= 11, "\(scene.table)")
        for (engine, agent) in zip(scene.engine.steps, scene.agent.steps) {
            #expect(abs(engine.at - agent.at) <= AgreementTests.interval, "\(engine.health): \(scene.table)")
        }
    }

    /// A container whose first process only keeps it there, and an agent outside that watches its server.
    private final class Scene {
        let container: Container
        let host: HostAgent
        var engine = Course()
        var agent = Course()

        init() throws {
            let port = try FreePort.make()
            // With a start period the engine of today asks every start interval, the one of yesterday every
            // interval: here they are the same.
            let version = try Docker.ask("version", "--format", "{{.Server.APIVersion}}").split(
                separator: ".")
            let isNew = (version.last.flatMap { Int($0) } ?? 0) >= 44
            // Both ask at 3s and at 6s: the start period ends with a wait, because we shorten one that goes beyond
            // it, and released engines do not (D-14).
            container = try Container(
                "agreement", Docker.redis,
                [
                    "-p", "127.0.0.1:\(port):6379", "--health-cmd", "waitfor check -t 500ms 127.0.0.1:6379",
                    "--health-interval", "3s", "--health-timeout", "2s", "--health-retries", "3",
                    "--health-start-period", "6s",
                ] + (isNew ? ["--health-start-interval", "3s"] : []),
                command: ["sh", "-c", "while :; do sleep 0.2; done"])
            host = try HostAgent([
                "-i", "3s", "--initial-delay", "3s", "--start-interval", "3s", "--start-period", "6s",
                "--retries", "3",
                "--jitter", "0", "-t", "500ms", "cache=redis://127.0.0.1:\(port)",
            ])
        }

        /// Looks at both until they agree on such a state and neither will ask again in the next moment.
        func watch(until name: String, within seconds: Double, _ isThere: (Health) -> Bool) throws {
            let came = try eventually(within: seconds, every: 0.05) {
                engine.note(try container.engineHealth())
                agent.note(try host.health())
                guard let ours = agent.steps.last, let theirs = engine.steps.last else { return false }
                let isFresh = Monotonic.seconds() - min(ours.at, theirs.at) < AgreementTests.interval - 1
                return ours.health == theirs.health && isThere(ours.health) && isFresh
            }
            guard came else { throw EngineFailure("never both \(name):\n\(table)") }
        }

        func startServer() throws {
            try supervise("redis-server --protected-mode no --save '' >/dev/null 2>&1 &")
        }

        func supervise(_ command: String) throws {
            let finished = try container.exec("sh", "-c", command)
            guard finished.exitCode == 0 else { throw EngineFailure("\(command): \(finished)") }
        }

        /// Both courses, for a person.
        var table: String {
            let start = (engine.steps + agent.steps).map(\.at).min() ?? 0
            return [("engine", engine), ("agent", agent)].map { name, course in
                name + ": "
                    + course.steps.map { "\($0.health) at \((($0.at - start) * 10).rounded() / 10)" }
                    .joined(separator: ", ")
            }.joined(separator: "\n")
        }
    }
}
