import TestSupport
import Testing

/// The Dockerfile under today's builder; what it makes is what ImageTests look at.
struct BuildKitTests {
    @Test("docker buildx build has made the image that all other tests look at")
    func builder() throws {
        let history = try Docker.ask("history", "--no-trunc", "--format", "{{.Comment}}", Docker.waitfor)
        #expect(history.contains("buildkit"), "\(history)")
    }

    @Test("a recipe built with docker buildx build runs")
    func recipe() throws {
        let name = Docker.name("buildx")
        defer { _ = try? Docker.run(["image", "rm", "-f", name]) }
        let context = "\(Docker.project)/Configs/compose"
        try Docker.ask(
            "buildx", "build", "--load", "-q", "-t", name, "--build-arg",
            "IMAGE=\(Docker.variable("REDIS_IMAGE"))", "-f", "\(context)/with-waitfor.Dockerfile", context,
            within: 120)
        let version = try Docker.ask("run", "--rm", name, "waitfor", "version")
        #expect(version.hasPrefix("waitfor "), "\(version)")
    }
}
