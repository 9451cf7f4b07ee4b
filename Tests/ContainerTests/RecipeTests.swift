import TestSupport
import Testing

/// The recipes of the documents, taken from them.
struct RecipeTests {
    private static let recipes = Document("docs/recipes.md")

    /// The recipe whose Dockerfile begins with `base`, built on what stands for that here.
    private func image(from base: String, is substitute: String) throws -> BuiltImage {
        let found = RecipeTests.recipes.blocks("dockerfile").first { $0.lines.first == "FROM \(base)" }
        let recipe = try #require(found, "docs/recipes.md has no recipe for \(base)")
        let directory = try TemporaryDirectory()
        let lines = ["FROM \(substitute)"] + recipe.lines.dropFirst()
        try directory.write("Dockerfile", lines.map { "\($0)\n" }.joined())
        try directory.write(
            "waitfor.yaml",
            try #require(Document("README.md").blocks("yaml").first { $0.text.hasPrefix("# waitfor.yaml") })
                .text)
        return try BuiltImage(base.split(separator: ":")[0] + "-recipe", directory.path)
    }

    @Test("every Dockerfile and every block of commands of the documents is one of those that run here")
    func complete() throws {
        #expect(RecipeTests.recipes.blocks("dockerfile").count == 5)
        #expect(try Document.all().flatMap { $0.blocks("dockerfile") }.count == 5)
        // One is below, the other one in PodmanTests.
        #expect(try Document.all().flatMap { $0.blocks("console") }.count == 2)
    }

    @Test("pg_isready in an image that has nothing else: a name is resolved, and the server accepts")
    func isReady() throws {
        let image = try image(from: "scratch", is: "scratch")
        let network = try Network("isready")
        let database = try Container(
            "isready-db", Docker.postgres,
            ["--network", network.name, "--network-alias", "db", "-e", "POSTGRES_PASSWORD=secret"])
        let ask = { (host: String) in
            try Docker.run([
                "run", "--rm", "--network", network.name, "--entrypoint", "/usr/bin/pg_isready", image.name,
                "-h", host,
                "-U", "app",
            ])
        }
        var answer = try ask("db")
        _ = try eventually(within: 60, every: 0.5) {
            answer = try ask("db")
            return answer.exitCode == 0
        }
        #expect(answer.output == "db:5432 - accepting connections\n", "\(answer) \(database.said)")
        let missing = try ask("nowhere")
        #expect(missing.exitCode == 2 && missing.output == "nowhere:5432 - no response\n", "\(missing)")
    }

    @Test("HEALTHCHECK in an image: the database turns healthy, and not before it can be used")
    func healthcheck() throws {
        let image = try image(from: "postgres:16-alpine", is: Docker.variable("POSTGRES_IMAGE"))
        let database = try Container("recipe-health", image.name, ["-e", "POSTGRES_PASSWORD=secret"])
        #expect(try database.health == "starting")
        try database.expectHealth("healthy", within: 60)
        let answer = try database.exec("psql", "-h", "127.0.0.1", "-U", "postgres", "-Atc", "SELECT 7")
        #expect(answer.trimmedOutput == "7")
    }

