import HealthCore
import Testing

@Suite("The health of a target, rules D-10 to D-22")
struct HealthStateTests {
    private let nanosecond = Duration.nanoseconds(1)

    /// A state that began at second 100, after some results of probes that began at these seconds.
    private func state(
        _ policy: HealthPolicy, _ results: [(second: Int, isSuccess: Bool)] = []
    ) -> CountedHealth {
        var state = CountedHealth(policy, startedAt: .at(.seconds(100)))
        for (second, isSuccess) in results {
            _ = state.record(isSuccess: isSuccess, startedAt: .at(.seconds(second)))
        }
        return state
    }

    // MARK: When probes begin

    @Test("D-10: the first probe begins after one wait of its own")
    func firstWait() {
        var policy = HealthPolicy.docker()
        policy.initialDelay = .seconds(7)
        #expect(state(policy).firstProbe(jitter: 0) == .at(.seconds(107)))
        #expect(state(.docker(startPeriod: 20)).firstProbe(jitter: 0) == .at(.seconds(105)))
    }

    @Test(
        "D-11: a starting target inside its start period is asked every start_interval, else every interval")
    func cadence() {
        let policy = HealthPolicy.docker(startPeriod: 60)
        func next(_ state: CountedHealth, _ ended: Duration) -> Duration {
            let ended = Instant.at(ended)
            return ended.duration(to: state.nextProbe(after: ended, jitter: 0))
        }
        #expect(next(state(policy), .seconds(101)) == .seconds(5))
        #expect(next(state(policy), .seconds(160) - nanosecond) == nanosecond)
        #expect(next(state(policy), .seconds(160)) == .seconds(30))
        #expect(next(state(policy, [(100, true)]), .seconds(101)) == .seconds(30))
        // Ignored without a start period.
        #expect(next(state(.docker()), .seconds(100)) == .seconds(30))
    }

    @Test("D-12: a wait begins when the probe before it has ended, also a short wait of the start period")
    func endToStart() {
        let run = ProbeRun("FFFF", .docker(interval: 10, startPeriod: 20), taking: .seconds(4))
        #expect(run.starts == [5, 14, 20, 34].map { .seconds($0) })
        #expect(run.next == .seconds(48))
    }

    @Test("D-13: after the first success the cadence is interval, though the start period goes on")
    func cadenceAfterSuccess() {
        let healthy = ProbeRun("FSSF", .docker(startPeriod: 600))
        #expect(healthy.starts == [5, 10, 40, 70].map { .seconds($0) })
        let unhealthy = ProbeRun("SFF", .docker(startPeriod: 600, retries: 1))
        #expect(unhealthy.state.status == .unhealthy)
        #expect(unhealthy.starts == [5, 35, 65].map { .seconds($0) })
        #expect(unhealthy.next == .seconds(95))
    }

    @Test("D-14: a wait of the start period ends with it at the latest, one after it does not")
    func cappedWait() {
        let late = state(.docker(startPeriod: 12))
        #expect(late.nextProbe(after: .at(.seconds(106)), jitter: 0) == .at(.seconds(111)))
        #expect(late.nextProbe(after: .at(.seconds(107)), jitter: 0) == .at(.seconds(112)))
        #expect(late.nextProbe(after: .at(.seconds(110)), jitter: 0) == .at(.seconds(112)))
        // A probe that began inside and ended at the end or after it is followed by an interval.
        #expect(late.nextProbe(after: .at(.seconds(112)), jitter: 0) == .at(.seconds(142)))
        // One that is healthy waits for its interval, whatever is left of the period.
        let healthy = state(.docker(startPeriod: 12), [(105, true)])
        #expect(healthy.nextProbe(after: .at(.seconds(105)), jitter: 0) == .at(.seconds(135)))
    }

    @Test("D-15: the start period counts from the start, however late the first probe is")
    func startPeriodFromTheStart() {
        var policy = HealthPolicy.docker(startPeriod: 20)
        policy.initialDelay = .seconds(19)
        #expect(
            ProbeRun("FF", policy, startedAt: .seconds(1000)).table == ["1019 starting 0", "1020 starting 1"])
    }

    // MARK: What is counted

    @Test("D-16: a result is a success or a failure, and nothing in between")
    func twoResults() {
        #expect(state(.docker(retries: 1), [(100, true)]).status == .healthy)
        #expect(state(.docker(retries: 1), [(100, false)]).status == .unhealthy)
    }

    @Test("D-17: one success makes healthy at once, starting or unhealthy, and ends the streak")
    func successHeals() {
        #expect(ProbeRun("FFS", .docker()).table.last == "90 healthy 0")
        #expect(ProbeRun("FFFFS", .docker()).table.last == "150 healthy 0")
        #expect(ProbeRun("S", .docker(startPeriod: 60)).table == ["5 healthy 0"])
    }

    @Test("D-18: inside the start period is what began before its end, whenever it ended")
    func startCounts() {
        func streak(_ began: Duration) -> Int {
            var state = self.state(.docker(startPeriod: 20))
            _ = state.record(isSuccess: false, startedAt: .at(began))
            return state.failingStreak
        }
        #expect(streak(.seconds(120) - nanosecond) == 0)
        #expect(streak(.seconds(120)) == 1)
        // Began at 119 and took 10 s: not counted, and an interval follows.
        let run = ProbeRun("FF", .docker(startPeriod: 20, startInterval: 19), taking: .seconds(10))
        #expect(run.table == ["19 starting 0", "59 starting 1"])
    }

    @Test("D-19: a target that was healthy once has no grace, not even inside the start period")
    func noGraceAfterSuccess() {
        let run = ProbeRun("FSFFFF", .docker(interval: 1, startPeriod: 600, startInterval: 1))
        #expect(run.table.suffix(4) == ["3 healthy 1", "4 healthy 2", "5 unhealthy 3", "6 unhealthy 4"])
    }

    @Test("D-20: the failure that reaches retries makes unhealthy, and the streak grows on without a limit")
    func streakGrows() {
        for retries in [1, 2, 5] {
            let policy = HealthPolicy.docker(retries: retries)
            #expect(ProbeRun(String(repeating: "F", count: retries - 1), policy).state.status == .starting)
            #expect(ProbeRun(String(repeating: "F", count: retries), policy).state.status == .unhealthy)
        }
        #expect(ProbeRun(String(repeating: "F", count: 1000), .docker()).state.failingStreak == 1000)
    }

    @Test("D-21: a failure that is not counted changes neither status nor streak")
    func uncounted() {
        let run = ProbeRun("FFFF", .docker(startPeriod: 600, retries: 1))
        #expect(run.state.status == .starting)
        #expect(run.state.failingStreak == 0)
        #expect(run.events == [])
    }

    @Test("D-22: the start period ends by time or with the first success, whichever comes first")
    func endOfTheStartPeriod() {
        let byTime = ProbeRun("FFFF", .docker(startPeriod: 10, retries: 1))
        #expect(byTime.table == ["5 starting 0", "10 unhealthy 1", "40 unhealthy 2", "70 unhealthy 3"])
        let bySuccess = ProbeRun("SFF", .docker(interval: 2, startPeriod: 10, retries: 2))
        #expect(bySuccess.table == ["5 healthy 0", "7 healthy 1", "9 unhealthy 2"])
    }
}
