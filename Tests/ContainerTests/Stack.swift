import TestSupport
import Testing

/// A stack of Configs/compose, the reference stack unless another is asked for, under a name and on ports of its own; all of it goes with the object.
final class Stack {
    let name: String
    let gateway: HTTPPlace
    let agent: HTTPPlace
    /// Where the ports of the machine are, by the variable that says so.
    let ports: [String: UInt16]
    private let files: [String]
    private let environment: [String: String]

    /// - Parameter overrides: the files that are merged into the stack's own.
    init(_ word: String, _ overrides: [String] = [], file: String = "compose.yaml") throws {
        let name = Docker.name(word)
        let variables = [
            "GATEWAY_ADDRESS", "AGENT_ADDRESS", "PROMETHEUS_ADDRESS", "DATABASE_ADDRESS", "CACHE_ADDRESS",
        ]
        let ports = try Dictionary(uniqueKeysWithValues: variables.map { ($0, try FreePort.make()) })
        self.name = name
        self.ports = ports
        gateway = .port(ports["GATEWAY_ADDRESS"] ?? 0)
        agent = .port(ports["AGENT_ADDRESS"] ?? 0)
        files = ([file] + overrides).flatMap { ["-f", $0] }
        environment = Docker.environment
            .merging(ports.mapValues { "127.0.0.1:\($0)" }) { $1 }
            .merging(
                [
                    // Compose 1.29 would have a client build that has no builder.
                    "COMPOSE_PROJECT_NAME": name, "COMPOSE_DOCKER_CLI_BUILD": "0",
                    "POSTGRES_IMAGE": Docker.variable("POSTGRES_IMAGE"),
                    "REDIS_IMAGE": Docker.variable("REDIS_IMAGE"),
                    "NGINX_IMAGE": Docker.variable("NGINX_IMAGE"),
                    "PROMETHEUS_IMAGE": Docker.variable("PROMETHEUS_IMAGE"), "WAITFOR_IMAGE": Docker.waitfor,
                ]
            ) { $1 }
    }

    deinit {
        _ = try? run(["--profile", "monitoring", "down", "-v", "--remove-orphans", "-t", "1"], within: 60)
        _ = try? Docker.run(["image", "rm"] + ["postgres", "redis", "nginx"].map { "\(name)-\($0)" })
    }

    /// Runs Compose in Configs/compose.
    func run(_ arguments: [String], within seconds: Double = 180) throws -> Finished {
        let words = files + arguments
        // Compose reads .env, and finds the paths of a file, where it runs.
        let program = Program(
            "sh",
            ["-c", "cd \"$0\" && exec \"$@\"", "\(Docker.project)/Configs/compose"] + Docker.compose + words,
            environment: environment)
        return try program.run(within: seconds)
    }

    /// What Compose says; an error if it fails.
    @discardableResult
    func ask(_ arguments: String..., within seconds: Double = 180) throws -> String {
        let finished = try run(arguments, within: seconds)
        guard finished.exitCode == 0 else {
            throw EngineFailure("compose \(arguments.joined(separator: " ")): \(finished)\n\(logs)")
        }
        return finished.trimmedOutput
    }

    /// Starts all of it, as the head of compose.yaml says, and waits with its own gate.
    func up() throws {
        try ask("up", "--build", "-d", within: 240)
        try ask("run", "--rm", "ready")
    }

    /// Runs a program in the first container of a service.
    func exec(_ service: String, _ arguments: String...) throws -> Finished {
        try run(["exec", "-T", service] + arguments, within: 30)
    }

    /// The containers of a service.
    func containers(_ service: String) throws -> [String] {
        try ask("ps", "-q", service).split(separator: "\n").map(String.init)
    }

    /// One field of `docker inspect` of the first container of a service.
    func inspect(_ service: String, _ template: String) throws -> String {
        let all = try containers(service)
        return try Docker.ask(["inspect", "-f", template, try #require(all.first, "\(service) does not run")])
    }

    /// Waits until the engine calls a service healthy.
    func expectHealthy(
        _ service: String, within seconds: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let came = try eventually(within: seconds, every: 0.3) {
            try inspect(service, "{{.State.Health.Status}}") == "healthy"
        }
        #expect(came, "\(service) is not healthy\n\(logs)", sourceLocation: sourceLocation)
    }

    /// The last lines of every service.
    var logs: String { (try? run(["logs", "--no-color", "--tail", "15"]))?.output ?? "" }

    /// Puts a name into the queue.
    func login(_ name: String) throws {
        #expect(try exec("cache", "redis-cli", "LPUSH", "logins", name).exitCode == 0)
    }

    /// Waits until the page that `auth` serves, behind the gateway, has a text: the queue, the worker, the database,
    /// the shared volume and both web servers have worked then.
    func expectPage(
        toHave text: String, within seconds: Double = 30, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var page = ""
        let came = eventually(within: seconds, every: 0.2) {
            page = (try? gateway.get("/sessions/").body) ?? page
            return page.contains(text)
        }
        #expect(came, "\(text) is not in \(page)\n\(logs)", sourceLocation: sourceLocation)
    }

    /// Waits for the agent's verdict.
    func expectReady(
        _ status: Int, within seconds: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var said = 0
        let came = eventually(within: seconds, every: 0.2) {
            said = (try? agent.get("/readyz").status) ?? said
            return said == status
        }
        #expect(came, "/readyz is \(said)\n\(logs)", sourceLocation: sourceLocation)
    }
}
