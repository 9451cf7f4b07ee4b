import Glibc
import TestSupport
import Testing

/// A service of Compose that is no container: `provider: {type: waitfor}`, for a server outside of the project.
final class ComposeProviderTests {
    private let directory: TemporaryDirectory
    private let name: String

    init() throws {
        directory = try TemporaryDirectory()
        // Each test has a project of its own.
        name = Docker.name("provider-\(UInt32.random(in: 0 ..< .max))")
        #expect(mkdir(directory.file("bin"), 0o755) == 0)
    }

    deinit {
        _ = try? compose(1, "down", "-t", "1").run(within: 60)
    }

    /// Compose with the recipe, for a database at this port.
    private func compose(_ port: UInt16, plugins: Bool = false, _ arguments: String...) -> Program {
        var environment = Docker.environment
        environment["PATH"] = "\(directory.file("bin")):\(environment["PATH"] ?? "")"
        if plugins { environment["DOCKER_CONFIG"] = directory.file("config") }
        environment["REDIS_IMAGE"] = Docker.variable("REDIS_IMAGE")
        environment["SHOP_DATABASE"] = "redis://127.0.0.1:\(port)"
        // These are of other runs: the lines that Compose reads have one form, and the timeout is the file's.
        environment["WAITFOR_LOG"] = "json"
        environment["WAITFOR_GATE_TIMEOUT"] = "1ms"
        let words = ["-p", name, "-f", "\(Docker.project)/Configs/compose/provider.yaml"] + arguments
        return Program(Docker.compose[0], Docker.compose.dropFirst() + words, environment: environment)
    }

    /// Compose looks for `docker-waitfor` among the client's plugins first, and then for `waitfor` in PATH.
    private func install(asPlugin isPlugin: Bool) throws {
        guard isPlugin else {
            #expect(symlink(Program.waitfor, directory.file("bin/waitfor")) == 0)
            return
        }
        let config = Docker.environment["DOCKER_CONFIG"] ?? "\(Docker.environment["HOME"] ?? "")/.docker"
        let copied = try Program.run(
            "/bin/sh",
            [
                "-c",
                "mkdir -p \"$2\" && { [ ! -d \"$1\" ] || cp -R \"$1/.\" \"$2\"; } && mkdir -p \"$2/cli-plugins\"",
                "sh", config, directory.file("config"),
            ])
        try #require(copied.exitCode == 0, "\(copied)")
        #expect(symlink(Program.waitfor, directory.file("config/cli-plugins/docker-waitfor")) == 0)
    }

    @Test(
        "docker compose up starts the app when the server is ready, which learns its address and keeps its own URL",
        arguments: [false, true])
    func up(isPlugin: Bool) throws {
        try install(asPlugin: isPlugin)
        let redis = try RedisServer()
        let up = try compose(redis.port, plugins: isPlugin, "up", "-d").start()
        // Compose shows what the provider says.
        let isTold = eventually(within: 30, every: 0.1) {
            (up.standardOutput + up.standardError).contains("database")
        }
        #expect(isTold, "\(up.standardOutput) \(up.standardError)")
        #expect(up.finished == nil, "\(up.standardError)")
        #expect(try compose(redis.port, "ps", "-q", "app").run().trimmedOutput.isEmpty)
        try redis.start()
        let finished = try up.finish(within: 60)
        #expect(finished.exitCode == 0, "\(finished)")
        let app = try compose(redis.port, "ps", "-q", "app").run().trimmedOutput
        let environment = try Docker.ask("inspect", "-f", "{{json .Config.Env}}", app)
        #expect(environment.contains("\"DATABASE_READY_ADDRESS=127.0.0.1:\(redis.port)\""), "\(environment)")
        #expect(environment.contains("\"DATABASE_URL=redis://127.0.0.1:\(redis.port)\""), "\(environment)")
        let down = try compose(redis.port, plugins: isPlugin, "down", "-t", "1").run(within: 60)
        #expect(down.exitCode == 0, "\(down)")
    }

    @Test("docker compose up fails with our story when the server is not ready, and starts nothing")
    func notReady() throws {
        try install(asPlugin: false)
        let redis = try RedisServer()
        let impatient = try directory.write(
            "impatient.yaml",
            """
            services:
              database:
                provider: {options: {timeout: 1s, target_env: SHOP_DATABASE}}

            """)
        let finished = try compose(redis.port, "-f", impatient, "up", "-d").run(within: 60)
        #expect(finished.exitCode != 0, "\(finished)")
        let said = finished.output + finished.errors
        #expect(said.contains("timed out after") && said.contains("connection refused"), "\(said)")
        #expect(try compose(redis.port, "ps", "-q", "-a", "app").run().trimmedOutput.isEmpty)
    }
}
