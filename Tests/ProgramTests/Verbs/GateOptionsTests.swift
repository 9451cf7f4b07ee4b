import TestSupport
import Testing

/// How many targets, how often and for how long: the gate's options on servers that come late,
/// go away or never come.
struct GateOptionsTests {
    /// Starts a gate that becomes `echo in`.
    private func gate(_ arguments: [String], environment: [String: String] = [:]) throws -> RunningProgram {
        try Program(
            Program.waitfor, arguments + ["--", "echo", "in"],
            environment: Program.minimalEnvironment.merging(environment) { $1 }
        ).start()
    }

    private func isIn(_ finished: Finished) -> Bool {
        finished.exitCode == 0 && finished.output == "in\n"
    }

    @Test("A gate waits for a late PostgreSQL, a late Redis and a late port, and tells each change once")
    func lateServers() throws {
        let (postgres, redis) = (try PostgresServer(), try RedisServer())
        let gate = try gate([
            "-t", "40", postgres.target(), redis.target(), "port=tcp://127.0.0.1:\(redis.port)",
        ])
        let names = ["db", "cache", "port"]
        #expect(
            gate.waitUntil(within: 10) { program in
                names.allSatisfy { program.standardError.contains("\($0): not ready: refused: ") }
            }, "\(gate.standardError)")
        try redis.start()
        #expect(gate.waitUntil(within: 10) { $0.standardError.contains("cache: ready: ") })
        #expect(gate.finished == nil && gate.standardOutput.isEmpty, "one of them is missing")
        try postgres.start(waitForReady: false)
        let finished = try gate.finish()
        #expect(isIn(finished), "\(finished)")
        for name in names {
            #expect(finished.errors.count(of: "waitfor: \(name): not ready: refused: ") == 1, "\(finished)")
            #expect(finished.errors.count(of: "waitfor: \(name): ready: ") == 1, "\(finished)")
        }
        #expect(finished.errors.hasPrefix("waitfor: waiting up to 40s for db (PostgreSQL at 127.0.0.1:"))
    }

    @Test("env:NAME is called NAME, shows no argument, and its password counts")
    func environmentTarget() throws {
        let redis = try RedisServer.started(["requirepass": "secret"])
        let uri = "redis://:secret@127.0.0.1:\(redis.port)"
        let gate = try gate(["-t", "10", "env:CACHE_URL"], environment: ["CACHE_URL": uri])
        let finished = try gate.finish()
        #expect(isIn(finished), "\(finished)")
        #expect(finished.errors.contains("waitfor: CACHE_URL: ready: "), "\(finished)")
        #expect(!finished.errors.contains("secret") && !finished.errors.contains("warning"), "\(finished)")
        let named = try Program.run(
            Program.waitfor, ["check", "cache=env:CACHE_URL"], environment: ["CACHE_URL": uri])
        #expect(named.exitCode == 0 && named.output.hasPrefix("cache: ready: "), "\(named)")
    }

    @Test(
        "A target is called after its host's first label or as it is named; twice the same name is an error")
    func names() throws {
        let redis = try RedisServer.started()
        let port = redis.port
        let unnamed = try Program.run(
            Program.waitfor, ["check", "redis://localhost:\(port)", "tcp://127.0.0.1:\(port)"])
        #expect(unnamed.output.contains("localhost: ready: 127.0.0.1:\(port) PONG"), "\(unnamed)")
        #expect(unnamed.output.contains("\n127.0.0.1: ready: "), "\(unnamed)")
        let shared = try Program.run(
            Program.waitfor, ["check", "redis://127.0.0.1:\(port)", "tcp://127.0.0.1:\(port)"])
        #expect(shared.output.contains("127.0.0.1:\(port)/0: ready: "), "\(shared)")
        #expect(shared.output.contains("\n127.0.0.1:\(port): ready: "), "\(shared)")
        let twice = try Program.run(Program.waitfor, ["check", "tcp://127.0.0.1:1", "tcp://127.0.0.1:1"])
        #expect(twice.exitCode == 125 && twice.output.isEmpty, "\(twice)")
        #expect(twice.errors.hasPrefix("waitfor: two targets are called tcp:127.0.0.1:1: "), "\(twice)")
    }

    @Test("--any goes on with the first, --quorum with as many as it says, and not one earlier")
    func enough() throws {
        let servers = try (0..<3).map { _ in try RedisServer() }
        let targets = servers.enumerated().map { "s\($0)=redis://127.0.0.1:\($1.port)" }
        let any = try gate(["-t", "20", "--any"] + targets)
        let two = try gate(["-t", "20", "--quorum", "2"] + targets)
        let all = try gate(["-t", "20"] + targets)
        try servers[1].start()
        #expect(isIn(try any.finish()))
        #expect(two.waitUntil(within: 10) { $0.standardError.contains("s1: ready: ") })
        #expect(two.finished == nil)
        try servers[2].start()
        #expect(isIn(try two.finish()))
        #expect(all.waitUntil(within: 10) { $0.standardError.contains("s2: ready: ") })
        #expect(all.finished == nil)
        for (options, code) in [(["--any"], 0), (["--quorum=2"], 0), (["--quorum=3"], 1), ([], 1)] {
            let check = try Program.run(Program.waitfor, ["check"] + options + targets)
            #expect(check.exitCode == Int32(code), "\(options): \(check)")
        }
        try servers[0].start()
        #expect(isIn(try all.finish()))
    }

    @Test("--optional is waited for as long as --optional-wait says, then said once and left")
    func optional() throws {
        let (here, never) = (try RedisServer.started(), try RedisServer())
        let targets = [here.target(), "extra=redis://127.0.0.1:\(never.port)", "--optional", "extra"]
        let left = try gate(targets + ["--optional-wait", "1s"]).finish()
        #expect(isIn(left) && (1..<1.5).contains(left.elapsed), "\(left)")
        #expect(
            left.errors.count(of: "extra: optional, going on without it: not ready: refused: ") == 1,
            "\(left)")
        let now = try gate(targets + ["--optional-wait", "0"]).finish()
        #expect(isIn(now) && now.elapsed < 0.5, "\(now)")

        // It ends as soon as the optional one is there.
        let waits = try gate(targets + ["--optional-wait", "20s"])
        #expect(waits.waitUntil(within: 10) { $0.standardError.contains("extra: not ready: ") })
        try never.start()
        let joined = try waits.finish()
        #expect(isIn(joined) && joined.elapsed < 15, "\(joined)")
        #expect(joined.errors.contains("extra: ready: ") && !joined.errors.contains("going on without"))
        never.stop()

        let check = try Program.run(Program.waitfor, ["check"] + targets)
        #expect(check.exitCode == 0 && check.output.contains("\nextra (optional): not ready: "), "\(check)")
    }

    @Test(
        "An optional target is waited for without end while a required one is missing, 5 s without an option")
    func optionalByDefault() throws {
        let (required, extra) = (try RedisServer(), try RedisServer())
        let gate = try gate([
            required.target(), "extra=redis://127.0.0.1:\(extra.port)", "--optional=extra", "-t", "30",
        ])
        let alone = try self.gate([
            "extra=redis://127.0.0.1:\(extra.port)", "here=tcp://127.0.0.1:\(required.port)",
            "--optional=extra", "-t", "30",
        ])
        try required.start()
        let left = try alone.finish()
        #expect(isIn(left) && (5..<5.5).contains(left.elapsed), "\(left)")
        #expect(isIn(try gate.finish()))
    }

    @Test("--success-threshold asks for so many good answers in a row")
    func successThreshold() throws {
        let redis = try RedisServer.started()
        redis.command(["CONFIG", "RESETSTAT"])
        let finished = try gate(["--success-threshold", "3", "-i", "100ms", redis.target()]).finish()
        #expect(isIn(finished) && (0.2..<0.6).contains(finished.elapsed), "\(finished)")
        #expect(redis.command(["INFO", "commandstats"]).contains("cmdstat_ping:calls=3,"))
        #expect(finished.errors.contains("cache: ready: ") && finished.errors.contains("asking again"))
    }

    @Test("a check asks once, whatever a gate would ask of the same target")
    func checkAsksOnce() throws {
        try withLoopbackServer({ $0.holdSilently() }) { server in
            let settings = ["--set", "x.success_threshold=3", "--set", "x.stable=1m"]
            let finished = try Program.run(
                Program.waitfor, ["check", "x=tcp://127.0.0.1:\(server.port)"] + settings)
            #expect(finished.exitCode == 0, "\(finished)")
            #expect(server.accepted <= 1)
        }
    }

    @Test("--stable outlasts a server that is ready, restarts and is ready again (L-34, L-35)")
    func stable() throws {
        let redis = try RedisServer.started()
        let gate = try gate(["-t", "30", "--stable", "1500ms", "-i", "50ms", redis.target()])
        #expect(gate.waitUntil(within: 10) { $0.standardError.contains("asking again") })
        redis.stop()
        #expect(gate.waitUntil(within: 10) { $0.standardError.contains("cache: not ready: ") })
        let restarting = Monotonic.seconds()
        try redis.start()
        let finished = try gate.finish()
        #expect(isIn(finished), "\(finished)")
        // The window began anew.
        #expect(Monotonic.seconds() - restarting >= 1.5, "\(finished)")
        #expect(finished.errors.count(of: "asking again") == 2, "\(finished)")
    }

    @Test("--fail-fast ends with 1 at a permanent reason, and at no other")
    func failFast() throws {
        let redis = try RedisServer.started(["requirepass": "secret"])
        let wrong = "cache=redis://:wrong@127.0.0.1:\(redis.port)"
        let failed = try gate(["--fail-fast", wrong]).finish()
        #expect(failed.exitCode == 1 && failed.output.isEmpty && failed.elapsed < 1, "\(failed)")
        #expect(failed.errors.count(of: "cache: giving up: not ready: auth: WRONGPASS ") == 1, "\(failed)")

        let loading = try RedisServer.loading(for: 60)
        let waited = try gate(["-t", "500ms", "--fail-fast", loading.target()]).finish()
        #expect(waited.exitCode == 124, "\(waited)")
        // Reasons of one's own: these alone, permanent or not.
        let named = try gate(["-t", "5", "--fail-fast=loading", loading.target()]).finish()
        #expect(named.exitCode == 1 && named.elapsed < 1, "\(named)")
        let other = try gate(["-t", "500ms", "--fail-fast=no_database,denied", wrong]).finish()
        #expect(other.exitCode == 124, "\(other)")
        let auth = try gate(["-t", "5", "--fail-fast=denied,auth", wrong]).finish()
        #expect(auth.exitCode == 1 && auth.elapsed < 1, "\(auth)")
    }

    @Test("--fail-fast ends the gate for PostgreSQL's wrong password and missing database as well")
    func failFastPostgres() throws {
        let server = try PostgresServer.started(hba: [
            "host all app all scram-sha-256", "host all all all trust",
        ])
        try server.createRole("app", password: "secret")
        let auth = try gate(["-t", "10", "--fail-fast", server.target("app:wrong", "/postgres")]).finish()
        #expect(
            auth.exitCode == 1 && auth.errors.contains("db: giving up: not ready: auth: 28P01 "), "\(auth)")
        let only = ["--fail-fast=auth", server.target(nil, "/late")]
        let gate = try gate(["-t", "20", "-i", "50ms"] + only)
        #expect(
            gate.waitUntil(within: 10) { $0.standardError.contains("db: not ready: no_database: 3D000 ") })
        try server.sql("CREATE DATABASE late")
        #expect(isIn(try gate.finish()))
    }

    @Test("A permanent reason of an optional target does not end a gate with --fail-fast")
    func failFastOfOptional() throws {
        let (late, locked) = (try RedisServer(), try RedisServer.started(["requirepass": "secret"]))
        let gate = try gate([
            "-t", "20", late.target(), "extra=redis://127.0.0.1:\(locked.port)", "--optional=extra",
            "--fail-fast",
        ])
        #expect(gate.waitUntil(within: 10) { $0.standardError.contains("extra: not ready: auth: ") })
        try late.start()
        let finished = try gate.finish()
        #expect(isIn(finished), "\(finished)")
    }
}
