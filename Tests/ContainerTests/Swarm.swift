import TestSupport
import Testing

/// The engine as a swarm of one node; it leaves the swarm with the object if the object made it.
final class Swarm {
    private let isOurs: Bool

    init() throws {
        isOurs = try Docker.ask("info", "-f", "{{.Swarm.LocalNodeState}}") != "active"
        guard isOurs else { return }
        try Docker.ask(
            "swarm", "init", "--advertise-addr", "127.0.0.1", "--default-addr-pool", "198.18.128.0/17",
            "--default-addr-pool-mask-length", "24")
    }

    deinit {
        if isOurs { _ = try? Docker.run(["swarm", "leave", "--force"]) }
    }

    /// The containers of the tasks of a service that run.
    func containers(_ service: String) throws -> [String] {
        try Docker.ask("ps", "-q", "--no-trunc", "--filter", "label=com.docker.swarm.service.name=\(service)")
            .split(separator: "\n").map(String.init)
    }

    /// All tasks of a service that there have been, for a person.
    func history(_ service: String) -> String {
        let format = "{{.Name}} {{.DesiredState}} {{.CurrentState}} {{.Error}}"
        let tasks = try? Docker.run(["service", "ps", "--no-trunc", "--format", format, service])
        let logs = try? Docker.run(["service", "logs", "--tail", "20", service])
        return "\(tasks?.output ?? "")\(logs?.output ?? "")\(logs?.errors ?? "")"
    }

    /// Removes services and waits until nothing of them runs.
    func remove(_ services: [String]) {
        _ = try? Docker.run(["service", "rm"] + services)
        _ = eventually(within: 60, every: 0.5) {
            services.allSatisfy { ((try? containers($0)) ?? []).isEmpty }
        }
    }
}

/// The stack of Configs/swarm under a name and on a port of its own; all of it goes with the object.
final class SwarmStack {
    let swarm: Swarm
    let name: String
    let gateway: HTTPPlace

    init(_ swarm: Swarm, _ word: String) throws {
        self.swarm = swarm
        name = Docker.name(word)
        let port = try FreePort.make()
        gateway = .port(port)
        let environment = Docker.environment.merging([
            "POSTGRES_WITH_WAITFOR": Docker.postgres, "REDIS_WITH_WAITFOR": Docker.redis,
            "NGINX_WITH_WAITFOR": Docker.web, "WAITFOR_IMAGE": Docker.waitfor, "GATEWAY_PORT": "\(port)",
        ]) { $1 }
        let finished = try Program.run(
            "docker",
            [
                "stack", "deploy", "-c", "\(Docker.project)/Configs/swarm/stack.yaml", "--resolve-image",
                "never", name,
            ], environment: environment, within: 60)
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
        _ = try? Docker.run(["volume", "rm"] + volumes.split(separator: "\n").map(String.init))
    }

    /// The name that Swarm knows a service by.
    func service(_ word: String) -> String { "\(name)_\(word)" }

    /// The one container of a service.
    func container(_ word: String) throws -> String {
        let all = try swarm.containers(service(word))
        guard let first = all.first, all.count == 1 else {
            throw EngineFailure("\(word) runs in \(all.count) containers: \(swarm.history(service(word)))")
        }
        return first
    }

    /// Whether the agent says that all is ready.
    func isReady() throws -> Bool {
        guard let agent = try swarm.containers(service("agent")).first else { return false }
        return try Docker.run(["exec", agent, "/waitfor", "check", "--agent"]).exitCode == 0
    }

    /// Waits for the agent's verdict.
    func expectReady(
        _ isReady: Bool, within seconds: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let came = try eventually(within: seconds, every: 0.5) { try self.isReady() == isReady }
        let story =
            came ? "" : ["agent", "database", "worker", "auth"].map { swarm.history(service($0)) }.joined()
        #expect(
            came, "not \(isReady ? "ready" : "noticed") within \(seconds) s:\n\(story)",
            sourceLocation: sourceLocation)
    }
}
