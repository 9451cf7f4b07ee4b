import TestSupport
import Testing

/// The README is typed as it stands: its commands run. Its tables are `ReadmeTablesTests`'.
struct ReadmeTests {
    private let readme = Project.text("README.md")

    /// The lines of all blocks of this language.
    private func lines(ofBlocks language: String) -> [String] {
        var isInside = false
        var found: [String] = []
        for line in readme.split(separator: "\n").map(String.init) {
            if line.hasPrefix("```") {
                isInside = line == "```\(language)"
            } else if isInside {
                found.append(line)
            }
        }
        return found
    }

    /// Gives the namespace a /run of its own, with `secret` in a file of it.
    private func mountSecret(_ name: String) throws {
        let mounted = try Program.run("/bin/mount", ["-t", "tmpfs", "tmpfs", "/run"])
        try #require(mounted.exitCode == 0, "\(mounted)")
        _ = try Program.run("/bin/mkdir", ["/run/secrets"])
        try writeFile("/run/secrets/\(name)", Array("secret\n".utf8), mode: 0o600)
    }

    @Test("every command of the README does what the README says, typed as written")
    func commandsRun() throws {
        let commands = lines(ofBlocks: "sh")
        try #require(commands.count >= 12, "\(commands)")
        let yaml = lines(ofBlocks: "yaml").joined(separator: "\n") + "\n"
        let namespace = try Namespace(hosts: "127.0.0.1 localhost db cache\n")
        try namespace.run {
            try mountSecret("db_password")
            let postgres = try PostgresServer(
                hba: ["host all app all scram-sha-256", "host all all all trust"], port: 5432)
            try postgres.start()
            try postgres.createRole("app", password: "secret")
            _ = try postgres.sql("CREATE DATABASE app")
            let redis = try RedisServer(port: 6379)
            try redis.start()
            let directory = try TemporaryDirectory()
            try directory.write("start-app", "#!/bin/sh\necho \"started $*\"\n", mode: 0o755)
            _ = try Program.run("/bin/ln", ["-s", Program.waitfor, directory.file("waitfor")])
            try directory.write("waitfor.yaml", yaml)
            let environment = [
                "PATH": "\(directory.path):\(Program.searchPath)",
                "DATABASE_URL": "postgresql+asyncpg://app:secret@db/app",
            ]
            var agents: [RunningProgram] = []
            defer { for agent in agents { agent.stop() } }
            for command in commands {
                let shell = Program(
                    "/bin/sh", ["-c", "cd \(directory.path) && exec \(command)"], environment: environment)
                // It stays, and the commands after it ask it.
                guard !command.hasPrefix("waitfor agent") else {
                    agents.append(try shell.start())
                    let isReady = eventually(within: 10) {
                        (try? HTTPPlace.port(8642).get("/readyz").status) == 200
                    }
                    #expect(isReady, "\(command)\n\(agents.map(\.standardError))")
                    continue
                }
                let run = try shell.run()
                #expect(run.exitCode == 0, "\(command)\n\(run)")
                let expected = command.contains("-- start-app") ? "started" : ""
                #expect(run.output.contains(expected), "\(command)\n\(run)")
                let isSilent = ["check", "show", "help", "version", "curl"].contains { command.contains($0) }
                if command.hasPrefix("curl") { #expect(run.output.contains("cache"), "\(command)\n\(run)") }
                #expect(!isSilent || run.errors.isEmpty, "\(command)\n\(run)")
            }
        }
    }

    @Test("every command for those who come from another tool is one that the program takes")
    func comingFrom() throws {
        let table = readme.split(separator: "\n").drop { $0 != "## Coming from …" }.dropFirst()
            .prefix { !$0.hasPrefix("#") }.filter { $0.hasPrefix("| `") }
        try #require(table.count >= 12, "\(table)")
        let namespace = try Namespace(hosts: "127.0.0.1 localhost db cache api\n")
        try namespace.run {
            try mountSecret("pw")
            let directory = try TemporaryDirectory()
            try directory.write("app", "#!/bin/sh\n", mode: 0o755)
            _ = try Program.run("/bin/ln", ["-s", Program.waitfor, directory.file("waitfor")])
            for row in table {
                let command = try #require(row.split(separator: "`").last { $0.hasPrefix("waitfor ") })
                // Nobody is there. One that gates says so once and goes on waiting; a check is done.
                let shell = try Program(
                    "/bin/sh", ["-c", "exec \(command)"],
                    environment: [
                        "PATH": "\(directory.path):\(Program.searchPath)",
                        "DATABASE_URL": "postgres://app:pw@db/app",
                    ]
                ).start()
                let isTaken = shell.waitUntil(within: 5) {
                    ($0.standardOutput + $0.standardError).contains("not ready: ")
                }
                #expect(isTaken, "\(command)\n\(shell.standardError)")
                shell.stop()
            }
        }
    }

    @Test("the source map names every source file, and none that is gone")
    func sourceMapIsComplete() throws {
        let files = try Project.swiftFiles(in: "Sources").map {
            $0.split(separator: "/").last.map(String.init) ?? ""
        }
        try #require(files.count > 30)
        for file in files { #expect(readme.contains("`\(file)`"), "\(file) is missing in the source map") }
        for word in readme.split(separator: "`") where word.hasSuffix(".swift") {
            #expect(files.contains(String(word)), "\(word) is in the source map, and there is no such file")
        }
    }
}
