import Glibc
import TestSupport
import Testing

/// The version stands in Version.swift, and every other place that names one is held to it.
struct VersionTests {
    /// What follows `before` in a file of the repository, up to `after`.
    private static func word(in file: String, after before: String, until after: Character) throws -> String {
        let lines = Project.text(file).split(separator: "\n")
        let line = try #require(lines.first { $0.contains(before) }, "\(file) has no \(before)")
        let start = try #require(line.indices.first { line[$0...].hasPrefix(before) })
        return String(line[start...].dropFirst(before.count).prefix { $0 != after })
    }

    private static func version() throws -> String {
        try word(in: "Sources/waitfor/Version.swift", after: "number = \"", until: "\"")
    }

    /// The commit as `./dev` asks for it: a copy of the sources is told, or has none.
    private static func commit() throws -> String {
        if let told = getenv("WAITFOR_COMMIT") { return String(cString: told) }
        // git may trust the folder only by the configuration of who runs this.
        var environment = Program.minimalEnvironment
        environment["HOME"] = getenv("HOME").map { String(cString: $0) }
        let head = try Program.run(
            "/bin/sh", ["-c", "git -C '\(Project.path)' rev-parse --short=12 HEAD"], environment: environment)
        return head.exitCode == 0 ? head.trimmedOutput : "unknown"
    }

    @Test("the program says the version of Version.swift, and the commit that `./dev static` built it from")
    func program() throws {
        let version = try VersionTests.version()
        let said = try Program.run(Program.waitfor, ["version"]).output
        // A build for debugging has no commit.
        let commit = Program.waitfor == Program.debugWaitfor ? "unknown" : try VersionTests.commit()
        #expect(
            [commit, "\(commit)-dirty"].contains { said == "waitfor \(version) (commit \($0))\n" }, "\(said)")
    }

    @Test("an image that is named anywhere has this version")
    func images() throws {
        let version = try VersionTests.version()
        // `redis-with-waitfor:1.2.3` is an image of somebody else.
        let script = """
            cd '\(Project.path)' && grep -rnIoE --exclude-dir=.git --exclude-dir=.build --exclude-dir=dist \
                '(^|[^[:alnum:]-])waitfor[:@-]v?[0-9]+[.][0-9]+[.][0-9]+' .
            """
        // FILE:LINE:waitfor:VERSION
        let found = try Program.run("/bin/sh", ["-c", script]).output.split(separator: "\n")
        for mention in found { #expect(mention.hasSuffix("waitfor:\(version)"), "\(mention)") }
        for file in [
            "README.md", "docs/recipes.md", "Dockerfile", "Configs/compose/.env",
            "Configs/compose/compose.yaml",
            "Configs/compose/with-waitfor.Dockerfile", "Configs/kubernetes/init-container.yaml",
            "Configs/kubernetes/sidecar.yaml", "Configs/swarm/stack.yaml",
        ] {
            #expect(found.contains { $0.hasPrefix("./\(file):") }, "\(file) names no image")
        }
    }

    @Test("the image's label and the newest heading of the changelog have this version")
    func labelAndChangelog() throws {
        let version = try VersionTests.version()
        #expect(try VersionTests.word(in: "Dockerfile", after: "image.version=\"", until: "\"") == version)
        let newest = Project.text("CHANGELOG.md").split(separator: "\n")
            .first { $0.hasPrefix("## [") && !$0.hasPrefix("## [Unreleased]") }
        // The day is the manual page's.
        let date = try VersionTests.word(in: "Sources/waitfor/Version.swift", after: "date = \"", until: "\"")
        #expect(newest == "## [\(version)] - \(date)")
    }

    @Test("the Dockerfile's toolchain is the one of .swift-version")
    func toolchain() throws {
        let named = Project.text(".swift-version")
        let image = try VersionTests.word(in: "Dockerfile", after: "TOOLCHAIN_IMAGE=swift:", until: "-")
        #expect(named.hasPrefix("\(image)."), "\(named)")
    }
}
