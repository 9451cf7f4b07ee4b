import Glibc
import TestSupport
import Testing

/// A public stack on the engine, every service of it a stand-in that becomes its server when it is let; by Compose's own
/// order, or all at once with a gate before each service that depends on another. All of it goes with the object.
final class OrderedStack {
    /// Who keeps the order: Compose, or our gates where Compose or Swarm starts all at once.
    enum Keeper: String {
        case compose, gates, swarm
    }

    private let stack: PublicStack
    private let keeper: Keeper
    private let name: String
    private let directory: TemporaryDirectory
    private var deployed: DeployedStack?

    private var isGated: Bool { keeper != .compose }

    init(_ stack: PublicStack, by keeper: Keeper) throws {
        (self.stack, self.keeper) = (stack, keeper)
        name = Docker.name("\(stack.name)-\(keeper.rawValue)")
        directory = try TemporaryDirectory()
        let secrets = [
            "BB_REDIS_PASSWORD", "DB_PASSWORD", "DB_ROOT_PASSWORD", "REDIS_PASSWORD",
            "SERVICE_PASSWORD_64_CLICKHOUSE",
            "SERVICE_PASSWORD_MYSQL", "SERVICE_PASSWORD_POSTGRES", "SERVICE_PASSWORD_POSTGRESQL",
            "SERVICE_PASSWORD_REDIS", "SERVICE_PASSWORD_ROOT", "SERVICE_PASSWORD_UI",
        ]
        let names = [
            "DB_DATABASE", "DB_USER", "DB_USERNAME", "SERVICE_USER_CLICKHOUSE", "SERVICE_USER_MYSQL",
            "SERVICE_USER_POSTGRES", "SERVICE_USER_POSTGRESQL",
        ]
        try directory.write(
            ".env", (secrets.map { "\($0)=hunter2\n" } + names.map { "\($0)=app\n" }).joined())
        try directory.write("compose.yaml", readText("\(Docker.project)/Tests/stacks/\(stack.name).yaml"))
        try directory.write(
            "stand-ins.yaml", "services:\n" + stack.servers.map { service($0.key, $0.value) }.joined())
    }

    deinit {
        // Before the directory goes that its containers have mounted.
        deployed = nil
        if keeper != .swarm { _ = try? compose("down", "-v", "-t", "0").run(within: 60) }
    }

    /// What takes the place of a service. Its check is asked as it is written, only more often. Swarm gives it no virtual
    /// address, for which some kernels lack IPVS.
    private func service(_ service: String, _ server: String) -> String {
        // Who starts at once depends on nobody.
        let isDependent = !stack.order[0].value.split(separator: " ").contains { $0 == service }
        let gate =
            isGated && isDependent
            ? #""/waitfor", "-t", "10m", "-f", "/stack/compose.yaml", "--service", "\#(service)", "--", "#
            : ""
        return """
              \(service):
                image: \(Docker.variable("E2E_SERVICE"))
                build: !reset null
                entrypoint: [\(gate)"service-entrypoint", "\(service)", "\(server)"]
                healthcheck: {interval: 500ms, start_period: 0s, retries: 10000}
                ports: !reset []
                volumes: !override ["\(directory.path):/stack", "\(Program.waitfor):/waitfor:ro"]
            \(server == "postgres" ? "    environment: {POSTGRES_PASSWORD: hunter2}\n" : "")\
            \(isGated ? "    depends_on: !reset {}\n" : "")\
            \(keeper == .swarm ? "    deploy: {endpoint_mode: dnsrr}\n" : "")
            """
    }

    private func compose(_ arguments: String...) -> Program {
        let files = ["compose.yaml", "stand-ins.yaml"].flatMap { ["-f", directory.file($0)] }
        return Program(
            Docker.compose[0], Docker.compose.dropFirst() + ["-p", name] + files + arguments,
            environment: Docker.environment)
    }

