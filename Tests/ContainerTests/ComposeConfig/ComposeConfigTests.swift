import Glibc
import TestSupport
import Testing

/// Compose files as we read them beside `docker compose config`: what compose-go's own tests ask, in words of our own.
///
/// What one of them says otherwise is a line of docs/compose.md, and there is no line that no case shows.
struct ComposeConfigTests {
    private static let differences = Document("docs/compose.md").prose
        .drop { $0 != "## Differences from Compose" }.dropFirst().prefix { !$0.hasPrefix("#") }
        .filter { $0.hasPrefix("* ") }

    /// The plugin by its own name: it is run hundreds of times, and the client would ask all of its plugins each time.
    private static let compose: [String] = {
        let folders = [
            Docker.environment["DOCKER_CONFIG"], Docker.environment["HOME"].map { "\($0)/.docker" },
        ]
        let plugins = folders.compactMap { $0.map { "\($0)/cli-plugins/docker-compose" } }
        return plugins.first { access($0, X_OK) == 0 }.map { [$0] } ?? Docker.compose
    }()

    private func expectSame(_ item: ComposeCase) throws {
        let directory = try TemporaryDirectory()
        for (name, text) in item.files {
            let folders = name.split(separator: "/").dropLast()
            if !folders.isEmpty {
                let made = try Program.run("mkdir", ["-p", directory.file(folders.joined(separator: "/"))])
                try #require(made.exitCode == 0)
            }
            try directory.write(name, text)
        }
        let names = ["c.yaml", "o.yaml"].filter { item.files[$0] != nil }
        let files = names.map(directory.file)
        var words = files.flatMap { ["-f", $0] }
        words += item.options.envFiles.flatMap { ["--env-file", directory.file($0)] }
        words += item.options.profiles.flatMap { ["--profile", $0] }
        let finished = try Program.run(
            "sh",
            ["-c", "cd \"$0\" && exec \"$@\"", directory.path] + Self.compose + words
                + ["config", "--format", "json", "--no-path-resolution"],
            environment: Docker.environment.merging(item.variables) { $1 })
        let ours = ComposeReading(
            files, item.options, variables: Docker.environment.merging(item.variables) { $1 },
            folder: directory.path)
        let found = ours.differences(from: ComposeReading(finished))
        if ComposeCase.different.contains(where: { $0.value.contains(item.name) }) {
            #expect(!found.isEmpty, "it is the same, and is listed as another")
        } else {
            #expect(found == [], "\(item.files)")
        }
    }

    @Test("variables in texts are what Compose makes of them", arguments: ComposeCase.texts)
    func texts(item: ComposeCase) throws { try expectSame(item) }

    @Test(".env and env_file are what Compose makes of them", arguments: ComposeCase.environments)
    func environments(item: ComposeCase) throws { try expectSame(item) }

    @Test("short and long forms of a service are what Compose makes of them", arguments: ComposeCase.forms)
    func forms(item: ComposeCase) throws { try expectSame(item) }

    @Test("files change, extend and include each other as with Compose", arguments: ComposeCase.merged)
    func merged(item: ComposeCase) throws { try expectSame(item) }

    @Test("every line of the documents that lists a difference has a case, and each case a line")
    func listed() {
        let cases = ComposeCase.texts + ComposeCase.environments + ComposeCase.forms + ComposeCase.merged
        let names = Set(cases.map(\.name))
        for (words, different) in ComposeCase.different {
            #expect(Self.differences.contains { $0.contains(words) }, "no line says: \(words)")
            #expect(different.filter { !names.contains($0) } == [], "\(words)")
        }
        for line in Self.differences {
            #expect(ComposeCase.different.contains { line.contains($0.key) }, "no case shows: \(line)")
        }
    }
}
