import HealthAgent
import HealthCore
import Synchronization

@testable import StatusServer

/// Runs the real agent in a simulated world.
final class AgentSimulation: Sendable {
    private let world: AgentWorld
    private let clock = ManualClock()
    private let board = HealthBoard()
    private let probes: [String: SimulatedProbe]

    private struct Notes {
        var trace = AgentTrace()
        /// What was told of each target's probes, in order.
        var told: [String: [AgentTrace.Step]] = [:]
        var successes: [String: Int] = [:]
        var slept: Moment = 0
        var broken: [String] = []
    }
    private let notes = Mutex(Notes())

    init(_ world: AgentWorld) {
        self.world = world
        let clock = clock
        probes = world.servers.mapValues { SimulatedProbe(clock, $0) }
    }

    private func run() {
        for stall in world.stalls {
            clock.stall(from: Instant(nanoseconds: stall.from), for: .moment(stall.duration))
        }
        clock.run { await self.live() }
    }

    private func agent() -> Agent {
        let (world, clock, probes) = (world, clock, probes)
        return Agent(
            board: board, clock: clock, probe: { probes[$0.name] ?? SimulatedProbe(clock, .silent) },
            jitter: { world.jitter.number(at: clock.now.nanoseconds) },
            call: { moment, body in
                let late = world.lateTimers.delayed(moment.nanoseconds)
                clock.call(at: Instant(nanoseconds: late), body)
            },
            start: { clock.start($0) }, onEvent: { self.note($0) })
    }

    private func live() async {
        var agent = agent()
        agent.watch(world.targets.map(\.target))
        var (events, questions) = (world.events[...], world.questions[...])
        while let moment = [events.first?.at, questions.first].compactMap({ $0 }).min(),
            moment < world.length
        {
            await wait(until: moment)
            guard let next = events.first, next.at == moment else {
                questions.removeFirst()
                answer()
                continue
            }
            events.removeFirst()
            switch next.event {
            case .reload(let targets):
                let changes = agent.watch(targets.map(\.target))
                let reload = AgentTrace.Reload(
                    at: moment, kept: changes.kept, changed: changes.changed, added: changes.added,
                    removed: changes.removed)
                notes.withLock { $0.trace.reloads.append(reload) }
            case .suspend(let time): notes.withLock { $0.slept += time }
            case .terminate: board.shutDown()
            }
        }
        await wait(until: world.length)
        let last = metrics(snapshot)
        notes.withLock { $0.trace.metrics = last }
        await agent.stop()
    }

    private func wait(until moment: Moment) async {
        try? await clock.sleep(until: Instant(nanoseconds: moment), tolerance: nil)
    }

    private func note(_ event: HealthEvent) {
        let record = event.health.record
        let word = record.lastOutcome?.word ?? "nothing"
        notes.withLock {
            if record.attempts == 1 { $0.successes[record.name] = 0 }
            if word == "ready" { $0.successes[record.name, default: 0] += 1 }
            let failures = record.failures.reduce(0) { $0 + $1.count }
            if record.attempts != failures + ($0.successes[record.name] ?? 0)
                || record.attempts != event.health.durations.counts.reduce(0, +)
            {
                $0.broken.append(
                    "the counters of \(record.name) do not add up at \(clock.now.nanoseconds.asTime)")
            }
            $0.told[record.name, default: []].append(
                .ends(
                    at: clock.now.nanoseconds, word, leadingTo: record.state.rawValue,
                    streak: record.failingStreak, isChange: event.isChange))
        }
    }

    private var snapshot: AgentSnapshot {
        let now = clock.now
        let slept = notes.withLock { $0.slept }
        var stalls = Stalls()
        for stall in world.stalls where stall.to <= now.nanoseconds {
            stalls.record(from: Instant(nanoseconds: stall.from), to: Instant(nanoseconds: stall.to))
        }
        let wall = AgentModel.wallStart + (now.nanoseconds + slept) / 1_000_000
        return board.snapshot(
            at: now, clock: WallClock(now, unixMilliseconds: wall), stalls: stalls, largestLag: .zero)
    }

