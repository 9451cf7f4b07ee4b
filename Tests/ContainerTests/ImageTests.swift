import Glibc
import TestSupport
import Testing

/// What the Dockerfile makes.
struct ImageTests {
    @Test("the image has at most 13 MB, in one layer for each file")
    func size() throws {
        let bytes = try #require(Int(try inspect("{{.Size}}")))
        #expect((8_000_000...13_000_000).contains(bytes))
        #expect(try inspect("{{len .RootFS.Layers}}") == "4")
    }

    @Test("the image holds the program, the certificates, what is linked with its licences, and nothing else")
    func files() throws {
        let container = try Docker.ask("create", Docker.waitfor)
        defer { _ = try? Docker.run(["rm", container]) }
        let directory = try TemporaryDirectory()
        try Docker.ask("export", "-o", directory.file("image.tar"), container)
        let files = try Program.run("tar", ["-tf", directory.file("image.tar")]).output
            .split(separator: "\n").map(String.init)
        // The engine adds these to every container.
        let ofTheEngine = [
            ".dockerenv", "dev/", "etc/hostname", "etc/hosts", "etc/mtab", "etc/resolv.conf", "proc/", "sys/",
        ]
        let own = files.filter { file in !ofTheEngine.contains { file.hasPrefix($0) } && !file.hasSuffix("/")
        }
        #expect(
            own.sorted() == [
                "etc/ssl/certs/ca-certificates.crt", "usr/share/doc/waitfor/copyright.gz",
                "usr/share/doc/waitfor/waitfor.spdx.json", "waitfor",
            ])
    }

    @Test("the image runs as a user that is a number, in no user's name")
    func user() throws {
        #expect(try inspect("{{.Config.User}}") == "65532:65532")
    }

    @Test("the image is an agent on all addresses unless it is told otherwise")
    func entrypoint() throws {
        #expect(try inspect("{{json .Config.Entrypoint}} {{json .Config.Cmd}}") == #"["/waitfor"] ["agent"]"#)
        #expect(try inspect("{{json .Config.Env}}").contains("WAITFOR_AGENT_LISTEN=:8642"))
        #expect(try inspect("{{json .Config.ExposedPorts}}") == #"{"8642/tcp":{}}"#)
        #expect(try inspect(#"{{index .Config.Labels "org.opencontainers.image.title"}}"#) == "waitfor")
    }

    @Test("version and commit of the labels are the program's")
    func version() throws {
        let label = try inspect(#"{{index .Config.Labels "org.opencontainers.image.version"}}"#)
        let commit = try inspect(#"{{index .Config.Labels "org.opencontainers.image.revision"}}"#)
        #expect(
            try Docker.ask("run", "--rm", Docker.waitfor, "version") == "waitfor \(label) (commit \(commit))")
    }

    @Test("without a configuration it says which file is missing, and what to write")
    func missingConfiguration() throws {
        let finished = try Docker.run(["run", "--rm", Docker.waitfor])
        #expect(finished.exitCode == 125)
        #expect(finished.errors.contains("/etc/waitfor/waitfor.yaml"), "\(finished)")
    }

    @Test("the image's own HEALTHCHECK finds an agent alive whose targets are not ready")
    func healthcheck() throws {
        // The image's interval of 10s is not what this is about.
        let agent = try Container(
            "image-health", Docker.waitfor, ["--health-interval", "1s"],
            command: ["agent", "tcp://127.0.0.1:1"])
        try agent.expectHealth("healthy", within: 20)
        let check = try agent.exec("/waitfor", "check", "--agent")
        #expect(check.exitCode == 1, "\(check)")
    }

    @Test("the archive that a release holds loads, and is the image that the Dockerfile makes")
    func archive() throws {
        let directory = try TemporaryDirectory()
        let (file, tag) = (directory.file("image.tar"), "waitfor-e2e/archive:1")
        var environment = Program.minimalEnvironment
        environment["SOURCE_DATE_EPOCH"] = "1700000000"
        environment["WAITFOR_COMMIT"] = try inspect(
            #"{{index .Config.Labels "org.opencontainers.image.revision"}}"#)
        let architecture = try inspect("{{.Architecture}}")
        let made = try Program.run(
            "\(Docker.project)/Configs/release/image", [Program.waitfor, architecture, file, tag],
            environment: environment)
        try #require(made.exitCode == 0, "\(made)")
        try Docker.ask("load", "-q", "-i", file)
        defer { _ = try? Docker.run(["image", "rm", tag]) }
        let parts = ["Env", "User", "ExposedPorts", "Entrypoint", "Cmd", "Healthcheck", "Labels"]
        for part in parts.map({ "{{json .Config.\($0)}}" }) + [
            "{{.Os}} {{.Architecture}} {{len .RootFS.Layers}}"
        ] {
            let loaded = try Docker.ask("image", "inspect", "-f", part, tag)
            #expect(try inspect(part) == loaded && loaded != "null", "\(part)")
        }
        #expect(
            try Docker.ask("run", "--rm", tag, "version")
                == Docker.ask("run", "--rm", Docker.waitfor, "version"))
    }

    @Test("the history shows no secret, no package manager and no sources")
    func history() throws {
        let history = try Docker.ask("history", "--no-trunc", "--format", "{{.CreatedBy}}", Docker.waitfor)
        #expect(!history.contains("apt") && !history.contains("swift"), "\(history)")
        // BuildKit's history says where a file was copied from.
        #expect(history.count(of: "/src/") == history.count(of: "/src/.build/static/waitfor"), "\(history)")
    }

    private func inspect(_ template: String) throws -> String {
        try Docker.ask("image", "inspect", "-f", template, Docker.waitfor)
    }
}
