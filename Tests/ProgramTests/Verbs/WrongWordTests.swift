import TestSupport
import Testing

/// What is no target is told by what it most likely was meant for, and before anything is probed.
struct WrongWordTests {
    private static let table: [(arguments: [String], words: [String])] = [
        (["chek", "db:5432"], ["`chek` is no verb; did you mean `check`?"]),
        (["agnet", "-c", "x"], ["did you mean `agent`?"]), (["waitfor", "db:5432"], ["leave it out"]),
        (["db:5432", "check"], ["`check` is a verb, and comes first"]),
        (["db"], ["`db` is no target: its port is missing: db:5432"]),
        (["db:5432", "redis"], ["redis:6379"]),
        (["check", "cache"], ["its port is missing: cache:6379"]), (["127.0.0.1"], ["127.0.0.1:PORT"]),
        (["api", "db:5432"], ["its port is missing: api:PORT", "did you forget `--` before `api`?"]),
        (["db:5432", "sh", "-c"], []),
        (["db:5432", "sh"], ["`sh` is no target: did you forget `--` before `sh`?"]),
        (["db:5432", "./start.sh"], ["did you forget `--` before `./start.sh`?"]),
        (["db:5432", "/bin/true"], ["did you forget `--` before `/bin/true`?"]),
        (["db:5432", "bin/start", "now"], ["did you forget `--` before `bin/start`?"]),
        (["check", "/run/x.sock"], ["unix:///run/x.sock"]),
        (["db:5432 -- /bin/true"], ["target 1: one argument has the whole command line"]),
        (["x=db:5432 -- /bin/true"], ["one argument has the whole command line"]),
        (["db:5432 redis:6379"], ["one argument has the whole command line"]),
        (["$DATABASE_URL"], ["env:DATABASE_URL"]), (["top", "--help"], ["no help about `top`"]),
        (["help", "chek"], ["did you mean `check`?"]), (["config", "chek", "f"], ["did you mean `check`?"]),
        (["--accept", "loadng", "db:1"], ["loadng is no reason; did you mean `loading`?"]),
        (["--set", "r.level=query", "r=redis://h"], ["r.level: ping is the only level of a Redis"]),
        (["--set", "r.rol=master", "r=redis://h"], ["did you mean `role`?"]),
        (["db", "redis"], ["db:5432", "redis:6379"]), (["-t=x", "db:1"], ["-t: `x`: "]),
    ]

    @Test("every wrong word gets the hint that fits")
    func table() throws {
        for (arguments, words) in Self.table {
            let finished = try Program.run(Program.waitfor, arguments, within: 5)
            #expect(finished.exitCode == 125 && finished.output.isEmpty, "\(arguments): \(finished)")
            for word in words {
                #expect(finished.errors.contains(word), "\(arguments), \(word): \(finished)")
            }
        }
    }

    @Test("a word that may be a piece of a password is not shown")
    func pieces() throws {
        for arguments in [
            ["pg:host=db user=app", "password=Zq7XwJ", "9v/Kt2Hg"], ["db:5432", "a@Zq7XwJ/Kt2Hg"],
            ["db:5432 -- Zq7XwJ Kt2Hg"], ["--pass Zq7XwJKt2Hg", "db:1"], ["-t Zq7XwJKt2Hg", "db:1"],
        ] {
            let finished = try Program.run(Program.waitfor, arguments, within: 5)
            #expect(finished.exitCode == 125, "\(finished)")
            #expect(!finished.errors.contains("Zq7") && !finished.errors.contains("Kt2Hg"), "\(finished)")
        }
    }

    @Test("mistakes of usage are lines of JSON where the log is")
    func json() throws {
        let variable = ["WAITFOR_LOG": "json"]
        let cases: [(arguments: [String], environment: [String: String], exit: Int32, event: String)] = [
            (["--log", "json", "--nosuch"], [:], 125, "usage"),
            (["--log=json", "db", "redis"], [:], 125, "usage"),
            (["db"], variable, 125, "usage"), (["check", "db"], ["WAITFOR_CHECK_LOG": "json"], 125, "usage"),
            (["--log", "json", "db:1", "--", "/no/such/command"], [:], 127, "command"),
        ]
        for (arguments, environment, exit, event) in cases {
            let finished = try Program.run(
                Program.waitfor, arguments,
                environment: Program.minimalEnvironment.merging(environment) { $1 }, within: 5)
            #expect(finished.exitCode == exit, "\(finished)")
            let said = lines(finished.errors)
            #expect(!said.isEmpty && said.allSatisfy { FlatJSON($0)["event"] == event }, "\(finished)")
            #expect(said.allSatisfy { FlatJSON($0)["level"] == "error" }, "\(finished)")
        }
        let text = try Program.run(
            Program.waitfor, ["--log", "text", "db"],
            environment: Program.minimalEnvironment.merging(variable) { $1 }, within: 5)
        #expect(text.errors.hasPrefix("waitfor: `db`"), "\(text)")
    }

    @Test("a secret file that cannot be read says why")
    func secretFiles() throws {
        try withTemporaryDirectory { directory in
            let large = try directory.write("large", String(repeating: "x", count: 70_000))
            for (path, words) in [
                ("/no/such/file", "No such file or directory"), (large, "larger than 64 KiB"),
                (directory.path, "not a regular file"),
            ] {
                for key in ["password_file", "header_file"] {
                    let target = key == "header_file" ? "x=http://h" : "x=redis://h"
                    let finished = try Program.run(
                        Program.waitfor, ["check", "--set", "x.\(key)=\(path)", target], within: 5)
                    #expect(finished.exitCode == 125, "\(finished)")
                    #expect(
                        finished.errors.contains("x.\(key): cannot read \(path): \(words)"), "\(finished)")
                }
            }
        }
    }

    @Test("an empty variable is an unset one")
    func emptyVariables() throws {
        let names = [
            "WAITFOR_CHECK_TIMEOUT", "WAITFOR_CHECK_QUORUM", "WAITFOR_CHECK_LOG", "WAITFOR_LOG",
            "WAITFOR_CONFIG",
            "WAITFOR_CHECK_ANY", "WAITFOR_CHECK_ACCEPT", "WAITFOR_TARGETS",
        ]
        let gate = try ReadyGate()
        let finished = try Program.run(
            Program.waitfor, ["check", gate.target],
            environment: Program.minimalEnvironment.merging(names.map { ($0, "") }) { $1 })
        #expect(finished.exitCode == 0 && finished.errors.isEmpty, "\(finished)")
    }
}