    private func answer() {
        let snapshot = snapshot
        func status(_ endpoint: HealthEndpoint) -> Int {
            HealthVerdict(endpoint, snapshot, query: [], exposesAll: true).status.code
        }
        let (ready, started) = (snapshot.checks(of: .readyz), snapshot.checks(of: .startupz))
        let rows = snapshot.targets.map { health in
            let record = health.record
            let failures = record.failures.map { ($0.reason.rawValue, $0.count) }
            return AgentTrace.Row(
                name: record.name, isRequired: record.isRequired, status: record.state.rawValue,
                failingStreak: record.failingStreak, successStreak: record.successStreak,
                probes: record.attempts,
                failures: Dictionary(uniqueKeysWithValues: failures).filter { $0.value > 0 },
                timesHealthy: health.timesHealthy, timesUnhealthy: health.timesUnhealthy,
                last: record.lastOutcome?.word, lastDuration: record.lastDuration.nanoseconds,
                lastSuccess: record.lastSuccess.map { snapshot.clock.unixMilliseconds($0) },
                since: snapshot.clock.unixMilliseconds(record.since),
                runningSince: health.runningSince?.nanoseconds,
                isReady: ready.contains { $0.name == record.name && $0.failure == nil },
                hasStarted: started.contains { $0.name == record.name && $0.failure == nil })
        }
        let answer = AgentTrace.Answer(
            at: snapshot.now.nanoseconds, livez: status(.livez), startupz: status(.startupz),
            readyz: status(.readyz), lag: snapshot.largestLag.nanoseconds / 1_000_000, rows: rows)
        let isAgreed = snapshot.isReady == (answer.readyz == 200)
        notes.withLock {
            $0.trace.answers.append(answer)
            if !isAgreed { $0.broken.append("isReady and /readyz differ at \(answer.at.asTime)") }
        }
    }

    /// The series that the model has too.
    private func metrics(_ snapshot: AgentSnapshot) -> [String: Int] {
        let usage = ProcessUsage()
        var text = MetricsText(snapshot: snapshot, usage: usage, version: "", format: .plain).text
        var bytes: [UInt8] = []
        while !text.isAtEnd { text.appendPiece(to: &bytes) }
        let families = [
            "target_healthy{", "target_failing_streak{", "probes_total{", "probe_duration_seconds_count{",
            "target_transitions_total{", "probe_success{", "probe_failures_total{",
        ].map { Array("waitfor_\($0)".utf8) }
        var metrics: [String: Int] = [:]
        for line in bytes.split(separator: 10) where families.contains(where: { line.starts(with: $0) }) {
            let words = line.split(separator: 32)
            guard words.count == 2, let value = Int(String(decoding: words[1], as: UTF8.self)), value != 0
            else { continue }
            metrics[String(decoding: words[0], as: UTF8.self)] = value
        }
        return metrics
    }

    /// What happened, target by target.
    private var trace: AgentTrace {
        var (trace, told) = notes.withLock { ($0.trace, $0.told.mapValues { $0[...] }) }
        for (name, probe) in probes {
            for attempt in probe.attempts {
                trace.steps[name, default: []].append(
                    .begins(at: attempt.startedAt, deadline: attempt.deadline))
                guard let end = attempt.endedAt else { continue }
                if attempt.wasCancelled {
                    trace.steps[name, default: []].append(.cancelled(at: end))
                } else if let step = told[name]?.popFirst() {
                    trace.steps[name, default: []].append(step)
                }
            }
        }
        return trace
    }

    /// Promises that hold whatever the model says.
    private var brokenPromises: [String] {
        var broken = notes.withLock { $0.broken }
        for (name, probe) in probes {
            for (attempt, next) in zip(probe.attempts, probe.attempts.dropFirst()) {
                if attempt.endedAt.map({ $0 > next.startedAt }) ?? true {
                    broken.append("two probes of \(name) at once, at \(next.startedAt.asTime)")
                }
            }
        }
        return broken
    }

    /// Where the program and the model differ, or a promise is broken.
    func difference() -> String? {
        run()
        if let broken = brokenPromises.first { return broken }
        let trace = trace
        let starts = probes.mapValues { $0.attempts.map(\.startedAt) }
        var model = AgentModel(world, SeenStarts(starts))
        model.run()
        return trace.difference(from: model.trace)
    }
}

extension AgentWorld {
    func difference() -> String? { AgentSimulation(self).difference() }
}

extension AgentWorld.Watched {
    /// The target that is configured so.
    var target: Target {
        var target = SimulatedTargets.example
        target.name = name
        target.settings = settings
        return target
    }

}

/// Targets of simulations: where they are does not matter.
enum SimulatedTargets {
    static let example: Target = {
        let none = ReadingContext(variable: { _ in nil })
        guard
            let target = try? TargetReader(context: none).read(Array("tcp://host:80".utf8), named: "t")
        else { preconditionFailure("it is well written") }
        return target
    }()
}

extension Status {
    /// Its three digits.
    var code: Int { Int(rawValue.prefix(3)) ?? 0 }
}