    /// Hands the stack to Swarm as Compose reads it, but for the project's name, which Swarm refuses in a file.
    private func deploy() throws {
        let resolved = try compose("config").run(within: 60)
        try resolved.expectSuccess()
        let lines = resolved.output.split(separator: "\n", omittingEmptySubsequences: false)
        let file = directory.file("stack-file.yaml")
        try directory.write(
            "stack-file.yaml", lines.drop { $0.hasPrefix("name:") }.joined(separator: "\n"))
        deployed = try DeployedStack(name, file, Docker.environment)
    }

    /// How often the program of a service has started.
    private func starts(_ service: String) -> Int {
        readText(directory.file("\(service).started")).count(of: "started")
    }

    private func started() -> Set<String> {
        Set(stack.servers.map(\.key).filter { starts($0) > 0 })
    }

    /// Lets a service become its server.
    private func release(_ service: String) throws {
        try directory.write("\(service).released", "")
    }

    /// Who started when, as `PublicStack.order` has it.
    func order() throws -> [String] {
        var up: RunningProgram?
        if keeper == .swarm { try deploy() } else { up = try compose("up", "-d").start() }
        var seen: Set<String> = []
        var order: [String] = []
        for (released, expected) in (isGated ? stack.gatedOrder : nil) ?? stack.order {
            if !released.isEmpty { try release(released) }
            let expected = seen.union(expected.split(separator: " ").map(String.init))
            let came = eventually(within: 120, every: 0.1) { expected.isSubset(of: started()) }
            // Who does not wait for what it has to starts within this time.
            _ = eventually(within: 1, every: 0.1) { !started().isSubset(of: expected) }
            let now = started()
            order.append("\(released): \(now.subtracting(seen).sorted().joined(separator: " "))")
            seen = now
            if !came { break }
        }
        if let finished = try up?.finish(within: 60) { #expect(finished.exitCode == 0, "\(finished)") }
        return order
    }

    /// Kills a dependency: nobody is restarted, and a dependent that is restarted alone waits again.
    func restart() throws {
        let edge = try #require(stack.edge)
        let before = try runs()
        #expect(unlink(directory.file("\(edge.dependency).released")) == 0)
        try compose("kill", edge.dependency).run(within: 60).expectSuccess()
        try compose("start", edge.dependency).run(within: 60).expectSuccess()
        try compose("restart", "--no-deps", "-t", "0", edge.dependent).run(within: 60).expectSuccess()
        let waits = eventually(within: 20, every: 0.2) { said(edge.dependent).count(of: "not ready") > 0 }
        #expect(waits, "\(said(edge.dependent))")
        let isEarly = eventually(within: 2, every: 0.1) { starts(edge.dependent) > 1 }
        #expect(!isEarly, "\(edge.dependent) did not wait for \(edge.dependency)")
        try release(edge.dependency)
        let comes = eventually(within: 120, every: 0.1) { starts(edge.dependent) == 2 }
        #expect(comes, "\(edge.dependent) does not come back: \(said(edge.dependent))")
        let after = try runs()
        for service in stack.servers.map(\.key) where service != edge.dependency && service != edge.dependent
        {
            #expect(after[service] == before[service] && before[service] != nil, "\(service) was restarted")
            #expect(starts(service) == 1)
        }
    }

    /// When each container was started.
    private func runs() throws -> [String: String] {
        let containers = try compose("ps", "-aq").run().trimmedOutput.split(separator: "\n").map(String.init)
        let format =
            #"{{index .Config.Labels "com.docker.compose.service"}} {{.State.StartedAt}} {{.RestartCount}}"#
        let lines = try Docker.ask(["inspect", "-f", format] + containers).split(separator: "\n")
        return Dictionary(
            uniqueKeysWithValues: lines.map {
                let words = $0.split(separator: " ", maxSplits: 1)
                return (String(words[0]), String(words[1]))
            })
    }

    /// The last lines of a service.
    private func said(_ service: String) -> String {
        (try? compose("logs", "--no-color", "--tail", "10", service).run())?.output ?? ""
    }
}

extension Finished {
    fileprivate func expectSuccess() throws {
        guard exitCode == 0 else { throw EngineFailure("\(self)") }
    }
}
