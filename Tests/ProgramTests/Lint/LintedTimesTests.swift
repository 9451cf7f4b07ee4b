import TestSupport
import Testing

/// The lies that rules of `waitfor lint` tell of times, with an agent that counts as Docker does.
struct LintedTimesTests {
    /// The state of a target after an agent with these options says that it is not starting any more, or is asked often.
    private func states(_ target: String, _ options: [String], until isOver: (String) -> Bool) throws
        -> String
    {
        let port = try FreePort.make()
        let agent = try Program(
            Program.waitfor,
            [
                "agent", "--listen", "127.0.0.1:\(port)", "-i", "100ms", "-t", "100ms", "--retries", "3",
                "--jitter", "0", "db=\(target)",
            ] + options
        ).start()
        defer { agent.stop() }
        var text = ""
        _ = eventually(within: 10, every: 0.05) {
            text = (try? HTTPPlace.port(port).get("/status"))?.body ?? ""
            return isOver(text)
        }
        return text
    }

    private func expectRule(_ rule: String, _ services: String) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("compose.yaml", "services: {\(services)}\n")
        let run = try Program.run(Program.waitfor, ["lint", path])
        #expect(run.exitCode == 1 && run.output.contains(": \(rule): "), "\(run)")
        if run.output.contains(": \(rule): ") { Records.reached("lint: \(rule)") }
    }

    @Test("Without a start period a server that is on its way is unhealthy, and with one it is starting")
    func shortStart() throws {
        try expectRule(
            "short-start",
            "web: {image: web, depends_on: {db: {condition: service_healthy}}}, db: {image: mysql:8, healthcheck: {test: waitfor check 127.0.0.1:3306, interval: 5s}}"
        )
        let server = try PostgresServer.holdInStartup()
        let target = "postgres://127.0.0.1:\(server.port)"
        let without = try states(target, ["--start-period", "0s"]) { $0.contains("\"unhealthy\"") }
        #expect(without.contains("\"unhealthy\"") && without.contains("starting"), "\(without)")
        let with = try states(target, ["--start-period", "60s", "--start-interval", "50ms"]) {
            (FlatJSON($0)["attempts"].flatMap(Int.init) ?? 0) > 10 || $0.contains("\"unhealthy\"")
        }
        #expect(with.contains("\"state\":\"starting\"") && !with.contains("\"unhealthy\""), "\(with)")
    }

    @Test("A service whose command waits is unhealthy before the wait can end")
    func gateIsCounted() throws {
        try expectRule(
            "gate-is-counted",
            "web: {image: web, command: [waitfor, \"db:5432\", --, serve], healthcheck: {test: waitfor check http://127.0.0.1/, interval: 5s}}"
        )
        let gate = try WaitingGate()
        defer { gate.running.stop() }
        // What the gate will become does not listen yet.
        let state = try states("tcp://127.0.0.1:\(gate.port)", ["--start-period", "0s"]) {
            $0.contains("\"unhealthy\"")
        }
        #expect(state.contains("\"unhealthy\"") && gate.running.finished == nil, "\(state)")
    }

    @Test(
        "service_started lets a gate through to a server that refuses everybody, and service_healthy does not"
    )
    func startedOnly() throws {
        let server = try RedisServer.loading(for: 60)
        let directory = try TemporaryDirectory()
        func file(_ condition: String) throws -> String {
            try directory.write(
                "\(condition).yaml",
                "services: {web: {image: web, depends_on: {localhost: {condition: \(condition)}}}, localhost: {image: redis, healthcheck: {test: redis-cli -p \(server.port) ping | grep PONG}}}\n"
            )
        }
        let started = try file("service_started")
        let linted = try Program.run(Program.waitfor, ["lint", started])
        #expect(linted.output.contains(": started-only: "), "\(linted)")
        let through = try Program.run(Program.waitfor, ["-f", started, "--service", "web", "--", "true"])
        #expect(through.exitCode == 0, "\(through)")
        let healthy = try file("service_healthy")
        #expect(try Program.run(Program.waitfor, ["lint", healthy]).exitCode == 0)
        let held = try Program.run(
            Program.waitfor, ["-f", healthy, "--service", "web", "-t", "1s", "--", "true"])
        #expect(held.exitCode == 124, "\(held)")
        if through.exitCode == 0 { Records.reached("lint: started-only") }
    }

    @Test(
        "A probe without timeoutSeconds is ended before pg_isready can say that nobody answers; a starting server is alive"
    )
    func kubernetes() throws {
        let directory = try TemporaryDirectory()
        func lint(_ probe: String) throws -> String {
            let path = try directory.write(
                "pod.yaml",
                "{apiVersion: v1, kind: Pod, spec: {containers: [{name: db, image: \"postgres:16\", \(probe)}]}}\n"
            )
            return try Program.run(Program.waitfor, ["lint", path]).output
        }
        let server = try PostgresServer.holdInStartup()
        let words = ["-h", "127.0.0.1", "-p", "\(server.port)"]
        let command = "exec: {command: [pg_isready, \(words.map { "\"\($0)\"" }.joined(separator: ", "))]}"
        #expect(try lint("readinessProbe: {\(command)}").contains(": kube-second: "))
        #expect(try lint("livenessProbe: {\(command), timeoutSeconds: 5}").contains(": kube-liveness: "))
        // A liveness probe would end it for this.
        let starting = try Program.run(PostgresServer.pgIsReady, words)
        let alive = try Program.run(
            Program.waitfor, ["check", "--for", "liveness", "postgres://127.0.0.1:\(server.port)"])
        #expect(starting.exitCode == 1 && alive.exitCode == 0, "\(starting) \(alive)")
        if starting.exitCode == 1 { Records.reached("lint: kube-liveness") }
        server.pause()
        defer { server.resume() }
        let killed = try Program.run("/usr/bin/timeout", ["1", PostgresServer.pgIsReady] + words)
        let own = try Program.run(PostgresServer.pgIsReady, words)
        #expect(killed.exitCode == 124 && killed.output.isEmpty, "\(killed)")
        #expect(own.exitCode == 2 && own.output.contains("no response"), "\(own)")
        if killed.exitCode == 124 { Records.reached("lint: kube-second") }
    }
}
