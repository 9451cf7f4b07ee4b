/// The state and the counters of one target, as every report shows them.
package struct TargetRecord: Sendable {
    package enum State: String, Sendable, CaseIterable {
        case starting, healthy, unhealthy
    }

    package let name: String
    package let kind: String
    package let isRequired: Bool
    private let awaitsAbsence: Bool
    /// The word for what is waited for.
    package var goal: String { awaitsAbsence ? "down" : "ready" }
    package private(set) var state = State.starting
    package private(set) var attempts = 0
    package private(set) var failingStreak = 0
    package private(set) var permanentStreak = 0
    /// Successes in a row, and the start of the first one's attempt.
    package private(set) var successStreak = 0
    package private(set) var firstSuccess: Instant?
    package private(set) var lastSuccess: Instant?
    package private(set) var lastOutcome: Outcome?
    package private(set) var lastDuration = Duration.zero
    /// When the last attempt ended.
    private var lastEnd: Instant
    /// The end of the newest certificate's validity, in seconds since the epoch.
    package private(set) var certificateExpiry: Int64?
    /// The instant at which the state was entered.
    package private(set) var since: Instant
    /// The failures by reason, in the order of their first occurrence.
    package private(set) var failures: [(reason: Reason, count: Int)] = []

    package init(name: String, kind: String, isRequired: Bool, since: Instant, awaitsAbsence: Bool = false) {
        (self.name, self.kind, self.isRequired, self.since) = (name, kind, isRequired, since)
        self.awaitsAbsence = awaitsAbsence
        lastEnd = since
    }

    /// Counts one attempt, unless it asked nobody. Returns whether its result is new: the first one, or another reason
    /// than before.
    ///
    /// - Parameter countsFailure: whether a failure extends the streak; inside a start period it does not (D-21).
    package mutating func record(
        _ outcome: Outcome, startedAt: Instant, endedAt: Instant, countsFailure: Bool = true
    ) -> Bool {
        let isNews = lastOutcome.map { $0.failure?.reason != outcome.failure?.reason } ?? true
        lastOutcome = outcome
        lastEnd = endedAt
        if outcome.failure?.isRepeated == true { return isNews }
        attempts += 1
        lastDuration = startedAt.duration(to: endedAt)
        if let expiry = outcome.certificateExpiry { certificateExpiry = expiry }
        switch outcome.result {
        case .ready:
            if successStreak == 0 { firstSuccess = startedAt }
            successStreak += 1
            failingStreak = 0
            permanentStreak = 0
            lastSuccess = endedAt
        case .notReady(let failure):
            successStreak = 0
            firstSuccess = nil
            if countsFailure { failingStreak += 1 }
            permanentStreak = failure.isPermanent ? permanentStreak + 1 : 0
            if let index = failures.firstIndex(where: { $0.reason == failure.reason }) {
                failures[index].count += 1
            } else {
                failures.append((failure.reason, 1))
            }
        }
        return isNews
    }

    /// The phases of the last attempt; nil where they were not measured. The type of a list of pairs is made at run time,
    /// and that is dear.
    package var lastPhases: [(phase: Phases.Phase, duration: Duration)]? {
        guard let phases = lastOutcome?.phases, !phases.isEmpty else { return nil }
        return phases.durations(endingAt: lastEnd)
    }

    /// Enters a state; `since` changes only with the state.
    package mutating func enter(_ next: State, at instant: Instant) {
        guard next != state else { return }
        state = next
        since = instant
    }

    /// The failures by reason: `refused ×58, starting ×3`.
    package var story: String {
        failures.map { "\($0.reason.rawValue) ×\($0.count)" }.joined(separator: ", ")
    }
}
