import Glibc
import TestSupport
import Testing

/// Whose ready file it is, and that none from before a crash says that all is ready.
struct ReadyFileTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.file("ready") }
    private var exists: Bool { access(path, F_OK) == 0 }

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// An agent that is ready, and keeps its file.
    private func agent(_ yaml: String = "") throws -> AgentUnderTest {
        try AgentUnderTest(
            "ready_file: \(path)\n\(yaml)targets: {x: {interval: 100ms, exec: [CMD, /bin/true]}}\n")
    }

    @Test(
        "a second agent, started by mistake, leaves the file to the one that runs, also after it was touched")
    func secondAgent() throws {
        let first = try agent()
        #expect(eventually(within: 5) { exists })
        for _ in 0..<2 {
            let second = try Program.run(
                Program.waitfor, ["agent", "-c", first.path, "--ready-file", path], within: 10)
            #expect(second.exitCode == 125 && second.errors.contains("in use"), "\(second)")
            #expect(exists)
            Monotonic.sleep(1.2)
        }
        let other = try agent()
        #expect(
            other.program.waitUntil(within: 5) { $0.standardError.contains("another agent keeps it") },
            "\(other.program.standardError)")
        #expect(exists)
        #expect(try first.stop().exitCode == 0)
        #expect(eventually(within: 5) { exists })
        #expect(try other.stop().exitCode == 0)
        #expect(!exists)
    }

    @Test("a file that somebody removed or exchanged is written again")
    func exchanged() throws {
        let agent = try agent()
        #expect(eventually(within: 5) { exists })
        unlink(path)
        #expect(eventually(within: 5) { exists })
        try directory.write("other", "not ours")
        #expect(rename(directory.file("other"), path) == 0)
        #expect(eventually(within: 5) { readText(path).isEmpty })
        #expect(try agent.stop().exitCode == 0)
        #expect(!exists)
    }

    /// A start that fails, where a file is left over.
    private func failedStart(_ words: [String], environment: [String: String] = [:]) throws -> Finished {
        try directory.write("ready", "")
        let finished = try Program(
            Program.waitfor, words, environment: Program.minimalEnvironment.merging(environment) { $1 }
        ).run(within: 10)
        #expect(finished.exitCode == 125, "\(finished)")
        return finished
    }

    @Test("one that was left over goes at the next start, whatever else is wrong with it")
    func leftOver() throws {
        let killed = try agent()
        #expect(eventually(within: 5) { exists })
        killed.program.send(SIGKILL)
        _ = try killed.program.finish(within: 5)
        #expect(exists)
        let broken = try directory.write(
            "broken.yaml", "ready_file: ${DIRECTORY}/ready\nlisten: nowhere\ntargets: {x: {redis: ''}}\n")
        _ = try failedStart(["agent", "-c", broken], environment: ["DIRECTORY": directory.path])
        #expect(!exists)
        for words in [
            ["agent", "--ready-file", path, "--bogus"], ["serve", "--ready-file=\(path)", "-c", "/nowhere"],
            ["agent", "--ready-file", path, "x"],
            ["--log", "json", "agent", "--ready-file", path, "--bogus"],
            ["agent", "-i", "soon", "--ready-file", path, "db:5432"],
        ] {
            _ = try failedStart(words)
            #expect(!exists, "\(words)")
        }
        _ = try failedStart(["agent", "--bogus"], environment: ["WAITFOR_AGENT_READY_FILE": path])
        #expect(!exists)
        let good = try directory.write(
            "good.yaml", "ready_file: \(path)\ntargets: {x: {exec: [CMD, /bin/true]}}\n")
        for words in [["-c", good], ["-c\(good)"], ["--config", good], ["--config=\(good)"]] {
            _ = try failedStart(["agent"] + words + ["--bogus"])
            #expect(!exists, "\(words)")
        }
        _ = try failedStart(["agent", "--bogus"], environment: ["WAITFOR_CONFIG": good])
        #expect(!exists)
    }

    @Test("where the file cannot be known, one line says that an old one may be there")
    func unknown() throws {
        let unreadable = try directory.write("broken.yaml", "ready_file: \(path)\ntargets: [\n")
        let unset = try directory.write("unset.yaml", "ready_file: ${NOT_SET_AT_ALL}\ntargets: {}\n")
        for file in [unreadable, unset, directory.file("missing.yaml")] {
            let finished = try failedStart(["agent", "-c", file])
            #expect(exists)
            #expect(finished.errors.count(of: "an old one may still be there") == 1, "\(finished)")
            let misspelled = try failedStart(["agent", "--bogus", "-c", file])
            #expect(misspelled.errors.count(of: "an old one may still be there") == 1, "\(misspelled)")
        }
    }

    @Test("gate and check, which take the same configuration, do not touch it")
    func others() throws {
        let file = try directory.write(
            "waitfor.yaml", "ready_file: \(path)\ntargets: {x: {exec: [CMD, /bin/true]}}\n")
        try directory.write("ready", "")
        for words in [["-c", file], ["check", "-c", file], ["config", "check", file]] {
            #expect(try Program.run(Program.waitfor, words).exitCode == 0)
            #expect(exists)
        }
    }
}
