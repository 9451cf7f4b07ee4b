import HealthCore
import TestSupport
import Testing

/// `waitfor compose`, as Compose calls a provider.
struct ComposeProviderTests {
    private func up(
        _ options: [String], _ environment: [String: String] = [:], service: String = "database"
    ) throws -> Finished {
        try Program.run(
            Program.waitfor, ["compose", "--project-name=shop", "up"] + options + [service],
            environment: Program.minimalEnvironment.merging(environment) { $1 })
    }

    /// The lines as Compose reads them: each is an object with one of four types.
    private func lines(
        of finished: Finished, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [(type: String, message: String)] {
        #expect(finished.errors.isEmpty, "\(finished)", sourceLocation: sourceLocation)
        return try finished.output.split(separator: "\n").map { line in
            let object = FlatJSON(line)
            let type = try #require(object["type"], "\(line)", sourceLocation: sourceLocation)
            #expect(
                ["info", "error", "debug", "setenv"].contains(type), "\(line)", sourceLocation: sourceLocation
            )
            return (type, try #require(object["message"], "\(line)", sourceLocation: sourceLocation))
        }
    }

    @Test("up waits for the target, tells what it sees, and ends with the address, whatever WAITFOR_… says")
    func ready() throws {
        let redis = try RedisServer(["loading-process-events-interval-bytes": "1024"])
        let target = "--target=redis://127.0.0.1:\(redis.port)"
        let program = Program(
            Program.waitfor, ["compose", "--project-name=shop", "up", target, "--timeout=20s", "database"],
            environment: Program.minimalEnvironment.merging([
                "WAITFOR_LOG": "json", "WAITFOR_GATE_TIMEOUT": "1ms", "WAITFOR_QUIET": "yes",
                "WAITFOR_TARGETS": "nobody:1",
            ]) { $1 })
        let running = try program.start()
        #expect(eventually(within: 10) { running.standardOutput.contains("refused") })
        try redis.start()
        let finished = try running.finish(within: 20)
        #expect(finished.exitCode == 0, "\(finished)")
        let lines = try lines(of: finished)
        #expect(
            lines.first?.message.hasPrefix("waiting up to 20s for database (Redis at") == true, "\(lines)")
        #expect(lines.dropLast().allSatisfy { $0.type == "info" }, "\(lines)")
        let isReady = lines.contains {
            $0.message.hasPrefix("database: ready") && $0.message.contains(" after ")
        }
        #expect(isReady, "\(lines)")
        #expect(
            lines.last ?? ("", "") == ("setenv", "READY_ADDRESS=127.0.0.1:\(redis.port)"), "\(lines)")
    }

    @Test("a target that is not ready ends in one error with its story, which is the last line")
    func notReady() throws {
        let finished = try up(["--target=127.0.0.1:\(FreePort.make())", "--timeout=300ms", "--interval=50ms"])
        #expect(finished.exitCode == 124, "\(finished)")
        let lines = try lines(of: finished)
        #expect(lines.count { $0.type == "error" } == 1 && lines.last?.type == "error", "\(lines)")
        let message = lines.last?.message ?? ""
        #expect(message.hasPrefix("timed out after ") && message.contains("; database: "), "\(message)")
        #expect(message.contains("refused"), "\(message)")
        #expect(!lines.contains { $0.type == "setenv" }, "\(lines)")
    }

    @Test("a permanent failure ends up at once where fail_fast asks for it")
    func failFast() throws {
        let finished = try up([
            "--target=127.0.0.1:\(FreePort.make())", "--fail_fast=refused", "--timeout=1m",
        ])
        #expect(finished.exitCode == 1, "\(finished)")
        #expect(try lines(of: finished).count { $0.type == "error" } == 1)
    }

    @Test(
        "a mistake in the options is one error, and names the option",
        arguments: [
            ([], "`target` or `target_env` is missing"),
            (["--target=db:5432", "--target_env=URL"], "one service, one target"),
            (["--target=db:5432", "--target=db:5433"], "one service, one target"),
            (["--target_env=NOWHERE"], "NOWHERE"),
            (["--target=db:5432", "--timout=1s"], "did you mean `timeout`?"),
            (["--target=db:5432", "--timeout=soon"], "--timeout"),
            (["--target=db:5432", "--setenv=all"], "provider.options.setenv"),
            (["--target=redis://db", "--query=SELECT 1"], "database.query"),
        ])
    func mistakes(options: [String], expected: String) throws {
        let finished = try up(options)
        #expect(finished.exitCode == 125, "\(finished)")
        let lines = try lines(of: finished)
        #expect(lines.count == 1 && lines.first?.type == "error", "\(lines)")
        #expect(lines.first?.message.contains(expected) == true, "\(lines)")
    }

    @Test("settings of the kind are options, and the name of a service may be none of a target")
    func settings() throws {
        let redis = try RedisServer.started()
        let finished = try up(
            ["--target=redis://127.0.0.1:\(redis.port)", "--role=replica", "--timeout=500ms"],
            service: "cache.main")
        #expect(finished.exitCode == 124, "\(finished)")
        #expect(try lines(of: finished).last?.message.contains("; target: ") == true, "\(finished)")
    }

    @Test("a password in the target is warned about; neither it nor that of a variable is in a line")
    func secrets() throws {
        let secret = MarkedSecret.plain
        let redis = try RedisServer.started(["requirepass": secret.text])
        let target = "redis://:\(secret.text)@127.0.0.1:\(redis.port)"
        for (options, warns) in [
            (["--target=\(target)", "--timeout=5s"], true), (["--target_env=CACHE", "--timeout=5s"], false),
        ] {
            let finished = try up(options, ["CACHE": target])
            #expect(finished.exitCode == 0, "\(finished)")
            let lines = try lines(of: finished)
            #expect(lines.contains { $0.message.contains("target_env") } == warns, "\(lines)")
            #expect(secret.shown(by: finished) == [], "\(finished)")
        }
        // Who asks for the URL gets it, with all that is in it.
        let finished = try up(["--target_env=CACHE", "--setenv=url"], ["CACHE": target])
        #expect(try lines(of: finished).last ?? ("", "") == ("setenv", "URL=\(target)"))
    }

    @Test("metadata names every option: those of the gate's target, and each setting of a kind")
    func metadata() throws {
        let finished = try Program.run(Program.waitfor, ["compose", "metadata"])
        #expect(finished.exitCode == 0 && finished.errors.isEmpty, "\(finished)")
        let names = FlatJSON(finished.output).objects.compactMap { $0["name"] }
        let expected = ["target", "target_env", "timeout", "password_file", "setenv"]
        #expect(Set(expected + Setting.ofSomeKinds.map(\.key)).isSubset(of: names), "\(names)")
        #expect(Set(names).count == names.count)
        for event in ["down", "stop"] {
            let finished = try Program.run(
                Program.waitfor, ["compose", "--project-name=shop", event, "database"])
            #expect(finished.exitCode == 0 && finished.output.isEmpty && finished.errors.isEmpty)
        }
    }

    @Test("Docker takes the program for a plugin")
    func plugin() throws {
        let finished = try Program.run(Program.waitfor, ["docker-cli-plugin-metadata"])
        let object = FlatJSON(finished.output)
        #expect(finished.exitCode == 0 && object["SchemaVersion"] == "0.1.0", "\(finished)")
        #expect(object["Vendor"] == "waitfor" && object["ShortDescription"]?.isEmpty == false, "\(finished)")
    }
}
