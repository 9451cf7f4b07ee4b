import TestSupport
import Testing

/// The engine's `start_interval`, where it has one.
struct StartIntervalTests {
    /// When probes start whose waits are 4 s long while starting, and the start period ends at 6 s (DV-4, shorter).
    private enum Form: String, CaseIterable {
        /// The wait that the period ends in goes on, as in engines up to 28.5.
        case whole = "a start interval that is begun is waited for to its end"
        /// It ends with the period, as ours and as in engines since moby 52317.
        case capped = "the last start interval ends with the start period, as waitfor's"

        /// From one probe's start to the next one's: what a probe takes comes to the wait, and shortens a capped one.
        var gaps: [Range<Double>] { [self == .whole ? 4..<6 : 0.5..<4, 8..<10] }
    }

    @Test(
        "D-11, D-14: while starting the engine asks every start interval, and counts after the start period only"
    )
    func cadence() throws {
        let asked = Monotonic.seconds()
        let container = try Container(
            "start-interval", Docker.redis,
            [
                "--health-cmd", "waitfor check -t 500ms tcp://127.0.0.1:1", "--health-interval", "8s",
                "--health-timeout", "2s", "--health-retries", "2", "--health-start-period", "6s",
                "--health-start-interval", "4s",
            ])
        let first = try eventually(within: 30, every: 0.05) { try probeStarts(container).count == 1 }
        #expect(first && Monotonic.seconds() - asked < 8, "it waited for the interval")
        #expect(try container.engineHealth() == Health(status: "starting", failingStreak: 0))
        try container.expectHealth("unhealthy", within: 40)
        #expect(try container.engineHealth().failingStreak == 2)

        let starts = try probeStarts(container)
        let gaps = zip(starts.dropFirst(), starts).map { $0 - $1 }
        let seen = Form.allCases.filter { form in
            form.gaps.count == gaps.count && zip(form.gaps, gaps).allSatisfy { $0.contains($1) }
        }
        let form = try #require(seen.first, "probes at \(starts)")
        try Docker.note("\(form.rawValue) (D-14)")
    }

    @Test("Compose refuses start_interval without start_period, and an engine makes nothing of it")
    func refusal() throws {
        func stack(_ word: String, _ period: String) throws -> LintedStack {
            try LintedStack(
                "start-\(word)",
                """
                services:
                  db:
                    image: $IMAGE
                    healthcheck: {test: redis-cli ping | grep PONG, interval: 10s, start_interval: 100ms\(period)}

                """)
        }
        let without = try stack("without", "")
        try without.expectFinding("start-interval", of: ["db"])
        let up = try without.compose("up", "-d").run(within: 60)
        #expect(up.exitCode != 0 && (up.output + up.errors).contains("start_period"), "\(up)")

        let none = try stack("none", ", start_period: 0s")
        try none.expectFinding("start-interval", of: ["db"])
        try none.up()
        let some = try stack("some", ", start_period: 60s")
        try some.expectFinding("start-interval", of: [])
        try some.up()
        try some.expectHealth("db", "healthy 0", within: 8)
        // Begun before the other one, and not yet asked.
        #expect(try none.health("db") == "starting 0")
        try none.expectHealth("db", "healthy 0")
    }

    /// When the probes of its log began, in seconds of some day.
    private func probeStarts(_ container: Container) throws -> [Double] {
        try container.inspect("{{range .State.Health.Log}}{{.Start.UnixMilli}} {{end}}")
            .split(separator: " ").compactMap { Double($0) }.map { $0 / 1000 }
    }
}
