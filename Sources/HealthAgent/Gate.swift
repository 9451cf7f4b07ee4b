package import HealthCore

/// An event that a gate reports while it waits.
package enum GateEvent: Sendable {
    /// An attempt of this target has ended. It is news if its answer is the first, or differs from the one before.
    case attempted(target: Int, isNews: Bool)
    /// Ten more seconds have passed; `waited` is the time since the start.
    case reminder(waited: Duration)
}

/// Waits for targets, all at once and with at most one attempt in flight for each target. `GateProgress` makes all
/// decisions; the gate only sleeps, probes and reports.
package struct Gate<GateClock: Clock>: Sendable where GateClock.Instant == Instant {
    private static var reminderInterval: Duration { .seconds(10) }
    /// How long after the deadline the attempts that it cuts may take to report their failure.
    private static var lastWords: Duration { .milliseconds(10) }

    private let targets: [Target]
    private let probes: [any Probe]
    private let policy: GatePolicy
    private let clock: GateClock
    private let jitter: @Sendable () -> Double

    private enum Event: Sendable {
        case ended(target: Int, Outcome, startedAt: Instant, endedAt: Instant)
        case reminder
        /// The deadline, or the end of the wait for optional targets.
        case moment
        /// An attempt was cancelled, or would begin after the deadline.
        case dropped
    }

    /// - Parameters:
    ///   - probes: one for each target, in the same order.
    ///   - jitter: numbers from -1 to 1.
    package init(
        _ targets: [Target], probes: [any Probe], policy: GatePolicy, clock: GateClock,
        jitter: @escaping @Sendable () -> Double
    ) {
        (self.targets, self.probes, self.policy, self.clock, self.jitter) = (
            targets, probes, policy, clock, jitter
        )
    }

    /// Runs until there is a verdict; nil if the task was cancelled before.
    package func run(
        onEvent: (GateEvent, GateProgress) -> Void
    ) async -> (verdict: GateProgress.Verdict?, progress: GateProgress) {
        var progress = GateProgress(targets, policy, startedAt: clock.now)
        let verdict: GateProgress.Verdict? = await withTaskGroup(of: Event.self) { group in
            defer { group.cancelAll() }
            for index in targets.indices { attempt(index, at: progress.startedAt, progress, &group) }
            wake(at: progress.deadline, .moment, &group)
            wake(at: progress.deadline.advanced(by: Self.lastWords), .moment, &group)
            var running = targets.count
            wake(at: progress.optionalDeadline, .moment, &group)
            wake(at: progress.startedAt.advanced(by: Self.reminderInterval), .reminder, &group)
            while let event = await group.next(), !Task.isCancelled {
                switch event {
                case .ended(let index, let outcome, let began, let now):
                    running -= 1
                    let (step, isNews) = progress.record(
                        outcome, of: index, startedAt: began, endedAt: now, jitter: jitter())
                    onEvent(.attempted(target: index, isNews: isNews), progress)
                    if case .attempt(let next) = step {
                        attempt(index, at: next, progress, &group)
                        running += 1
                    }
                case .reminder:
                    onEvent(.reminder(waited: progress.startedAt.duration(to: clock.now)), progress)
                    wake(at: clock.now.advanced(by: Self.reminderInterval), .reminder, &group)
                case .dropped: running -= 1
                case .moment: break
                }
                let now = clock.now
                guard let verdict = progress.verdict(at: now) else { continue }
                // The findings of the last attempts belong to the story of the timeout.
                let isLate = verdict != .timedOut || now >= progress.deadline.advanced(by: Self.lastWords)
                if running == 0 || isLate { return verdict }
            }
            return nil
        }
        return (verdict, progress)
    }

    private func attempt(
        _ index: Int, at moment: Instant, _ progress: GateProgress, _ group: inout TaskGroup<Event>
    ) {
        let (clock, probe) = (clock, probes[index])
        group.addTask {
            if moment > clock.now {
                do { try await clock.sleep(until: moment, tolerance: nil) } catch { return .dropped }
            }
            let began = clock.now
            // A process that was stopped for a while may wake after the deadline.
            guard began < progress.deadline else { return .dropped }
            let outcome = await probe.attempt(until: progress.attemptDeadline(of: index, startedAt: began))
            // A cancelled attempt is no verdict.
            if Task.isCancelled { return .dropped }
            return .ended(target: index, outcome, startedAt: began, endedAt: clock.now)
        }
    }

    private func wake(at moment: Instant, _ event: Event, _ group: inout TaskGroup<Event>) {
        guard moment != .distantFuture else { return }
        let clock = clock
        group.addTask {
            try? await clock.sleep(until: moment, tolerance: nil)
            return event
        }
    }
}
