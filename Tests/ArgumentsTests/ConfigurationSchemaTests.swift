import Configuration
import Glibc
import HealthCore
import TestSupport
import Testing

@testable import waitfor

@Suite("The schema of a configuration file")
struct ConfigurationSchemaTests {
    private static let path = "Configs/schema/waitfor.schema.json"

    @Test("it is what the rows say; `./dev schema` writes it")
    func isMadeFromTheRows() throws {
        let made = try ConfigurationSchema.written()
        if getenv("WAITFOR_WRITE_SCHEMA") != nil {
            try writeFile("\(Project.path)/\(Self.path)", Array(made.utf8))
        }
        #expect(Project.text(Self.path) == made, "run `./dev schema`")
    }

    /// Whether each of these files fits the schema, as a validator says.
    private func verdicts(_ files: [String]) throws -> [Bool] {
        let run = try Program.run("\(Project.path)/Tests/validate-yaml", files)
        try #require(run.exitCode == 0, "\(run)")
        let verdicts = run.output.split(separator: "\n").map { $0.hasPrefix("fits") }
        try #require(verdicts.count == files.count, "\(run)")
        return verdicts
    }

    @Test("every configuration in Configs fits, and says where its schema is")
    func configurations() throws {
        let found = try Program.run(
            "/bin/sh", ["-c", "cd \(Project.path) && grep -lE '^targets:' -r Configs --include='*.yaml'"])
        let files = lines(found.output)
        #expect(files.count >= 3, "\(files)")
        for (file, fits) in zip(files, try verdicts(files.map { "\(Project.path)/\($0)" })) {
            #expect(fits, "\(file)")
            let up = String(repeating: "../", count: file.split(separator: "/").count - 2)
            let line = "# yaml-language-server: $schema=\(up.isEmpty ? "" : up)schema/waitfor.schema.json"
            #expect(lines(Project.text(file)).contains(line), "\(file): \(line)")
        }
        // In manifests and in the README a configuration is a part of a file.
        let directory = try TemporaryDirectory()
        let parts = try [
            ("Configs/kubernetes/sidecar.yaml", "  waitfor.yaml: |", "    "),
            ("README.md", "# waitfor.yaml", ""),
        ].map { file, start, indent in
            let text = Project.text(file).split(separator: "\n", omittingEmptySubsequences: false)
            let begin = try #require(text.firstIndex { $0 == start }, "\(file)")
            let part = text[(begin + 1)...].prefix { $0.hasPrefix(indent) && $0 != "```" }
            let name = "\(file.split(separator: "/").last ?? "").part"
            return try directory.write(name, part.map { $0.dropFirst(indent.count) + "\n" }.joined())
        }
        #expect(try verdicts(parts) == [true, true])
    }

    @Test("what the program takes fits, and what it does not take mostly does not")
    func agreement() throws {
        let directory = try TemporaryDirectory()
        try directory.write("file", "secret\n", mode: 0o600)
        let values = [
            "0", "1", "3", "65536", "65537", "2000000", "-1", "1.5", "x", "''", "[]", "{}", "5s", "1m30s",
            ".5h",
            "5 s", "0s", "5%", "51%", "yes", "true", "off", "maybe", "auth", "auth,loading",
            "[auth, nonsense]",
            "[loading]", "ping", "query", "writable", "primary", "replica", "up", "ok", "liveness", "text",
            "json",
            "full", "started", "2xx", "[2xx, 401]", "/status=UP", "{/status: UP, /x: }", "{X-A: b}",
            "'X-A: b'",
            "'${NAME:-5s}'", "'${NAME:-3}'", directory.file("file"), "':8642'", "[':8642', '127.0.0.1:1']",
        ]
        let addresses = [
            "postgres: postgres://db/app", "redis: rediss://cache", "redis: redis+sentinel://s/m",
            "http: https://app/",
            "tcp: db:1", "tls: db:1", "dns: db", "exec: 'true'", "exec: [CMD, a]", "memcached: m",
            "grpc: api:1/s",
            "target: db:5432",
            "target: redis://cache", "target: https://app",
        ]
        var documents: [String] = []
        var number = 0
        let keys = (TargetSettings.settings + Setting.ofSomeKinds).map(\.key) + ["nonsense"]
        for address in addresses {
            documents += ["targets: {x: {\(address), postgres: y}}"]
            for key in keys {
                // A part of all, and each value with some address.
                for value in values {
                    number += 1
                    if number % 7 == 0 { documents.append("targets: {x: {\(address), \(key): \(value)}}") }
                }
            }
        }
        for key in AgentSetting.all.map(\.key) + ["nonsense", "x-nonsense"] {
            documents += values.map { "\(key): \($0)\ntargets: {x: tcp://db:1}" }
        }
        for key in keys { documents += values.map { "defaults: {\(key): \($0)}\ntargets: {x: tcp://db:1}" } }
        documents += [
            "targets: {}", "targets: {1x: db:1}", "targets: {x: }", "{}", "targets: {x: {tcp: db:1, x-y: 1}}",
            "targets: {x: {exec: [CMD]}}", "targets: {x: {exec: [RUN, a]}}", "targets: [db:1]",
        ]
        let reading = ReadingContext(
            variable: { _ in nil }, secretFile: { path in readFile(path) })
        var taken: [Bool] = []
        for document in documents {
            let file = try directory.write("waitfor.yaml", document)
            taken.append((try? ConfigurationFile.load(file, reading)) != nil)
        }
        // One file for all: each is a document of its own.
        let all = try directory.write("all.yaml", documents.map { "---\n\($0)\n" }.joined())
        let run = try Program.run("\(Project.path)/Tests/validate-yaml", ["--documents", all], within: 120)
        let verdicts = run.output.split(separator: "\n").map { $0.hasPrefix("fits") }
        try #require(
            verdicts.count == documents.count, "\(run.errors) \(verdicts.count) of \(documents.count)")
        var (refused, misfits) = (0, 0)
        for (document, (taken, fits)) in zip(documents, zip(taken, verdicts)) {
            #expect(fits || !taken, "the program takes it: \(document)")
            if !taken { refused += 1 }
            if !fits { misfits += 1 }
        }
        #expect(
            documents.count > 6000 && documents.count - refused > 400, "\(refused) of \(documents.count)")
        // The rest is a text that has to be of a form.
        #expect(misfits * 10 > refused * 8, "\(misfits) of \(refused)")
    }

    private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
}