    @Test("gate in an entrypoint, and an agent of its own: both see the database and the cache come")
    func gateAndAgent() throws {
        let gateImage = try image(from: "nginx:alpine", is: Docker.variable("NGINX_IMAGE"))
        let agentImage = try image(from: "waitfor:0.1.0", is: Docker.waitfor)
        let secrets = try TemporaryDirectory()
        try secrets.write("db_password", "secret\n")
        let network = try Network("recipe")
        let agent = try Container(
            "recipe-agent", agentImage.name,
            ["--network", network.name, "-v", "\(secrets.path):/run/secrets:ro"])
        let gate = try Container("recipe-gate", gateImage.name, ["--network", network.name])
        try gate.expectToSay("db: not ready: dns", within: 20)
        let cache = try Container(
            "recipe-cache", Docker.redis, ["--network", network.name, "--network-alias", "cache"])
        let database = try Container(
            "recipe-db", Docker.postgres,
            [
                "--network", network.name, "--network-alias", "db", "-e", "POSTGRES_PASSWORD=secret", "-e",
                "POSTGRES_USER=app",
                "-e", "POSTGRES_DB=app",
            ])
        try gate.expectToSay("db: ready", within: 60)
        let place = "http://\(try gate.address)"
        let serves = eventually(within: 10) {
            // `000` is curl's word for nobody.
            (try? Program.run("curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", place]))?.output
                == "200"
        }
        #expect(serves)
        #expect(try gate.inspect("{{.Path}}") == "waitfor")
        #expect(try gate.exec("cat", "/proc/1/comm").trimmedOutput == "nginx")
        let isReady = try eventually(within: 40, every: 0.3) {
            try agent.exec("/waitfor", "check", "--agent").exitCode == 0
        }
        #expect(isReady, "\(agent.said)")
        _ = (cache, database)
    }

    @Test("init, gate and agent of an image: it waits, serves, is healthy by itself, and stops orderly")
    func initOfImage() throws {
        let image = try image(from: "nginx:stable-alpine", is: Docker.variable("NGINX_IMAGE"))
        let network = try Network("recipe-run")
        let web = try Container("recipe-run", image.name, ["--network", network.name])
        try web.expectToSay("db: not ready: dns", within: 20)
        #expect(try web.exec("waitfor", "check", "--agent").exitCode == 1)
        let database = try Container(
            "recipe-run-db", Docker.postgres,
            ["--network", network.name, "--network-alias", "db", "-e", "POSTGRES_PASSWORD=secret"])
        try web.expectHealth("healthy", within: 60)
        #expect(try web.exec("cat", "/proc/1/comm").trimmedOutput == "waitfor")
        try Docker.ask("stop", web.name)
        #expect(try web.exitCode == 0, "\(web.said)")
        _ = database
    }

    @Test("a service restarts in its container when its database was lost and came back, and not before")
    func restart() throws {
        let stack = try Stack("restart", file: "restart.yaml")
        try stack.ask("up", "--build", "-d", within: 240)
        try stack.expectHealthy("web", within: 90)
        let id = try stack.containers("web")
        func starts() -> Int {
            ((try? stack.run(["logs", "web"]).output) ?? "").count(of: "nginx: started, process")
        }
        func expectVerdict(_ code: Int32) throws {
            let came = try eventually(within: 60, every: 0.3) {
                try stack.exec("web", "waitfor", "check", "--agent").exitCode == code
            }
            #expect(came, "\(stack.logs)")
        }
        #expect(starts() == 1)
        try stack.ask("kill", "db")
        try expectVerdict(1)
        // The command goes on: a back-off would be over.
        Monotonic.sleep(2)
        #expect(starts() == 1, "\(stack.logs)")
        try stack.ask("start", "db")
        try expectVerdict(0)
        #expect(eventually(within: 20) { starts() == 2 }, "\(stack.logs)")
        try expectVerdict(0)
        #expect(try stack.containers("web") == id)
        #expect(try stack.inspect("web", "{{.RestartCount}}") == "0")
    }

    @Test("the commands for Compose, typed as they stand")
    func compose() throws {
        let block = RecipeTests.recipes.blocks("console").first { $0.lines.first == "$ cd Configs/compose" }
        let commands = try #require(block).lines.map { String($0.dropFirst(2)) }
        try #require(commands.count >= 5)
        let stack = try Stack("typed")
        for command in commands.dropFirst() {
            let words = command.split(separator: " ").map(String.init)
            try #require(words.starts(with: ["docker", "compose"]))
            let finished = try stack.run(Array(words.dropFirst(2)), within: 240)
            // The agent asks every five seconds, and `ready` may have been quicker.
            guard words.last == "--agent" else {
                #expect(finished.exitCode == 0, "\(command): \(finished)")
                continue
            }
            let isReady = try eventually(within: 30, every: 0.3) {
                try stack.run(Array(words.dropFirst(2))).exitCode == 0
            }
            #expect(isReady, "\(command)\n\(stack.logs)")
        }
        #expect(try stack.containers("database").isEmpty)
    }
}

/// An image that goes with the object.
private final class BuiltImage {
    let name: String

    init(_ word: String, _ directory: String) throws {
        name = Docker.name(word)
        try Docker.ask(["build", "-q", "-t", name, directory], within: 120)
    }

    deinit {
        _ = try? Docker.run(["image", "rm", "-f", name])
    }
}
