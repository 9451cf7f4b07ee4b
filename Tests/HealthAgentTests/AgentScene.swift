import HealthAgent
import HealthCore
import Synchronization

/// An agent over scripted probes, in a time of its own.
final class AgentScene: Sendable {
    typealias Script = @Sendable (_ number: Int, _ now: Duration) -> ScriptedProbe.Answer

    let clock: ManualClock
    let board = HealthBoard()
    private let probes: [String: any Probe]
    /// What was known before the agent forgot it at its end.
    private let last = Mutex<AgentSnapshot?>(nil)
    private let log = Mutex<[(line: String, event: HealthEvent)]>([])

    /// - Parameter scripts: what each target answers, by name.
    convenience init(_ scripts: [String: Script]) {
        let clock = ManualClock()
        self.init(clock, probes: scripts.mapValues { ScriptedProbe(clock, $0) })
    }

    init(_ clock: ManualClock, probes: [String: any Probe]) {
        self.clock = clock
        self.probes = probes
    }

    /// Gives `body` an agent, and ends it afterwards.
    @discardableResult
    func run<Result: Sendable>(
        jitter: Double = 0, _ body: @escaping @Sendable (inout Agent) async -> Result
    ) -> Result {
        clock.run {
            var agent = Agent(
                board: self.board, clock: self.clock, probe: { self.probes[$0.name] ?? NoProbe() },
                jitter: { jitter }, call: { self.clock.call(at: $0, $1) }, start: { self.clock.start($0) },
                onEvent: { self.note($0) })
            let result = await body(&agent)
            let last = self.snapshot
            self.last.withLock { $0 = last }
            await agent.stop()
            return result
        }
    }

    /// Watches these targets until a moment.
    func watch(_ targets: [Target], until moment: Duration, jitter: Double = 0) {
        run(jitter: jitter) { agent in
            agent.watch(targets)
            await self.wait(until: moment)
        }
    }

    /// Lets the agent work until a moment.
    func wait(until moment: Duration) async {
        try? await clock.sleep(until: .at(moment), tolerance: nil)
    }

    private func note(_ event: HealthEvent) {
        let (seconds, record) = (clock.elapsed.inSeconds, event.health.record)
        let second = seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
        let line = "\(second) \(record.name) \(record.state) \(record.failingStreak)"
        log.withLock { $0.append((line, event)) }
    }

    /// One line for each probe: the second it ended, the target, the status and the streak after it.
    var told: [String] { log.withLock { $0.map(\.line) } }
    /// The same lines, of those that led to another status.
    var changes: [String] { log.withLock { $0.filter(\.event.isChange).map(\.line) } }

    /// When probes of a target began, and how they went.
    func attempts(_ name: String) -> [ScriptedProbe.Attempt] {
        (probes[name] as? ScriptedProbe)?.attempts ?? []
    }

    func starts(_ name: String) -> [Duration] { attempts(name).map(\.startedAt) }

    /// What the agent knows now, or knew at its end.
    var snapshot: AgentSnapshot {
        if let last = last.withLock({ $0 }) { return last }
        let now = clock.now
        return board.snapshot(
            at: now, clock: WallClock(now, unixMilliseconds: 0), stalls: Stalls(), largestLag: .zero)
    }

    /// What the board knows of a target.
    func health(_ name: String) -> TargetHealth? {
        snapshot.targets.first { $0.record.name == name }
    }

    private struct NoProbe: Probe {
        func attempt(until deadline: Instant) async -> Outcome {
            .notReady(Failure(.config, "no script"))
        }
    }
}

/// A target of a test without jitter and without a start period, unless it says otherwise.
func target(_ name: String, _ change: (inout TargetSettings) -> Void = { _ in }) throws -> Target {
    let none = ReadingContext(variable: { _ in nil })
    var target = try TargetReader(context: none).read(Array("tcp://host:80".utf8), named: name)
    target.settings.jitter = 0
    target.settings.startPeriod = .zero
    change(&target.settings)
    return target
}

/// A script of `F` for a failure and `S` for a success, each after a time; the last one is repeated.
func script(_ results: String, taking duration: Duration = .zero) -> AgentScene.Script {
    let results = Array(results)
    return { number, _ in
        results[min(number, results.count) - 1] == "S"
            ? .ready(after: duration) : .failed(.refused, after: duration)
    }
}

extension Instant {
    /// A moment of a test, counted from nothing.
    static func at(_ duration: Duration) -> Instant { Instant(nanoseconds: duration.nanoseconds) }
}
