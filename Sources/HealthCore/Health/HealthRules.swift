/// Docker's rules for the health of one target; the counters are in its `TargetRecord`. Pure: time and jitter are
/// arguments.
package struct HealthRules: Sendable {
    /// Waits with jitter end at multiples of this: probes that start together cost the loop one turn for many targets,
    /// and the server one wake.
    private static let sharedMoment: Int64 = 50_000_000

    package let policy: HealthPolicy
    /// The start of the start period (D-15).
    package let startedAt: Instant

    package init(_ policy: HealthPolicy, startedAt: Instant) {
        self.policy = policy
        self.startedAt = startedAt
    }

    /// Counts the result of a probe; returns the new state if the state changed.
    package func count(
        _ outcome: Outcome, in record: inout TargetRecord, startedAt began: Instant, endedAt now: Instant
    ) -> TargetRecord.State? {
        let before = record.state
        // D-18, D-19: only a target that has never been healthy has a grace.
        let hasGrace = before == .starting && isInStartPeriod(began)
        _ = record.record(outcome, startedAt: began, endedAt: now, countsFailure: !hasGrace)
        // D-17: with the default threshold one success heals. D-20: the failing streak grows on while unhealthy.
        if record.successStreak >= policy.successThreshold {
            record.enter(.healthy, at: now)
        } else if record.failingStreak >= policy.retries {
            record.enter(.unhealthy, at: now)
        }
        return record.state == before ? nil : record.state
    }

    /// The start of the first probe.
    ///
    /// - Parameter jitter: a number from -1 to 1.
    package func firstProbe(jitter: Double) -> Instant {
        shared(policy.initialDelay, after: startedAt, jitter)
    }

    /// The start of the probe after one that ended at `ended` (D-11, D-12). A wait inside the start period ends with it
    /// at the latest (the capped form of D-14).
    ///
    /// - Parameter jitter: a number from -1 to 1.
    package func nextProbe(of record: TargetRecord, after ended: Instant, jitter: Double) -> Instant {
        guard record.state == .starting, isInStartPeriod(ended) else {
            return shared(policy.interval, after: ended, jitter)
        }
        let end = startedAt.advanced(by: policy.startPeriod)
        return min(shared(policy.startInterval, after: ended, jitter), end)
    }

    /// The end of a wait, rounded to a moment that other targets share: at most half of the jitter from the one drawn.
    private func shared(_ wait: Duration, after ended: Instant, _ jitter: Double) -> Instant {
        let wait = wait.nanoseconds
        let drawn = ended.advanced(byNanoseconds: spread(wait, jitter))
        let step = min(Self.sharedMoment, share(of: wait, policy.jitter))
        return drawn.rounded(toNanoseconds: step)
    }

    private func isInStartPeriod(_ instant: Instant) -> Bool {
        startedAt.duration(to: instant) < policy.startPeriod
    }

    private func spread(_ wait: Int64, _ jitter: Double) -> Int64 {
        guard policy.jitter > 0 else { return wait }
        // The longest interval that can be configured must not overflow.
        let (sum, overflow) = wait.addingReportingOverflow(share(of: wait, policy.jitter * jitter))
        return overflow ? .max : sum
    }

    private func share(of wait: Int64, _ share: Double) -> Int64 {
        Int64(nearest: Double(nearest: wait) * share)
    }
}
