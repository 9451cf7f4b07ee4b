import HealthAgent
import HealthCore
import Synchronization

/// Runs the real gate in a simulated world.
final class GateSimulation: Sendable {
    private let world: GateWorld
    private let clock = ManualClock()
    private let probes: [SimulatedProbe]

    init(_ world: GateWorld) {
        self.world = world
        let clock = clock
        probes = world.targets.map { target in
            SimulatedProbe(clock, world.servers[target.name] ?? .silent)
        }
    }

    /// What a gate told, by target.
    private struct Told {
        var ends: [[GateTrace.Step]]
        var reminders: [Moment] = []
    }

    private func run() -> GateTrace {
        for stall in world.stalls {
            clock.stall(from: Instant(nanoseconds: stall.from), for: .moment(stall.duration))
        }
        let targets = world.targets.map(\.target)
        let gate = Gate(
            targets, probes: probes, policy: world.policy, clock: clock,
            jitter: { [world, clock] in world.jitter.number(at: clock.now.nanoseconds) })
        return clock.run { [self] in
            await withTaskGroup(of: GateTrace?.self) { group in
                group.addTask { await self.trace(of: gate) }
                if let moment = world.cancelledAt {
                    group.addTask {
                        try? await self.clock.sleep(until: Instant(nanoseconds: moment), tolerance: nil)
                        return nil
                    }
                }
                let first = await group.next() ?? nil
                group.cancelAll()
                if let first { return first }
                while let next = await group.next() {
                    if let next { return next }
                }
                preconditionFailure("the gate ends")
            }
        }
    }

    private func trace(of gate: Gate<ManualClock>) async -> GateTrace {
        var told = Told(ends: world.targets.map { _ in [] })
        let (verdict, progress) = await gate.run { event, progress in
            let now = clock.now.nanoseconds
            switch event {
            case .attempted(let index, let isNews):
                let word = progress.records[index].lastOutcome?.word ?? "nothing"
                told.ends[index].append(.ends(at: now, word, isNews: isNews))
            case .reminder: told.reminders.append(now)
            }
        }
        var trace = GateTrace()
        trace.end = clock.now.nanoseconds
        trace.verdict =
            switch verdict {
            case .ready: "ready"
            case .timedOut: "timed out"
            case .failed(let index): "failed \(world.targets[index].name)"
            case nil: "cancelled"
            }
        trace.reminders = told.reminders
        trace.left = progress.waitingOptionals.map { world.targets[$0].name }
        trace.records = progress.records.map { record in
            GateTrace.Record(
                name: record.name, isReady: record.state == .healthy, attempts: record.attempts,
                failures: Dictionary(
                    uniqueKeysWithValues: record.failures.map { ($0.reason.rawValue, $0.count) }),
                successStreak: record.successStreak, failingStreak: record.failingStreak,
                last: record.lastOutcome?.word)
        }
        for (index, target) in world.targets.enumerated() {
            var ends = told.ends[index][...]
            for attempt in probes[index].attempts {
                trace.steps[target.name, default: []].append(
                    .begins(at: attempt.startedAt, deadline: attempt.deadline))
                guard let end = attempt.endedAt else { continue }
                trace.steps[target.name, default: []].append(
                    attempt.wasCancelled ? .cancelled(at: end) : ends.popFirst() ?? .cancelled(at: end))
            }
        }
        return trace
    }

    /// Promises that hold whatever the model says.
    private func brokenPromise(_ trace: GateTrace) -> String? {
        let answered = zip(world.targets, probes).filter { target, probe in
            let accepted = world.policy.accepted + target.settings.allAccepted
            return !target.settings.isOptional
                && probe.attempts.contains { attempt in
                    attempt.outcome.map { $0.accepting(accepted).failure == nil } ?? false
                }
        }
        if trace.verdict == "ready", answered.count < world.needed {
            return
                "it opened with a good answer of \(answered.count) required targets, not of \(world.needed)"
        }
        for (target, probe) in zip(world.targets, probes) {
            for (attempt, next) in zip(probe.attempts, probe.attempts.dropFirst())
            where attempt.endedAt.map({ $0 > next.startedAt }) ?? true {
                return "two attempts of \(target.name) at once, at \(next.startedAt.asTime)"
            }
        }
        for record in trace.records {
            let successes = (trace.steps[record.name] ?? []).count {
                if case .ends(_, "ready", _) = $0 { true } else { false }
            }
            if record.attempts != successes + record.failures.values.reduce(0, +) {
                return "the counters of \(record.name) do not add up"
            }
        }
        let bound = world.stalls.delayed(world.timeout + 20_000_000)
        return trace.end > bound ? "it ended at \(trace.end.asTime), later than \(bound.asTime)" : nil
    }

    /// Where the program and the model differ, or a promise is broken.
    func difference() -> String? {
        let trace = run()
        if let broken = brokenPromise(trace) { return broken }
        let starts = zip(world.targets, probes).map { ($0.name, $1.attempts.map(\.startedAt)) }
        var model = GateModel(world, SeenStarts(Dictionary(uniqueKeysWithValues: starts)))
        model.run()
        return trace.difference(from: model.trace)
    }
}

extension GateWorld {
    func difference() -> String? { GateSimulation(self).difference() }
}
