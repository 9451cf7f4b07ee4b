import Glibc
import TestSupport
import Testing

/// A Compose file as `waitfor lint` sees it, and as the engine runs it, with a Redis in every service that names
/// `$IMAGE`. All of it goes with the object.
final class LintedStack {
    private let name: String
    private let directory: TemporaryDirectory
    private let file: String

    init(_ word: String, _ text: String) throws {
        name = Docker.name("lint-\(word)")
        directory = try TemporaryDirectory()
        // Quoted: a variable has braces, which a flow of YAML takes for its own.
        let image = "\"${REDIS_IMAGE:-redis:7}\""
        file = try directory.write(
            "compose.yaml",
            text.split(separator: "$IMAGE", omittingEmptySubsequences: false).joined(separator: image))
    }

    deinit {
        _ = try? compose("down", "-v", "-t", "0").run(within: 60)
    }

    /// Expects a rule among the findings, with the services that have it.
    func expectFinding(
        _ rule: String, of services: Set<String>, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let run = try Program.run(Program.waitfor, ["lint", file])
        var found: Set<String> = []
        for line in run.output.split(separator: "\n") where line.contains(": \(rule): ") {
            let words = line.split(separator: ": ", maxSplits: 3)
            if words.count > 2 { found.insert(String(words[2])) }
        }
        #expect(found == services, "\(run)", sourceLocation: sourceLocation)
    }

    /// Compose with the file.
    func compose(_ arguments: String...) -> Program {
        Program(
            Docker.compose[0], Docker.compose.dropFirst() + ["-p", name, "-f", file] + arguments,
            environment: environment)
    }

    /// The file as a stack of Swarm; taken away with the result.
    func deploy() throws -> DeployedStack { try DeployedStack(name, file, environment) }

    private var environment: [String: String] {
        Docker.environment.merging(["REDIS_IMAGE": Docker.variable("REDIS_IMAGE")]) { $1 }
    }

    /// Starts all of it.
    func up() throws {
        let finished = try compose("up", "-d").run(within: 60)
        guard finished.exitCode == 0 else { throw EngineFailure("\(finished)") }
    }

    /// One field of `docker inspect` of the container of a service.
    func inspect(_ service: String, _ template: String) throws -> String {
        let container = try compose("ps", "-a", "-q", service).run().trimmedOutput
        return try Docker.ask("inspect", "-f", template, container)
    }

    /// What the engine says of the health of a service: `starting`, and after how many failures in a row.
    func health(_ service: String) throws -> String {
        try inspect(service, "{{.State.Health.Status}} {{.State.Health.FailingStreak}}")
    }

    /// Waits until the engine says this of a service.
    func expectHealth(
        _ service: String, _ health: String, within seconds: Double = 30,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var seen: [String] = []
        let came = try eventually(within: seconds, every: 0.1) {
            let now = try self.health(service)
            if seen.last != now { seen.append(now) }
            return now == health
        }
        #expect(came, "\(service): \(seen), not \(health)", sourceLocation: sourceLocation)
    }
}
