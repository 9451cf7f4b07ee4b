/// What is known of one target so far: counted here, shown in every report.
package struct TargetRecord: Sendable {
    package enum State: String, Sendable, CaseIterable {
        case starting, healthy, unhealthy
    }

    package let name: String
    package let kind: String
    package let isRequired: Bool
    package private(set) var state = State.starting
    package private(set) var attempts = 0
    package private(set) var failingStreak = 0
    package private(set) var permanentStreak = 0
    /// Good answers in a row, and when the first of them came.
    package private(set) var successStreak = 0
    package private(set) var firstSuccess: Instant?
    package private(set) var lastSuccess: Instant?
    package private(set) var lastOutcome: Outcome?
    package private(set) var lastDuration = Duration.zero
    /// When the certificate ends that was seen last, in seconds since the epoch.
    package private(set) var certificateExpiry: Int64?
    /// When the state was entered.
    package private(set) var since: Instant
    /// How often each reason was seen, in the order in which they first came.
    package private(set) var failures: [(reason: Reason, count: Int)] = []

    package init(name: String, kind: String, isRequired: Bool, since: Instant) {
        (self.name, self.kind, self.isRequired, self.since) = (name, kind, isRequired, since)
    }

    /// Counts one attempt. Returns whether there is news: the first answer, or another one than before.
    ///
    /// - Parameter countsFailure: whether a failure adds to the streak; inside a start period it does not (D-21).
    package mutating func record(
        _ outcome: Outcome, startedAt: Instant, endedAt: Instant, countsFailure: Bool = true
    ) -> Bool {
        let isNews = lastOutcome.map { $0.failure?.reason != outcome.failure?.reason } ?? true
        attempts += 1
        lastDuration = startedAt.duration(to: endedAt)
        lastOutcome = outcome
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

    /// Moves to another state, and remembers when.
    package mutating func enter(_ next: State, at instant: Instant) {
        guard next != state else { return }
        state = next
        since = instant
    }

    /// The story of its failures: `refused ×58, starting ×3`.
    package var story: String {
        failures.map { "\($0.reason.rawValue) ×\($0.count)" }.joined(separator: ", ")
    }
}
