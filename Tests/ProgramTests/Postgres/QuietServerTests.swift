import TestSupport
import Testing

/// "A server is left alone while it is ill": how often a gate asks one in 30 s, by the server's own log.
struct QuietServerTests {
    @Test("In 30 s a starting server is asked 150 times at most, one that knows us not 8 times")
    func attempts() throws {
        let starting = try PostgresServer.holdInStartup()
        let refusing = try PostgresServer.started(hba: ["host all all all scram-sha-256"])
        try refusing.createRole("app", password: "secret")
        let said = (
            starting: "the database system is starting up", refusing: "password authentication failed"
        )
        let before = (starting.logCount(of: said.starting), refusing.logCount(of: said.refusing))

        let gates = try [starting.target(), refusing.target("app:wrong", "/postgres")].map {
            try Program(Program.waitfor, ["-t", "30", "--log", "json", $0, "--", "echo", "never"]).start()
        }
        let stories = try gates.map { gate in
            let finished = try gate.finish(within: 40)
            #expect(finished.exitCode == 124 && finished.output.isEmpty, "\(finished)")
            #expect((30..<31).contains(finished.elapsed), "\(finished)")
            let last = finished.errors.split(separator: "\n").last ?? ""
            return FlatJSON(last)
        }
        #expect(stories.map { $0["reason"] } == ["starting", "auth"])

        // A backend may still be writing its line when its client has gone.
        let counts = { () -> [Int] in
            [
                starting.logCount(of: said.starting) - before.0,
                refusing.logCount(of: said.refusing) - before.1,
            ]
        }
        let told = stories.map { $0["attempts"].flatMap(Int.init) ?? -1 }
        // Each attempt is one connection: libpq tries no second one behind our back.
        #expect(eventually(within: 5) { counts() == told }, "log \(counts()), program \(told)")
        #expect((30...150).contains(counts()[0]), "\(counts())")
        #expect((3...8).contains(counts()[1]), "\(counts())")
    }
}
