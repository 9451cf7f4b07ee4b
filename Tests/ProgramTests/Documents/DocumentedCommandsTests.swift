import TestSupport
import Testing

/// The documents are typed as they stand: their commands run. Their tables are `DocumentTablesTests`'.
struct DocumentedCommandsTests {
    /// Gives the namespace a /run of its own, with `secret` in a file of it.
    private func mountSecret(_ name: String) throws {
        let mounted = try Program.run("/bin/mount", ["-t", "tmpfs", "tmpfs", "/run"])
        try #require(mounted.exitCode == 0, "\(mounted)")
        _ = try Program.run("/bin/mkdir", ["/run/secrets"])
        try writeFile("/run/secrets/\(name)", Array("secret\n".utf8), mode: 0o600)
    }

    @Test("every command of the documents does what they say, typed as written")
    func commandsRun() throws {
        let pages = try Document.all().map { ($0.path, $0.blocks("sh").flatMap(\.lines)) }
        let commands = pages.flatMap(\.1)
        try #require(commands.count >= 20, "\(commands)")
        let blocks = Document("README.md").blocks("yaml").map(\.text)
        let yaml = try #require(blocks.first { $0.hasPrefix("# waitfor.yaml") })
        let started = try Document.all().flatMap { page in
            page.blocks("yaml").compactMap { Self.words(of: $0.lines) }.map { (page.path, [$0]) }
        }
        try #require(started.count == 2, "\(started)")
        let compose = try #require(Document("docs/compose.md").blocks("yaml").first).text
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
            try directory.write("compose.yaml", compose)
            for (page, commands) in pages { try type(commands, of: page, in: directory) }
            // Where `configs` mounts it.
            _ = try Program.run("/bin/cp", [directory.file("web.yaml"), "/run/waitfor.yaml"])
            for (page, commands) in started { try type(commands, of: page, in: directory) }
        }
    }

    /// What the service of a Compose file runs, by its `entrypoint` and its `command`; nil without both.
    private static func words(of lines: [String]) -> String? {
        let lists = ["entrypoint: [", "command: ["].compactMap { key in
            lines.first { $0.contains("    \(key)") }?.split(separator: "[").last
        }
        let words = lists.flatMap { $0.split { ", \"]".contains($0) } }
        return lists.count == 2 ? words.joined(separator: " ") : nil
    }

    /// Types the commands of a page, one after the other; an agent stays until the page's end.
    private func type(_ commands: [String], of page: String, in directory: TemporaryDirectory) throws {
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
                #expect(isReady, "\(page): \(command)\n\(agents.map(\.standardError))")
                continue
            }
            let run = try shell.run()
            #expect(run.exitCode == 0, "\(page): \(command)\n\(run)")
            let expected = command.contains("-- start-app") ? "started" : ""
            #expect(run.output.contains(expected), "\(page): \(command)\n\(run)")
            let isSilent = ["check", "show", "help", "version", "curl"].contains { command.contains($0) }
            if command.hasPrefix("curl") {
                #expect(run.output.contains("cache"), "\(page): \(command)\n\(run)")
            }
            #expect(!isSilent || run.errors.isEmpty, "\(page): \(command)\n\(run)")
        }
    }

    @Test("every command for those who come from another tool is one that the program takes")
    func comingFrom() throws {
        let rows = Document("docs/coming-from.md").table("what you have", under: "# Coming from …")
        try #require(rows.count >= 12, "\(rows)")
        let namespace = try Namespace(hosts: "127.0.0.1 localhost db cache api queue mail\n")
        try namespace.run {
            try mountSecret("pw")
            let directory = try TemporaryDirectory()
            try directory.write("app", "#!/bin/sh\n", mode: 0o755)
            _ = try Program.run("/bin/ln", ["-s", Program.waitfor, directory.file("waitfor")])
            for row in rows {
                let command = try #require(row.last?.split(separator: "`").first { $0.hasPrefix("waitfor ") })
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
}
