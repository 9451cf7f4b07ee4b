import HealthCore
import Testing

@Suite("Whether an agent works at all")
struct LivenessTests {
    private let nanosecond = Duration.nanoseconds(1)

    /// Asked every 10 s within 3 s: 11 s are too long for a probe, 25 s too late for the next.
    private func snapshot(
        _ targets: [TargetHealth], at now: Duration, stalledFrom: Duration = .zero, to end: Duration = .zero
    ) -> AgentSnapshot {
        var stalls = Stalls()
        stalls.record(from: .at(stalledFrom), to: .at(end))
        return AgentSnapshot(
            now: .at(now), clock: WallClock(.at(.zero), unixMilliseconds: 0), targets: TargetRows(targets),
            stalls: stalls
        )
    }

    private func running(since began: Duration) throws -> TargetHealth {
        var health = try watched()
        health.begin(at: .at(began))
        return health
    }

    @Test("a probe that runs longer than 2 × timeout + 5 s is stuck, and not before")
    func stuckProbe() throws {
        let health = try running(since: .seconds(2))
        #expect(snapshot([health], at: .seconds(13)).isLive)
        #expect(!snapshot([health], at: .seconds(13) + nanosecond).isLive)
    }

    @Test("a probe that is later than 2 × interval + 5 s is stuck, and not before")
    func lateProbe() throws {
        let fresh = try watched(dueAt: .seconds(2))
        #expect(snapshot([fresh], at: .seconds(27)).isLive)
        #expect(!snapshot([fresh], at: .seconds(27) + nanosecond).isLive)
        var probed = try watched()
        probed.probed(.good, at: .zero)
        #expect(snapshot([probed], at: .seconds(35)).isLive)
        #expect(!snapshot([probed], at: .seconds(35) + nanosecond).isLive)
        #expect(snapshot([try watched(dueAt: .seconds(3600))], at: .zero).isLive)
    }

    @Test("a running probe is judged by when it began, not by when it was due")
    func runningIsNotLate() throws {
        let health = try running(since: .seconds(100))
        #expect(health.due == .at(.zero))
        #expect(snapshot([health], at: .seconds(105)).isLive)
    }

    @Test("the limits follow the target's own interval and timeout")
    func ownLimits() throws {
        var health = try watched {
            $0.settings.interval = .seconds(100)
            $0.settings.timeout = .seconds(50)
        }
        #expect(snapshot([health], at: .seconds(205)).isLive)
        #expect(!snapshot([health], at: .seconds(206)).isLive)
        health.begin(at: .at(.zero))
        #expect(snapshot([health], at: .seconds(105)).isLive)
        #expect(!snapshot([health], at: .seconds(106)).isLive)
    }

    @Test("time in which the loop stood still is nobody's fault: a thawed container is not restarted")
    func stalls() throws {
        let late = try watched()
        #expect(snapshot([late], at: .seconds(3620), stalledFrom: .seconds(5), to: .seconds(3605)).isLive)
        #expect(!snapshot([late], at: .seconds(3631), stalledFrom: .seconds(5), to: .seconds(3605)).isLive)
        let running = try running(since: .seconds(2))
        #expect(snapshot([running], at: .seconds(3610), stalledFrom: .seconds(3), to: .seconds(3603)).isLive)
        #expect(!snapshot([running], at: .seconds(3614), stalledFrom: .seconds(3), to: .seconds(3603)).isLive)
    }

    @Test("one stuck target of many is enough, required or not, and the check names it")
    func names() throws {
        var stuck = try watched("mail") { $0.settings.isOptional = true }
        stuck.begin(at: .at(.zero))
        let fine = try running(since: .seconds(19))
        let checks = snapshot([fine, stuck], at: .seconds(20)).checks(of: .livez)
        #expect(checks.map(\.name) == ["ping", "probes"])
        #expect(checks.map { $0.failure?.reason } == [nil, "stuck"])
        #expect(checks[1].failure?.message == "no progress with mail")
        #expect(checks.map(\.isRequired) == [true, true])
    }

    @Test("sick targets do not make the agent sick: liveness knows no health")
    func sickTargets() throws {
        var health = try watched { $0.settings.retries = 1 }
        health.probed(.failed(.refused), at: .seconds(40))
        #expect(health.record.state == .unhealthy)
        #expect(snapshot([health], at: .seconds(45)).isLive)
        #expect(snapshot([], at: .seconds(45)).isLive)
    }
}
