import TestSupport
import Testing

/// The stack that most people have, by its own file: PostgreSQL with `pg_isready`, Redis with `redis-cli ping`.
struct ClassicStackTests {
    @Test(
        "The classic stack is gated, checked, watched, shown and converted, and what is converted gates the same"
    )
    func classic() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("compose.yaml", readText("\(Project.path)/Tests/stacks/classic.yaml"))
        try directory.write(".env", "DB_USER=app\nDB_PASSWORD=\(MarkedSecret.plain.text)\n")
        let app = ["-f", path, "--service", "app"]
        try Namespace(hosts: "127.0.0.1 localhost db redis app\n").run {
            let gate = try Program(Program.waitfor, ["-t", "60"] + app + ["--", "echo", "in"]).start()
            let strict = try Program(
                Program.waitfor, ["-t", "60", "--strict-started"] + app + ["--", "echo", "in"]
            ).start()
            #expect(gate.waitUntil(within: 10) { $0.standardError.contains("db: not ready: refused") })
            #expect(strict.waitUntil(within: 10) { $0.standardError.contains("redis: not ready: refused") })
            // Its name is all that is asked of what is only started.
            #expect(gate.waitUntil(within: 10) { $0.standardError.contains("redis: ready") })
            let postgres = try PostgresServer(port: 5432)
            try postgres.start()
            #expect(try gate.finish().output == "in\n")
            let redis = try RedisServer(port: 6379)
            try redis.start()
            #expect(try strict.finish().output == "in\n")

            let text = try Program.run(Program.waitfor, ["config", "convert"] + app)
            #expect(
                text.exitCode == 0 && text.errors.isEmpty && text.output.contains("user: ${DB_USER}\n"),
                "\(text)")
            let converted = try directory.write("web.yaml", text.output)
            let needs = Program.minimalEnvironment.merging(["DB_USER": "app"]) { $1 }
            for words in [
                ["check"] + app, ["check", "-f", path, "--service", "worker"], ["config", "show"] + app,
                ["config", "check", converted], ["check", "-c", converted], ["-c", converted, "--", "true"],
            ] {
                let run = try Program.run(Program.waitfor, words, environment: needs)
                #expect(run.exitCode == 0 && MarkedSecret.plain.shown(by: run) == [], "\(words): \(run)")
            }
            let bare = try Program.run(Program.waitfor, ["check", "-c", converted])
            #expect(bare.exitCode == 125 && bare.errors.contains("DB_USER is not set"), "\(bare)")
            let port = try FreePort.make()
            let agent = try Program(
                Program.waitfor, ["agent", "--listen", "127.0.0.1:\(port)"] + app
            ).start()
            #expect(eventually(within: 10) { (try? HTTPPlace.port(port).get("/readyz").status) == 200 })
            agent.stop()
        }
    }
}
