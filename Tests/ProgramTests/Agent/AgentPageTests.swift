import Glibc
import TestSupport
import Testing

/// The agent's page in a real browser.
struct AgentPageTests {
    /// Markup that would run if it were taken for markup, and a control that turns the direction of what follows.
    private static let markup = "<img src=x onerror=document.title='owned'></script>\"'\u{202E}"

    @Test(
        "Chromium shows states, changes, filters and an agent that is gone; axe finds nothing; nobody else is asked"
    )
    func chromium() throws {
        let fine = try RedisServer.started()
        let flapping = try RedisServer.started()
        let rude = try LoopbackServer { connection in
            _ = connection.read()
            connection.write("-ERR \(Self.markup)\r\n")
        }
        defer { rude.stop() }
        let many = (0..<120).map { number in
            let name = "many-" + String(repeating: "0", count: 3 - "\(number)".utf8.count) + "\(number)"
            return "  \(name): {tcp: \"127.0.0.1:\(fine.port)\", interval: 2s}\n"
        }
        let agent = try AgentUnderTest(
            """
            defaults: {interval: 300ms, timeout: 300ms, retries: 1, start_period: 0s}
            targets:
              fine: {redis: "redis://127.0.0.1:\(fine.port)"}
              flapping: {redis: "redis://127.0.0.1:\(flapping.port)"}
              rude: {redis: "redis://127.0.0.1:\(rude.port)"}
              none: {tcp: "127.0.0.1:1"}
            \(many.joined())
            """)
        let run = try Program.run(
            "\(Project.path)/Tests/page-test",
            ["http://127.0.0.1:\(agent.port)/", "\(agent.program.pid)", "\(try #require(flapping.pid))"],
            environment: Program.minimalEnvironment.merging(["HOME": agent.directory.path]) { $1 },
            within: 180)
        #expect(run.exitCode == 0, "\(run)")
        // Which versions it was that found nothing.
        for line in run.output.split(separator: "\n") where !line.hasPrefix("holds: ") { print(line) }
        #expect(try agent.stop().exitCode == 0)
    }
}
