import HealthCore
import Testing

@Suite("Where the health rules differ from Docker's, on purpose")
struct HealthPolicyTests {
    @Test("the defaults: 10 s, 3 s, 3 retries, 30 s to start, asked every second then, ±5 % of chance")
    func defaults() {
        let policy = HealthPolicy(TargetSettings())
        #expect(policy == HealthPolicy())
        #expect(policy.interval == .seconds(10))
        #expect(policy.timeout == .seconds(3))
        #expect(policy.retries == 3)
        #expect(policy.startPeriod == .seconds(30))
        #expect(policy.startInterval == .seconds(1))
        #expect(policy.initialDelay == .zero)
        #expect(policy.jitter == 0.05)
        #expect(policy.successThreshold == 1)
    }

    @Test("each setting of a target is its own, whatever the others are")
    func settings() throws {
        let settings = try read(
            ["db:80"],
            set: [
                "db.interval=11s", "db.timeout=12s", "db.retries=13", "db.start_period=14s",
                "db.start_interval=15s", "db.initial_delay=16s", "db.jitter=17%", "db.success_threshold=18",
            ])[0].settings
        let policy = HealthPolicy(settings)
        #expect(policy.interval == .seconds(11))
        #expect(policy.timeout == .seconds(12))
        #expect(policy.retries == 13)
        #expect(policy.startPeriod == .seconds(14))
        #expect(policy.startInterval == .seconds(15))
        #expect(policy.initialDelay == .seconds(16))
        #expect(policy.jitter == 0.17)
        #expect(policy.successThreshold == 18)
        var one = TargetSettings()
        one.retries = 1
        var expected = HealthPolicy()
        expected.retries = 1
        #expect(HealthPolicy(one) == expected)
    }

    @Test("the first probe runs at once, where Docker waits (D-10)", arguments: [-1, 0, 1])
    func atOnce(jitter: Double) {
        let state = CountedHealth(HealthPolicy(), startedAt: .at(.seconds(3)))
        #expect(state.firstProbe(jitter: jitter) == .at(.seconds(3)))
    }

    @Test(
        "a wait is spread over ±5 %, or over what was set",
        arguments: [(0.05, -1.0, 9500), (0.05, 1, 10500), (0.05, 0.5, 10250), (0.5, -1, 5000), (0, 1, 10000)])
    func spread(share: Double, jitter: Double, milliseconds: Int) {
        var policy = HealthPolicy()
        policy.jitter = share
        policy.initialDelay = .seconds(10)
        policy.startInterval = .seconds(10)
        policy.interval = .seconds(10)
        let state = CountedHealth(policy, startedAt: .at(.zero))
        let wait = Duration.milliseconds(milliseconds)
        #expect(state.firstProbe(jitter: jitter) == .at(wait))
        #expect(state.nextProbe(after: .at(.seconds(1)), jitter: jitter) == .at(.seconds(1) + wait))
        #expect(state.nextProbe(after: .at(.seconds(50)), jitter: jitter) == .at(.seconds(50) + wait))
    }

    @Test("chance never moves a wait beyond the end of the start period")
    func spreadIsCapped() {
        let state = CountedHealth(HealthPolicy(), startedAt: .at(.zero))
        for ended in [29_000, 29_500, 29_999] {
            #expect(state.nextProbe(after: .at(.milliseconds(ended)), jitter: 1) == .at(.seconds(30)))
        }
        #expect(state.nextProbe(after: .at(.seconds(29)), jitter: -1) == .at(.milliseconds(29_950)))
        #expect(
            state.nextProbe(after: .at(.milliseconds(28_900)), jitter: 1) == .at(.milliseconds(29_950)))
    }

    @Test("with jitter, probes begin together every 50 ms or spread of the wait; without, a wait is exact")
    func sharedMoments() {
        for (wait, jitter, end) in [
            (Duration.seconds(1), 0.05, 1_000_000), (.milliseconds(1021), 0.05, 1_000_000),
            (.milliseconds(1022), 0.05, 1_050_000), (.milliseconds(100), 0.05, 105_000),
            (.seconds(3), 0.01, 3_000_000), (.seconds(1), 0, 1_003_456),
        ] {
            for isStarting in [true, false] {
                var policy = HealthPolicy()
                policy.jitter = jitter
                // The other wait must not matter.
                policy.startInterval = isStarting ? wait : .seconds(7)
                policy.interval = isStarting ? .seconds(7) : wait
                var state = CountedHealth(policy, startedAt: .at(.zero))
                _ = state.record(isSuccess: !isStarting, startedAt: .at(.zero))
                #expect(
                    state.nextProbe(after: .at(.microseconds(3456)), jitter: 0) == .at(.microseconds(end)))
            }
        }
        // D-14: the start period ends when it ends.
        let state = CountedHealth(HealthPolicy(), startedAt: .at(.microseconds(3456)))
        #expect(state.nextProbe(after: .at(.seconds(29)), jitter: 1) == .at(.microseconds(30_003_456)))
    }

    @Test("the longest interval that can be written never ends, spread or not", arguments: [-1, 0, 1])
    func longest(jitter: Double) throws {
        let settings = try read(["db:80"], set: ["db.interval=106751d", "db.jitter=50%"])[0].settings
        let state = CountedHealth(HealthPolicy(settings), startedAt: .at(.zero))
        #expect(
            state.nextProbe(after: .at(.seconds(3_000_000)), jitter: jitter) > .at(.seconds(4_000_000_000)))
    }

    @Test("more than one good answer in a row can be asked for, to become healthy and to heal")
    func successThreshold() {
        var policy = HealthPolicy.docker(interval: 1, retries: 2)
        policy.successThreshold = 2
        let run = ProbeRun("S F S S FF S F S S", policy)
        #expect(
            run.table == [
                "1 starting 0", "2 starting 1", "3 starting 0", "4 healthy 0", "5 healthy 1", "6 unhealthy 2",
                // The streak ends with one good answer, the state with two in a row.
                "7 unhealthy 0", "8 unhealthy 1", "9 unhealthy 0", "10 healthy 0",
            ])
        #expect(run.events == [.healthy, .unhealthy, .healthy])
    }

    @Test("a target that has not had its good answers yet still has its grace")
    func successThresholdAndGrace() {
        var policy = HealthPolicy.docker(interval: 1, startPeriod: 60, startInterval: 1, retries: 1)
        policy.successThreshold = 2
        #expect(
            ProbeRun("SFSFSS", policy).table.suffix(3) == ["4 starting 0", "5 starting 0", "6 healthy 0"])
    }

    @Test("how old, how long and how late follow from interval and timeout, with 5 s of patience")
    func limits() {
        let policy = HealthPolicy()
        #expect(policy.freshness == .seconds(31))
        #expect(policy.longestProbe == .seconds(11))
        #expect(policy.longestDelay == .seconds(25))
    }
}
