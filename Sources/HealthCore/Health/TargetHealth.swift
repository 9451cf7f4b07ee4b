/// All that an agent knows of one target: what was seen, what follows from it, what is to come.
package struct TargetHealth: Sendable {
    package private(set) var record: TargetRecord
    package let rules: HealthRules
    package private(set) var durations = DurationHistogram()
    /// How often it became healthy and unhealthy.
    package private(set) var timesHealthy = 0
    package private(set) var timesUnhealthy = 0
    /// When the newest result came.
    package private(set) var lastResult: Instant?
    /// When the probe in flight began.
    package private(set) var runningSince: Instant?
    /// When the next probe is to begin.
    package private(set) var due: Instant
    private let accepted: [Reason]
    /// The reasons for which a target of its kind can fail.
    private let usualReasons: [Reason]
    /// Whether its scheme says that it speaks TLS.
    private let speaksTLS: Bool

    /// - Parameter due: when the first probe is to begin.
    package init(_ target: Target, _ policy: HealthPolicy, startedAt: Instant, due: Instant) {
        record = TargetRecord(
            name: target.name, kind: target.kind, isRequired: !target.settings.isOptional, since: startedAt)
        rules = HealthRules(policy, startedAt: startedAt)
        accepted = target.settings.allAccepted
        usualReasons = target.usualReasons
        speaksTLS = target.tls != nil
        self.due = due
    }

    /// A probe begins.
    package mutating func begin(at now: Instant) {
        runningSince = now
    }

    /// Counts a result; returns the status it led to, if that is another one. A success that came after
    /// the timeout is a failure (D-25).
    package mutating func record(
        _ outcome: Outcome, startedAt began: Instant, endedAt now: Instant, jitter: Double
    ) -> TargetRecord.State? {
        let outcome = outcome.judged(
            accepting: accepted, within: rules.policy.timeout, from: began, to: now)
        let change = rules.count(outcome, in: &record, startedAt: began, endedAt: now)
        durations.record(nanoseconds: began.nanoseconds(to: now))
        runningSince = nil
        lastResult = now
        due = rules.nextProbe(of: record, after: now, jitter: jitter)
        guard let change else { return nil }
        if change == .healthy { timesHealthy += 1 } else { timesUnhealthy += 1 }
        return change
    }

    /// Whether the newest result is too old to say anything.
    package func isStale(at now: Instant) -> Bool {
        guard let lastResult else { return false }
        return lastResult.duration(to: now) > rules.policy.freshness
    }

    /// The end of the peer's certificate, in seconds since the epoch: 0 before one was seen, nil where none
    /// is expected.
    package var certificateExpiry: Int64? { record.certificateExpiry ?? (speaksTLS ? 0 : nil) }

    /// The reasons for which a target of its kind can fail, and those it has failed for.
    package var possibleReasons: [Reason] {
        usualReasons + record.failures.map(\.reason).filter { !usualReasons.contains($0) }
    }
}
