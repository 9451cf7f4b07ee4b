/// The state of one target in an agent: its record, its metrics and its schedule.
package struct TargetHealth: Sendable {
    package private(set) var record: TargetRecord
    package let rules: HealthRules
    package private(set) var durations = DurationHistogram()
    /// The last probes, for who looks at the agent's page.
    package private(set) var history = ProbeHistory()
    /// The number of transitions to healthy and to unhealthy.
    package private(set) var timesHealthy = 0
    package private(set) var timesUnhealthy = 0
    /// The instant of the newest result.
    package private(set) var lastResult: Instant?
    /// The start of the probe in flight; nil without one.
    package private(set) var runningSince: Instant?
    /// The instant at which the next probe is due.
    package private(set) var due: Instant
    private let accepted: [Reason]
    /// The reasons for which a target of its kind can fail.
    private let usualReasons: [Reason]
    /// `HealthPolicy.freshness`, which every question about readiness compares with.
    private let freshNanoseconds: Int64
    /// Whether the scheme of the target implies TLS.
    private let speaksTLS: Bool

    /// - Parameter due: the instant at which the first probe is due.
    package init(_ target: Target, _ policy: HealthPolicy, startedAt: Instant, due: Instant) {
        record = TargetRecord(
            name: target.name, kind: target.kind, isRequired: !target.settings.isOptional, since: startedAt)
        rules = HealthRules(policy, startedAt: startedAt)
        accepted = target.settings.allAccepted
        usualReasons = target.usualReasons
        freshNanoseconds = policy.freshness.nanoseconds
        speaksTLS = target.tls != nil
        self.due = due
    }

    /// Records the start of a probe.
    package mutating func begin(at now: Instant) {
        runningSince = now
    }

    /// Counts a result; returns the new state if the state changed. A success after the timeout is a failure (D-25).
    package mutating func record(
        _ outcome: Outcome, startedAt began: Instant, endedAt now: Instant, jitter: Double
    ) -> TargetRecord.State? {
        let outcome = outcome.judged(
            accepting: accepted, within: rules.policy.timeout, from: began, to: now)
        let change = rules.count(outcome, in: &record, startedAt: began, endedAt: now)
        if outcome.failure?.isRepeated != true {
            durations.record(nanoseconds: began.nanoseconds(to: now))
            history.record(outcome.failure?.reason, nanoseconds: began.nanoseconds(to: now))
        }
        runningSince = nil
        lastResult = now
        due = rules.nextProbe(of: record, after: now, jitter: jitter)
        guard let change else { return nil }
        if change == .healthy { timesHealthy += 1 } else { timesUnhealthy += 1 }
        return change
    }

    /// Whether the newest result is too old to count.
    package func isStale(at now: Instant) -> Bool {
        guard let lastResult else { return false }
        return lastResult.nanoseconds(to: now) > freshNanoseconds
    }

    /// Its state, or that the newest result is too old.
    package func standing(at now: Instant) -> Standing { Standing(record.state, isStale: isStale(at: now)) }

    /// The end of the peer certificate's validity, in seconds since the epoch: 0 before one was seen, nil if the scheme
    /// implies none.
    package var certificateExpiry: Int64? { record.certificateExpiry ?? (speaksTLS ? 0 : nil) }

    /// The usual reasons of the kind, and those of the failures so far.
    package var possibleReasons: [Reason] {
        usualReasons + record.failures.map(\.reason).filter { !usualReasons.contains($0) }
    }
}
