import TestSupport
import Testing

/// Options over environment over file, and one file for all verbs.
struct SettingsOrderTests {
    /// Whether a target is asked again within a second or so.
    private func isAskedAgain(
        _ options: [String] = [], _ environment: [String: String] = [:], own: String = ""
    ) throws -> Bool {
        let server = try RedisServer.started()
        let agent = try AgentUnderTest(
            "defaults: {interval: 1h}\ntargets:\n  t: {redis: redis://127.0.0.1:\(server.port)\(own)}\n",
            options, environment: environment)
        let probes = "waitfor_probes_total{target=\"t\"}"
        #expect(eventually(within: 5) { ((try? agent.metric(probes)) ?? 0) > 0 })
        return eventually(within: 1.2) { ((try? agent.metric(probes)) ?? 0) > 2 }
    }

    @Test("an option wins over the environment, the environment over the file, --set over all of them")
    func order() throws {
        let fast = ["WAITFOR_AGENT_INTERVAL": "100ms"]
        #expect(try !isAskedAgain())
        #expect(try isAskedAgain(own: ", interval: 100ms"))
        #expect(try isAskedAgain([], fast))
        #expect(try !isAskedAgain(["--interval", "1h"], fast))
        #expect(try isAskedAgain(["--interval", "100ms"], own: ", interval: 1h"))
        #expect(try isAskedAgain(["--interval", "1h", "--set", "t.interval=100ms"]))
    }

    @Test("gate, check and agent take the same file, by -c or WAITFOR_CONFIG; targets win over the latter")
    func oneFile() throws {
        let server = try RedisServer.started()
        let directory = try TemporaryDirectory()
        let path = directory.file("waitfor.yaml")
        try directory.write(
            "waitfor.yaml",
            "listen: 127.0.0.1:1\ntargets: {cache: {redis: \"redis://127.0.0.1:\(server.port)\", interval: 1h}}\n"
        )
        let environment = Program.minimalEnvironment.merging(["WAITFOR_CONFIG": path]) { $1 }
        for arguments in [["-c", path, "--", "/bin/true"], ["check", "-c", path]] {
            let run = try Program.run(Program.waitfor, arguments)
            #expect(run.exitCode == 0 && (run.output + run.errors).contains("cache: ready"), "\(run)")
        }
        for arguments in [["--", "/bin/true"], ["check"]] {
            let run = try Program.run(Program.waitfor, arguments, environment: environment)
            #expect(run.exitCode == 0 && (run.output + run.errors).contains("cache: ready"), "\(run)")
        }
        let other = try Program.run(
            Program.waitfor, ["check", "other=redis://127.0.0.1:\(server.port)"], environment: environment)
        #expect(other.exitCode == 0 && !other.output.contains("cache"), "\(other)")
        let both = try Program.run(
            Program.waitfor, ["check", "-c", path, "other=redis://127.0.0.1:\(server.port)"])
        #expect(both.output.contains("cache: ready") && both.output.contains("other: ready"), "\(both)")
        // The agent's rhythm is none for a gate: it finds the server as soon as it is there.
        server.stop()
        let gate = try Program(Program.waitfor, ["-t", "20", "-c", path, "--", "/bin/true"]).start()
        #expect(gate.waitUntil(within: 5) { $0.standardError.contains("refused") })
        try server.start()
        #expect(try gate.finish(within: 10).exitCode == 0)
    }

    @Test("config check and show: what is wrong with its place on stderr and 125, what it means on stdout")
    func config() throws {
        let directory = try TemporaryDirectory()
        try directory.write("good.yaml", "targets: {cache: {redis: \"redis://:secret@cache\"}}\n")
        try directory.write("bad.yaml", "targets: {cache: {redis: redis, timeout: 5}}\n")
        let good = try Program.run(Program.waitfor, ["config", "check", directory.file("good.yaml")])
        #expect(good.exitCode == 0 && good.output.hasSuffix("good.yaml: 1 target, no mistakes\n"), "\(good)")
        let shown = try Program.run(Program.waitfor, ["config", "show", directory.file("good.yaml")])
        #expect(shown.exitCode == 0 && shown.output.contains("host: cache\n"), "\(shown)")
        #expect(!shown.output.contains("secret"), "\(shown)")
        for action in ["check", "show"] {
            let bad = try Program.run(Program.waitfor, ["config", action, directory.file("bad.yaml")])
            #expect(bad.exitCode == 125 && bad.output.isEmpty, "\(bad)")
            #expect(bad.errors.contains("bad.yaml:1:42: targets.cache.timeout: "), "\(bad)")
        }
    }
}
