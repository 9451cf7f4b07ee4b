/// The health of one target, counted exactly as Docker counts. Pure: time and jitter are arguments.
package struct HealthState: Sendable {
    package typealias Status = TargetRecord.State

    /// Waits that are left to chance end at multiples of this: what is sent and answered together costs the loop
    /// one turn for many targets, and the server one wake.
    private static let sharedMoment: Int64 = 50_000_000

    package let policy: HealthPolicy
    /// When the start period began (D-15).
    package let startedAt: Instant
    package private(set) var status = Status.starting
    /// Counted failures in a row; it keeps growing while unhealthy (D-20).
    package private(set) var failingStreak = 0
    private var successStreak = 0

    package init(_ policy: HealthPolicy, startedAt: Instant) {
        self.policy = policy
        self.startedAt = startedAt
    }

    /// Counts the result of a probe by when the probe started, and returns the status it led to, if
    /// that is another one.
    package mutating func record(isSuccess: Bool, startedAt began: Instant) -> Status? {
        let before = status
        if isSuccess {
            failingStreak = 0
            successStreak += 1
            // D-17: with the default threshold one success heals.
            if successStreak >= policy.successThreshold { status = .healthy }
        } else {
            successStreak = 0
            // D-18, D-19: only a target that has never been healthy has a grace.
            guard status != .starting || !isInStartPeriod(began) else { return nil }
            failingStreak += 1
            if failingStreak >= policy.retries { status = .unhealthy }
        }
        return status == before ? nil : status
    }

    /// When the first probe starts.
    ///
    /// - Parameter jitter: a number from -1 to 1.
    package func firstProbe(jitter: Double) -> Instant {
        shared(policy.initialDelay, after: startedAt, jitter)
    }

    /// When the next probe starts, after one that ended at `ended` (D-11, D-12). A wait inside the
    /// start period ends with it at the latest (the capped form of D-14).
    ///
    /// - Parameter jitter: a number from -1 to 1.
    package func nextProbe(after ended: Instant, jitter: Double) -> Instant {
        guard status == .starting, isInStartPeriod(ended) else {
            return shared(policy.interval, after: ended, jitter)
        }
        let end = startedAt.advanced(by: policy.startPeriod)
        return min(shared(policy.startInterval, after: ended, jitter), end)
    }

    /// The end of a wait: the nearest moment that other targets share, at most half of the spread from the one drawn.
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
        // The longest wait that can be written must not overflow.
        let (sum, overflow) = wait.addingReportingOverflow(share(of: wait, policy.jitter * jitter))
        return overflow ? .max : sum
    }

    private func share(of wait: Int64, _ share: Double) -> Int64 {
        Int64(nearest: Double(nearest: wait) * share)
    }
}
