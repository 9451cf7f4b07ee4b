import TestSupport
import Testing

/// The lies that rules of `waitfor lint` tell of, where it is Compose, the engine or Swarm that is misunderstood.
struct LintedEngineTests {
    @Test("Compose gives up on a service that waits for the health of one without a check")
    func healthyWithoutCheck() throws {
        func stack(_ word: String, _ check: String) throws -> LintedStack {
            try LintedStack(
                "unchecked-\(word)",
                """
                services:
                  web:
                    image: $IMAGE
                    command: [sleep, "1000"]
                    depends_on: {db: {condition: service_healthy}}
                  db: {image: $IMAGE\(check)}

                """)
        }
        let bare = try stack("bare", "")
        try bare.expectFinding("healthy-without-check", of: ["web"])
        let up = try bare.compose("up", "-d").run(within: 60)
        #expect(up.exitCode != 0 && (up.output + up.errors).contains("healthcheck"), "\(up)")
        // It may be made, but is not started.
        let state = (try? bare.inspect("web", "{{.State.Status}}")) ?? "created"
        #expect(state == "created")
        let checked = try stack("checked", ", healthcheck: {test: redis-cli ping | grep PONG, interval: 1s}")
        try checked.expectFinding("healthy-without-check", of: [])
        try checked.up()
        #expect(try checked.inspect("web", "{{.State.Status}}") == "running")
    }

    @Test("0 is no number of retries and no time: the engine takes its default")
    func zeroIsDefault() throws {
        let stack = try LintedStack(
            "zero",
            """
            services:
              none: {image: $IMAGE, healthcheck: {test: exit 1, interval: 2s, timeout: 10s, retries: 0}}
              one: {image: $IMAGE, healthcheck: {test: exit 1, interval: 2s, timeout: 10s, retries: 1}}
              never: {image: $IMAGE, healthcheck: {test: exit 1, interval: 0s, timeout: 10s, retries: 1}}
              unlimited: {image: $IMAGE, healthcheck: {test: sleep 1, interval: 1s, timeout: 0s}}
              limited: {image: $IMAGE, healthcheck: {test: sleep 1, interval: 1s, timeout: 100ms, retries: 1}}

            """)
        try stack.expectFinding("zero-is-default", of: ["none", "never", "unlimited"])
        try stack.up()
        try stack.expectHealth("one", "unhealthy 1")
        // It is asked after 30 s, and was wanted to be asked without a pause.
        #expect(try stack.health("never") == "starting 0")
        // Whoever writes that no retry is wanted gets two.
        try stack.expectHealth("none", "starting 2")
        try stack.expectHealth("none", "unhealthy 3")
        // Without a time it would have been ended at once, as the other one is.
        try stack.expectHealth("unlimited", "healthy 0")
        #expect(try stack.health("limited").hasPrefix("unhealthy"))
    }

    @Test("A variable of the container is empty in a check where Compose has replaced it by its own")
    func composeVariable() throws {
        let service = """
            {image: $IMAGE, environment: {PASSWORD: pw}, command: [redis-server, --requirepass, pw],
                healthcheck: {test: 'redis-cli -a "%PASSWORD" ping | grep PONG', interval: 1s, retries: 2}}
            """
        func with(_ dollar: String) -> String {
            service.split(separator: "%").joined(separator: dollar)
        }
        let stack = try LintedStack(
            "variable", "services:\n  replaced: \(with("$"))\n  kept: \(with("$$"))\n")
        try stack.expectFinding("compose-variable", of: ["replaced"])
        try stack.up()
        try stack.expectHealth("kept", "healthy 0")
        try stack.expectHealth("replaced", "unhealthy 2")
        let said = try stack.inspect("replaced", "{{json .State.Health.Log}}")
        #expect(!said.contains("PONG"), "\(said)")
    }

    @Test("A check by a program that the image does not have fails with the name of the program")
    func noTool() throws {
        let stack = try LintedStack(
            "tool",
            """
            services:
              db: {image: $IMAGE, healthcheck: {test: curl -f http://127.0.0.1/ || exit 1, interval: 1s, retries: 2}}

            """)
        try stack.expectFinding("no-tool", of: ["db"])
        try stack.up()
        try stack.expectHealth("db", "unhealthy 2")
        let said = try stack.inspect("db", "{{json .State.Health.Log}}")
        #expect(said.contains("curl") && said.contains("not found"), "\(said)")
    }
}
