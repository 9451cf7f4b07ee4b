import TestSupport
import Testing

/// The engine as the swarm of one node that `./dev e2e` makes of it.
enum Swarm {
    /// The containers of the tasks of a service that run.
    static func containers(_ service: String) throws -> [String] {
        try containers(service, ["running", "paused"])
    }

    /// The containers of a service in which a program ever ran. A task whose container the engine could not start
    /// is not among them; Swarm makes another one (moby 48783: "device or resource busy" at a secret's mount).
    static func everStarted(_ service: String) throws -> [String] {
        try containers(service, ["running", "paused", "exited", "dead"])
    }

    private static func containers(_ service: String, _ states: [String]) throws -> [String] {
        let filters = ["label=com.docker.swarm.service.name=\(service)"] + states.map { "status=\($0)" }
        return try Docker.ask(["ps", "-aq", "--no-trunc"] + filters.flatMap { ["--filter", $0] })
            .split(separator: "\n").map(String.init)
    }

    /// All tasks of a service that there have been, for a person.
    static func history(_ service: String) -> String {
        let format = "{{.Name}} {{.DesiredState}} {{.CurrentState}} {{.Error}}"
        let tasks = try? Docker.run(["service", "ps", "--no-trunc", "--format", format, service])
        let logs = try? Docker.run(["service", "logs", "--tail", "20", service])
        return "\(tasks?.output ?? "")\(logs?.output ?? "")\(logs?.errors ?? "")"
    }

    /// Removes services and waits until nothing of them runs.
    static func remove(_ services: [String]) {
        _ = try? Docker.run(["service", "rm"] + services)
        _ = eventually(within: 60, every: 0.5) {
            services.allSatisfy { ((try? containers($0)) ?? []).isEmpty }
        }
    }
}

/// A stack that was handed to Swarm; all of it goes with the object.
final class DeployedStack {
    let name: String

    init(_ name: String, _ file: String, _ environment: [String: String]) throws {
        self.name = name
        let finished = try Program.run(
            Docker.client, ["stack", "deploy", "-c", file, "--resolve-image", "never", name],
            environment: environment, within: 60)
        guard finished.exitCode == 0 else { throw EngineFailure("docker stack deploy: \(finished)") }
    }

    deinit {
        let label = "label=com.docker.stack.namespace=\(name)"
        _ = try? Docker.run(["stack", "rm", name])
        _ = eventually(within: 60, every: 0.5) {
            ["ps -aq", "network ls -q"].allSatisfy { listing in
                let words = listing.split(separator: " ").map(String.init)
                return (try? Docker.ask(words + ["--filter", label]))?.isEmpty == true
            }
        }
        let volumes = (try? Docker.ask("volume", "ls", "-q", "--filter", label)) ?? ""
        guard !volumes.isEmpty else { return }
        _ = try? Docker.run(["volume", "rm"] + volumes.split(separator: "\n").map(String.init))
    }

    /// The name that Swarm knows a service by.
    func service(_ word: String) -> String { "\(name)_\(word)" }

    /// What the tasks of a service have written.
    func said(_ word: String) throws -> String {
        try everStarted(word).map {
            let logs = try Docker.run(["logs", $0])
            return logs.output + logs.errors
        }.joined()
    }

    /// The containers of a service in which a program ever ran.
    func everStarted(_ word: String) throws -> [String] { try Swarm.everStarted(service(word)) }
}

/// The stack of Configs/swarm under a name and on a port of its own.
final class SwarmStack {
    let gateway: HTTPPlace
    private let deployed: DeployedStack

    init(_ word: String) throws {
        let port = try FreePort.make()
        gateway = .port(port)
        let environment = Docker.environment.merging([
            "POSTGRES_WITH_WAITFOR": Docker.postgres, "REDIS_WITH_WAITFOR": Docker.redis,
            "NGINX_WITH_WAITFOR": Docker.web, "WAITFOR_IMAGE": Docker.waitfor, "GATEWAY_PORT": "\(port)",
        ]) { $1 }
        deployed = try DeployedStack(
            Docker.name(word), "\(Docker.project)/Configs/swarm/stack.yaml", environment)
    }

    /// The name that Swarm knows a service by.
    func service(_ word: String) -> String { deployed.service(word) }

    /// The one container of a service.
    func container(_ word: String) throws -> String {
        let all = try Swarm.containers(service(word))
        guard let first = all.first, all.count == 1 else {
            throw EngineFailure("\(word) runs in \(all.count) containers: \(Swarm.history(service(word)))")
        }
        return first
    }

    /// Whether the agent says that all is ready.
    func isReady() throws -> Bool {
        guard let agent = try Swarm.containers(service("agent")).first else { return false }
        return try Docker.run(["exec", agent, "/waitfor", "check", "--agent"]).exitCode == 0
    }

    /// Waits for the agent's verdict.
    func expectReady(
        _ isReady: Bool, within seconds: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let came = try eventually(within: seconds, every: 0.5) { try self.isReady() == isReady }
        let story =
            came ? "" : ["agent", "database", "worker", "auth"].map { Swarm.history(service($0)) }.joined()
        #expect(
            came, "not \(isReady ? "ready" : "noticed") within \(seconds) s:\n\(story)",
            sourceLocation: sourceLocation)
    }
}
