import TestSupport
import Testing

/// `waitfor lint` as a program: its forms of output, its exit codes, and what it keeps to itself.
struct LintVerbTests {
    private static let secret = MarkedSecret.plain
    private static let forms = ["text", "json", "sarif"]

    @Test(
        "Without findings it exits with 0, with some with 1, and with a file that cannot be read with 125 after the others"
    )
    func exits() throws {
        let directory = try TemporaryDirectory()
        let clean = try directory.write(
            "clean.yaml", "services: {db: {image: redis, healthcheck: {test: redis-cli ping | grep PONG}}}\n")
        let file = try directory.write("Dockerfile", "FROM redis\nHEALTHCHECK CMD redis-cli ping\n")
        let run = try Program.run(Program.waitfor, ["lint", clean])
        #expect(run.exitCode == 0 && run.output.isEmpty && run.errors.isEmpty, "\(run)")
        let found = try Program.run(Program.waitfor, ["lint", clean, file])
        #expect(found.exitCode == 1 && found.errors.isEmpty, "\(found)")
        #expect(
            found.output
                == "\(file):2:1: redis-any-answer: redis-cli ends with 0 whatever the server says: LOADING, NOAUTH, MASTERDOWN; `waitfor check redis://127.0.0.1:6379`\n"
        )
        let gone = try Program.run(Program.waitfor, ["lint", "/nowhere/c.yaml", file])
        #expect(gone.exitCode == 125 && gone.output == found.output, "\(gone)")
        #expect(gone.errors == "/nowhere/c.yaml: cannot read it: No such file or directory\n", "\(gone)")
        for arguments in [["lint"], ["lint", "--output", "yaml", file], ["lint", "--nonsense", file]] {
            #expect(try Program.run(Program.waitfor, arguments).exitCode == 125)
        }
    }

    @Test("What is printed as SARIF fits its schema's parts, and as JSON is one line")
    func machines() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(
            "a b.yaml", "services:\n  db:\n    image: redis\n    healthcheck:\n      test: redis-cli ping\n")
        let json = try Program.run(Program.waitfor, ["lint", "--output", "json", file])
        #expect(json.exitCode == 1 && json.output.count(of: "\n") == 1, "\(json)")
        let finding = FlatJSON(json.output)
        #expect(finding["file"] == file && finding["line"] == "5" && finding["column"] == "7", "\(json)")
        #expect(
            finding["rule"] == "redis-any-answer" && finding["level"] == "warning"
                && finding["service"] == "db", "\(json)")
        #expect(finding["instead"] == "waitfor check redis://127.0.0.1:6379", "\(json)")
        let sarif = try Program.run(Program.waitfor, ["lint", "--output", "sarif", file])
        let path = try directory.write("out.sarif", sarif.output)
        let checked = try Program.run("/usr/bin/python3", ["\(Project.path)/Tests/validate-sarif", path])
        #expect(sarif.exitCode == 1 && checked.exitCode == 0, "\(checked)\n\(sarif)")
        #expect(sarif.output.contains("a%20b.yaml") && !sarif.output.contains("snippet"), "\(sarif)")
        let empty = try Program.run(
            Program.waitfor, ["lint", "--output", "sarif", try directory.write("Dockerfile", "")])
        let none = try directory.write("none.sarif", empty.output)
        #expect(
            try Program.run("/usr/bin/python3", ["\(Project.path)/Tests/validate-sarif", none]).exitCode == 0,
            "\(empty)")
    }

    @Test(
        "No form of output has a secret of a check, of the environment or of a file of variables",
        arguments: forms)
    func secrets(form: String) throws {
        let (secret, directory) = (Self.secret, try TemporaryDirectory())
        let pw = secret.text
        try directory.write(".env", "PW=\(pw)\n")
        try directory.write("vars.env", "TOKEN=\(pw)\n")
        let tests = [
            "redis-cli -a \(pw) ping", "redis-cli -u redis://app:\(pw)@localhost ping",
            "mysqladmin ping -uroot -p\(pw)",
            "PGPASSWORD=\(pw) psql -U app -c 'SELECT 1'", "psql postgres://app:\(pw)@localhost/app",
            "pg_isready -U $$PGUSER -d $$DB",
            "pg_isready -d 'host=localhost password=\(pw)'", "curl -u app:\(pw) http://localhost/",
            "curl http://app:\(pw)@localhost/",
            "curl http://localhost/?token=\(pw)", "curl -H 'X-Token: \(pw)' http://localhost/",
            "curl http://localhost/$$TOKEN",
            "curl http://localhost/${PW}", "redis-cli -a ${PW} ping", "redis-cli -a ${NOWHERE:-\(pw)} ping",
            "echo \(pw)", "nc -z localhost 5432 \(pw)",
            "mysqladmin ping -h ${PW}", "redis-cli -h $$TOKEN ping", "curl http://$$TOKEN:80/",
        ]
        var text = "services:\n"
        for (number, test) in tests.enumerated() {
            let quoted = test.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
            text +=
                "  s\(number):\n    image: redis\n    env_file: vars.env\n    environment: {PGUSER: \(pw), DB: \(pw), SECRET: \(pw)}\n"
            text += "    healthcheck: {test: '\(quoted)'}\n"
        }
        let compose = try directory.write("compose.yaml", text)
        let docker = try directory.write(
            "Dockerfile",
            "FROM postgres\nENV PGUSER=\(pw)\nHEALTHCHECK CMD pg_isready -U $PGUSER -d $PGUSER || echo \(pw)\n"
        )
        let quadlet = try directory.write(
            "c.container", "[Container]\nEnvironment=PW=\(pw)\nHealthCmd=redis-cli -a \(pw) ping\n")
        let manifest = try directory.write(
            "pod.yaml",
            "{apiVersion: v1, kind: Pod, spec: {containers: [{name: a, image: redis, env: [{name: PW, value: \(pw)}], livenessProbe: {exec: {command: [redis-cli, -a, \(pw), ping]}}}]}}\n"
        )
        for files in [[compose], [docker], [quadlet], [manifest]] {
            let run = try Program.run(Program.waitfor, ["lint", "--output", form] + files)
            #expect(run.exitCode == 1 && run.errors.isEmpty, "\(run)")
            #expect(secret.shown(by: run) == [], "\(run)")
        }
        // A mistake has none, either.
        let broken = try directory.write(
            "broken.yaml", "services: {db: {environment: {PW: \(pw)}, healthcheck: {interval: \(pw)}}}\n")
        let run = try Program.run(Program.waitfor, ["lint", "--output", form, broken])
        #expect(run.exitCode == 125 && secret.shown(by: run) == [], "\(run)")
    }
}

