import Glibc
import TestSupport
import Testing

@Suite("What a developer types where the toolchain is missing or fails")
struct ToolchainTests {
    @Test(
        "demo, test and static say what is missing and where it comes from, and begin nothing",
        arguments: ["demo", "test", "static"], ["swift", "ld.lld"])
    func missing(_ command: String, _ tool: String) throws {
        // No package manager either: a command that went on would fail in other words.
        let directory = try TemporaryDirectory()
        _ = try Program.run("/bin/ln", ["-s", "/usr/bin/dirname", directory.file("dirname")])
        for other in ["swift", "ld.lld", "pg_config"] where other != tool {
            try directory.write(other, "#!/bin/sh\nexit 1\n", mode: 0o755)
        }
        let said = try Program.run(
            "/bin/sh", ["\(Project.path)/dev", command], environment: ["PATH": directory.path])
        #expect(said.exitCode == 1 && said.output.isEmpty, "\(said)")
        #expect(said.errors.hasPrefix("dev: \(tool) is missing: "), "\(said)")
        #expect(said.errors.contains("https://www.swift.org/install/linux/"), "\(said)")
    }

    @Test("demo shows what a build that fails has printed, and does not go on with an earlier program")
    func failingBuild() throws {
        // A project of its own, of the packages of this machine: the build's log and program are not ours.
        let project = try TemporaryDirectory()
        for folder in ["Sources", "Sources/CStaticLink", "Tests"] { mkdir(project.file(folder), 0o755) }
        for file in [".swift-version", "dev", "Sources/CStaticLink/static.sh", "Tests/demo.sh"] {
            try project.write(file, Project.text(file), mode: 0o755)
        }
        // Python's packages are of no matter here, and come from afar.
        for folder in [".build", ".build/venv", ".build/venv/bin"] { mkdir(project.file(folder), 0o755) }
        for tool in ["python", "pip"] {
            try project.write(".build/venv/bin/\(tool)", "#!/bin/sh\n", mode: 0o755)
        }
        let tools = try TemporaryDirectory()
        for tool in ["swift", "swiftc", "ld.lld", "pg_config"] {
            try tools.write(tool, "#!/bin/sh\necho 'error: this is what it is' >&2\nexit 1\n", mode: 0o755)
        }
        let said = try Program.run(
            "/bin/sh", [project.file("dev"), "demo"],
            environment: ["PATH": "\(tools.path):\(Program.searchPath)"])
        #expect(said.exitCode == 1, "\(said)")
        #expect(said.errors.hasPrefix("error: this is what it is\n"), "\(said)")
        #expect(said.errors.hasSuffix("\ndev: the build failed\n"), "\(said)")
    }
}
