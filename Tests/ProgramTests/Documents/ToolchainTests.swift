import TestSupport
import Testing

@Suite("What a developer types without a Swift toolchain")
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
}