/// Files that were written to cost time and memory.
@Suite(.needsTheStaticProgram, .needsThePlainProgram)
struct HostileLintTests {
    private static let files: [String: String] = HostileComposeFileTests.files.merging(
        [
            "Dockerfile of 1 MiB in one instruction": String(repeating: "RUN x \\\n", count: 130_000),
            "Dockerfile of 50,000 stages": String(repeating: "FROM a AS b\nRUN x\n", count: 50_000),
            "Dockerfile of 20,000 checks": String(
                repeating: "FROM a\nHEALTHCHECK CMD exit 0\n", count: 20_000),
            "x.container of one line": "[Container]\nHealthCmd=" + String(repeating: "(", count: 900_000),
            "pod.yaml of 60,000 documents": "apiVersion: v1\nkind: Pod\n"
                + String(repeating: "---\na: {}\n", count: 60_000),
            "c.yaml of ignores": String(repeating: "# waitfor-lint: ignore=x\n", count: 40_000)
                + "services: {a: {image: b}}\n",
            "Dockerfile of a shell in a shell": "FROM a\nHEALTHCHECK CMD "
                + String(repeating: "$(", count: 30_000),
        ]) { $1 }

    @Test("A hostile file costs a bounded time and memory", arguments: files.keys.sorted())
    func bounded(name: String) throws {
        let directory = try TemporaryDirectory()
        let file = name.split(separator: " ").first.map(String.init) ?? ""
        let isKnown = ["Dockerfile", "x.container", "pod.yaml", "c.yaml"].contains(file)
        let path = try directory.write(isKnown ? file : "compose.yaml", try #require(Self.files[name]))
        let runs = try (0..<3).map { _ in
            try Program.run(Program.waitfor, ["lint", "--output", "json", path])
        }
        for run in runs {
            #expect([0, 1, 125].contains(run.exitCode), "\(run.status) \(run.errors.prefix(300))")
        }
        let (elapsed, memory) = (runs.map(\.elapsed).min() ?? 9, runs.map(\.peakResidentKiB).max() ?? 0)
        #expect(elapsed < 0.5 && memory < 64 * 1024, "\(elapsed) s, \(memory) KiB")
    }
}
