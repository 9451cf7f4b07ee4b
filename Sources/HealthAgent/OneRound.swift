package import HealthCore

/// Probes every target once, where a gate probes again and again.
package enum OneRound {
    /// The answer of one target. A struct outside of a generic type: the types of tuples, of arrays of probes, and
    /// inside of generic types would be made when the program runs.
    private struct Answer: Sendable {
        let target: Int
        let outcome: Outcome
        let began, ended: Instant
    }

    /// Returns the progress after one attempt of each target, which is concluded: a failed target gets no other
    /// attempt.
    ///
    /// - Parameter probe: makes the probe of a target.
    package static func ask(
        _ targets: [Target], policy: GatePolicy, now: @escaping @Sendable () -> Instant,
        probe: (Target) -> any Probe
    ) async -> GateProgress {
        var progress = GateProgress(targets, policy, startedAt: now())
        // A group of tasks is a tenth of what a check of one target computes.
        if targets.count == 1 {
            let deadline = progress.attemptDeadline(of: 0, startedAt: progress.startedAt)
            let began = now()
            let outcome = await probe(targets[0]).attempt(until: deadline)
            _ = progress.record(outcome, of: 0, startedAt: began, endedAt: now(), jitter: 0)
        } else {
            await askSeveral(targets, &progress, now, probe)
        }
        progress.conclude(at: now())
        return progress
    }

    private static func askSeveral(
        _ targets: [Target], _ progress: inout GateProgress, _ now: @escaping @Sendable () -> Instant,
        _ probe: (Target) -> any Probe
    ) async {
        await withTaskGroup(of: Answer.self) { group in
            for (index, target) in targets.enumerated() {
                let probe = probe(target)
                let deadline = progress.attemptDeadline(of: index, startedAt: progress.startedAt)
                group.addTask {
                    let began = now()
                    let outcome = await probe.attempt(until: deadline)
                    return Answer(target: index, outcome: outcome, began: began, ended: now())
                }
            }
            for await answer in group {
                _ = progress.record(
                    answer.outcome, of: answer.target, startedAt: answer.began, endedAt: answer.ended,
                    jitter: 0)
            }
        }
    }
}
