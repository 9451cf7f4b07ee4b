import HealthCore
import Testing

@Suite("The phases of an attempt")
struct PhasesTests {
    @Test("a phase lasts until the next one begins, the last one until the end, and the same again adds up")
    func durations() {
        var phases = Phases()
        #expect(phases.durations(endingAt: .at(.seconds(1))).isEmpty)
        for (phase, second) in [
            (Phases.Phase.name, 0), (.connect, 1), (.query, 3), (.query, 4), (.connect, 5), (.query, 7),
        ] {
            phases.enter(phase, at: .at(.seconds(second)))
        }
        let durations = phases.durations(endingAt: .at(.seconds(10)))
        #expect(durations.map(\.phase) == [.name, .connect, .query])
        #expect(durations.map(\.duration) == [.seconds(1), .seconds(4), .seconds(5)])
    }

    @Test("a record tells them in text and in its fields, and without them only the time")
    func record() {
        var outcome = Outcome.ready(address: "127.0.0.1:1", detail: "PONG")
        var record = TargetRecord(name: "x", kind: "redis", isRequired: true, since: .at(.zero))
        _ = record.record(outcome, startedAt: .at(.zero), endedAt: .at(.milliseconds(2)))
        #expect(record.timing == "2ms")
        let clock = WallClock(.at(.zero), unixMilliseconds: 0)
        #expect(!record.fields(clock).contains { $0.key == "phases" })
        outcome.phases.enter(.connect, at: .at(.zero))
        outcome.phases.enter(.query, at: .at(.milliseconds(1)))
        _ = record.record(outcome.forgiven("x"), startedAt: .at(.zero), endedAt: .at(.milliseconds(3)))
        #expect(record.timing == "3ms: connect 1ms, query 2ms")
        let field = record.fields(clock).last
        #expect(field?.key == "phases" && field?.value.text == #"{"connect":0.001000,"query":0.002000}"#)
    }
}
