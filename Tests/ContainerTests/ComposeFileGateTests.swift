import TestSupport
import Testing

/// The reference stack, gated by its own file.
struct ComposeFileGateTests {
    @Test(
        "the stack starts in its order by what its file says, and a service that is restarted alone waits again"
    )
    func gated() throws {
        let stack = try Stack("gated", ["compose.gated.yaml"])
        try stack.up()
        let gated = ["worker", "auth", "gateway"]
        for service in gated {
            #expect(try stack.inspect(service, "{{json .Args}}").contains(#""--service","\#(service)""#))
            #expect(try stack.exec(service, "waitfor", "version").exitCode == 0)
        }
        #expect(try stack.run(["config", "--format", "json"]).output.contains("depends_on") == false)
        for (service, dependency) in [("worker", "database"), ("auth", "cache"), ("gateway", "auth")] {
            let said = try stack.run(["logs", "--no-color", service]).output
            #expect(said.contains("\(dependency): ready"), "\(said)")
        }
        try stack.login("barbara")
        stack.expectPage(toHave: "barbara")

        let template = "{{.State.StartedAt}} {{.RestartCount}}"
        let others = ["auth", "gateway", "frontend", "cache"]
        let before = try others.map { try stack.inspect($0, template) }
        try stack.ask("kill", "database")
        try stack.ask("restart", "--no-deps", "-t", "1", "worker")
        let waits = try eventually(within: 30, every: 0.3) {
            try stack.run(["logs", "--no-color", "--tail", "5", "worker"]).output.contains(
                "database: not ready")
        }
        #expect(waits, "\(stack.logs)")
        try stack.ask("start", "database")
        try stack.login("edith")
        stack.expectPage(toHave: "edith", within: 60)
        #expect(try others.map { try stack.inspect($0, template) } == before, "somebody was restarted")
    }
}
