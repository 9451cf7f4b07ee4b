import TestSupport
import Testing

/// `docker compose up --wait`, which knows no service that may end, and none whose health check is switched off.
struct ComposeWaitTests {
    @Test(
        "docker compose up --wait returns when all of the reference stack is healthy, and fails when it cannot be"
    )
    func wait() throws {
        let stack = try Stack("wait")
        try stack.ask("up", "--build", "-d", "--wait", within: 240)
        for service in ["database", "cache", "auth", "frontend", "gateway", "agent"] {
            #expect(try stack.inspect(service, "{{.State.Health.Status}}") == "healthy", "\(service)")
        }
        #expect(try stack.exec("database", "waitfor", "check", "-t", "4s", "127.0.0.1:5432").exitCode == 0)
        #expect(try stack.gateway.get("/").body.contains("Shop"))

        // The control: nobody is on the port that the frontend's check asks.
        try stack.ask(
            "exec", "-T", "frontend", "sh", "-c",
            "echo 'server { listen 81; }' >/etc/nginx/conf.d/default.conf && nginx -s reload")
        let unhealthy = try eventually(within: 60, every: 0.5) {
            try stack.inspect("frontend", "{{.State.Health.Status}}") == "unhealthy"
        }
        #expect(unhealthy)
        // Not made anew, as it would be when another stack has built its image meanwhile: this one cannot be healthy.
        let second = try stack.run(["up", "-d", "--wait", "--no-recreate", "--wait-timeout", "5", "frontend"])
        #expect(second.exitCode != 0 && second.errors.contains("is unhealthy"), "\(second)")
    }
}
