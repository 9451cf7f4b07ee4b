import TestSupport
import Testing

/// While PostgreSQL's image initialises an empty volume, a temporary server listens on its socket only (L-34).
struct InitialisationTests {
    @Test("neither gate nor check takes the temporary server for the real one; pg_isready does")
    func trap() throws {
        let directory = try TemporaryDirectory()
        // The first of the scripts that a user may have: it makes the time of the temporary server long.
        try directory.write("slow.sh", "echo migrating; sleep 6\n", mode: 0o755)
        let database = try Container(
            "trap", Docker.postgres,
            [
                "-e", "POSTGRES_PASSWORD=secret", "-v", "\(directory.path):/docker-entrypoint-initdb.d:ro",
                "--health-cmd", "waitfor check -t 900ms 127.0.0.1:5432", "--health-interval", "500ms",
                "--health-timeout", "2s", "--health-retries", "100",
            ])
        let gate = try Container(
            "trap-gate", Docker.waitfor, ["--network", "container:\(database.name)"],
            command: ["127.0.0.1:5432", "-t", "60s"])

        try database.expectToSay("migrating", within: 60)
        let classic = try database.exec("pg_isready", "-U", "postgres")
        let check = try database.exec("waitfor", "check", "127.0.0.1:5432")
        let health = try database.health
        let code = try gate.exitCode
        // Only then is what was seen above about the temporary server.
        #expect(
            !database.said.contains("init process complete"), "the temporary server was gone too early")
        #expect(classic.exitCode == 0 && classic.output.contains("accepting connections"), "\(classic)")
        #expect(check.exitCode == 1 && check.output.contains("refused"), "\(check)")
        #expect(health == "starting")
        #expect(code == nil, "the gate opened: \(gate.said)")

        #expect(try gate.expectEnd(within: 60) == 0, "\(gate.said)")
        #expect(database.said.contains("init process complete"))
        #expect(try database.exec("waitfor", "check", "127.0.0.1:5432").exitCode == 0)
        try database.expectHealth("healthy", within: 20)
    }
}
