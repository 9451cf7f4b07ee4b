import HealthAgent
import HealthCore
import Synchronization
import Testing

@Suite("The life of a watched target, in a time of its own")
struct MonitorTests {
    @Test("DV-10: with one retry every other answer is a change")
    func everyAnswerChanges() throws {
        let scene = AgentScene(["db": script("FSF")])
        scene.watch([try target("db") { $0.retries = 1 }], until: .seconds(20) + .milliseconds(1))
        #expect(scene.changes == ["0 db unhealthy 1", "10 db healthy 0", "20 db unhealthy 1"])
    }

    @Test("with the defaults the first probe begins at once, then one each second until the first success")
    func defaults() throws {
        let scene = AgentScene(["db": script("FFFS")])
        scene.watch([try target("db") { $0.startPeriod = nil }], until: .milliseconds(23_001))
        #expect(scene.starts("db") == [0, 1, 2, 3, 13, 23].map { .seconds($0) })
        #expect(scene.changes == ["3 db healthy 0"])
    }

    @Test("jitter moves every wait, and only by its share")
    func jitter() throws {
        let scene = AgentScene(["db": script("S")])
        let target = try target("db") { $0.jitter = nil }
        scene.watch([target], until: .milliseconds(21_001), jitter: 1)
        #expect(scene.starts("db") == [0, 10_500, 21_000].map { .milliseconds($0) })
    }

    @Test("D-12: never two probes of a target at once, though the interval is shorter than a probe")
    func oneAtATime() throws {
        let scene = AgentScene(["db": script("S", taking: .milliseconds(2500))])
        scene.watch([try target("db") { $0.interval = .seconds(1) }], until: .milliseconds(9_600))
        #expect(scene.starts("db") == [0, 3500, 7000].map { .milliseconds($0) })
        let ends = scene.attempts("db").map(\.endedAt)
        #expect(ends == [2500, 6000, 9500].map { .milliseconds($0) })
    }

    @Test("a probe has the timeout from its start, and what is silent until then has failed")
    func deadline() throws {
        let scene = AgentScene(["db": { _, _ in .silence }])
        let target = try target("db") {
            $0.interval = .seconds(5)
            $0.timeout = .milliseconds(700)
            $0.retries = 2
        }
        scene.watch([target], until: .seconds(7))
        #expect(scene.attempts("db").map(\.deadline) == [700, 6400].map { .milliseconds($0) })
        #expect(scene.told == ["0.7 db starting 1", "6.4 db unhealthy 2"])
        #expect(scene.health("db")?.record.lastOutcome?.failure?.reason == .timeout)
    }

    @Test(
        "D-25, DV-14: a probe that comes back late with a good answer has failed, unless a timeout is accepted"
    )
    func late() throws {
        let late: AgentScene.Script = { _, _ in .ready(after: .milliseconds(1200), keepsToDeadline: false) }
        let scene = AgentScene(["db": late, "cache": late])
        let targets = [
            try target("db") { $0.timeout = .seconds(1) },
            try target("cache") {
                $0.timeout = .seconds(1)
                $0.accepted = [.timeout]
            },
        ]
        scene.watch(targets, until: .seconds(2))
        #expect(scene.told == ["1.2 db starting 1", "1.21 cache healthy 0"])
        #expect(scene.health("db")?.record.lastOutcome?.failure?.reason == .timeout)
    }

    @Test("D-18: what counts is when a probe began, not when it was due")
    func lateStart() throws {
        let target = try target("db") {
            $0.startPeriod = .seconds(20)
            $0.initialDelay = .seconds(19)
            $0.timeout = .seconds(5)
        }
        let clock = ManualClock()
        let (board, probe) = (HealthBoard(), ScriptedProbe(clock, script("F", taking: .seconds(1))))
        let health = clock.run { () -> TargetHealth? in
            var agent = Agent(
                board: board, clock: clock, probe: { _ in probe }, jitter: { 0 },
                // Two seconds late, every time.
                call: { clock.call(at: $0.advanced(by: .seconds(2)), $1) }, start: { clock.start($0) },
                onEvent: { _ in })
            agent.watch([target])
            try? await clock.sleep(until: .at(.seconds(24)), tolerance: nil)
            let snapshot = board.snapshot(
                at: clock.now, clock: WallClock(clock.now, unixMilliseconds: 0), stalls: Stalls(),
                largestLag: .zero)
            await agent.stop()
            return snapshot.targets.first
        }
        #expect(probe.attempts.first?.startedAt == .seconds(21))
        #expect(probe.attempts.first?.deadline == .seconds(26))
        #expect(health?.record.failingStreak == 1)
        #expect(health?.record.lastDuration == .seconds(1))
    }

    @Test("a target that hangs delays nobody else")
    func hanging() throws {
        let scene = AgentScene(["slow": { _, _ in .silence }, "quick": script("S")])
        let targets = [
            try target("slow") { $0.timeout = .seconds(25) },
            try target("quick") { $0.interval = .seconds(2) },
        ]
        scene.watch(targets, until: .milliseconds(10_100))
        #expect(scene.starts("slow") == [.zero])
        #expect(scene.starts("quick") == [10, 2010, 4010, 6010, 8010, 10_010].map { .milliseconds($0) })
    }

    @Test("while a probe runs the board says since when, and its task says for whom")
    func whileItRuns() throws {
        let clock = ManualClock()
        let probe = NamedProbe(clock: clock)
        let scene = AgentScene(clock, probes: ["db": probe, "cache": probe])
        let targets = [try target("db"), try target("cache")]
        let running = scene.run { agent in
            agent.watch(targets)
            await scene.wait(until: .milliseconds(500))
            return scene.snapshot.targets.map(\.runningSince)
        }
        #expect(running == [.at(.zero), .at(.milliseconds(10))])
        #expect(probe.names.withLock { $0 } == ["db", "cache"])
        #expect(ProbedTarget.name == nil)
    }
}

/// A probe that remembers for which target its task says that it works.
private final class NamedProbe: Probe {
    let names = Mutex<[String?]>([])
    private let clock: ManualClock

    init(clock: ManualClock) {
        self.clock = clock
    }

    func attempt(until deadline: Instant) async -> Outcome {
        names.withLock { $0.append(ProbedTarget.name) }
        try? await clock.sleep(until: clock.now.advanced(by: .seconds(1)), tolerance: nil)
        return .ready(address: nil, detail: "connects")
    }
}
