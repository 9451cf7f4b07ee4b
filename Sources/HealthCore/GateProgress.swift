/// The settings of a gate: timeouts, quorum, pace, and which failures end it.
package struct GatePolicy: Sendable {
    /// The timeout of the gate; nil waits for ever.
    package var timeout: Duration? = .seconds(60)
    package var attemptTimeout: Duration = .seconds(3)
    /// The number of required targets that must be ready; nil for all.
    package var quorum: Int?
    /// The minimum wait for optional targets.
    package var optionalWait: Duration = .seconds(5)
    package var failFast = FailFast.never
    package var interval: Duration?
    package var successThreshold = 1
    package var stable = Duration.zero
    package var accepted: [Reason] = []
    /// Whether the gate waits until the targets are gone.
    package var awaitsAbsence = false

    /// Which failures end the gate at once.
    package enum FailFast: Sendable, Equatable {
        case never
        case permanent
        case reasons([Reason])

        func applies(to failure: Failure) -> Bool {
            switch self {
            case .never: false
            case .permanent: failure.isPermanent
            case .reasons(let reasons): reasons.contains(failure.reason)
            }
        }
    }

    package init() {}

    /// The default timeout of a check.
    package static var checkTimeout: Duration { .seconds(2) }
}

/// The state machine of a gate. Pure: time and jitter are arguments.
package struct GateProgress: Sendable {
    /// The next action of the caller for a target.
    package enum Step: Sendable, Equatable {
        case attempt(at: Instant)
        /// No more attempts: the target is ready or given up, or no time is left.
        case rest
    }

    /// The result with which a gate ends.
    package enum Verdict: Sendable, Equatable {
        case ready
        /// A required target failed for a reason of `--fail-fast`.
        case failed(target: Int)
        case timedOut
    }

    /// The time reserved for a final attempt before the deadline.
    package static let finalAttempt = Duration.milliseconds(250)

    package let policy: GatePolicy
    package let startedAt: Instant
    package let deadline: Instant
    package private(set) var records: [TargetRecord]
    private let settings: [TargetSettings]
    private var givenUp: [Int] = []

    package init(_ targets: [Target], _ policy: GatePolicy, startedAt: Instant) {
        self.policy = policy
        self.startedAt = startedAt
        deadline = policy.timeout.map { startedAt.advanced(by: $0) } ?? .distantFuture
        settings = targets.map(\.settings)
        records = targets.map {
            TargetRecord(
                name: $0.name, kind: $0.kind, isRequired: !$0.settings.isOptional, since: startedAt,
                awaitsAbsence: policy.awaitsAbsence)
        }
    }

    /// The deadline of an attempt of this target that starts now.
    package func attemptDeadline(of index: Int, startedAt now: Instant) -> Instant {
        min(deadline, now.advanced(by: settings[index].timeout ?? policy.attemptTimeout))
    }

    /// The end of the minimum wait for optional targets.
    package var optionalDeadline: Instant { startedAt.advanced(by: policy.optionalWait) }

    /// Counts the outcome of an attempt; returns the next step and whether the outcome is worth a line.
    package mutating func record(
        _ outcome: Outcome, of index: Int, startedAt began: Instant, endedAt now: Instant, jitter: Double
    ) -> (step: Step, isNews: Bool) {
        let allowed = began.duration(to: attemptDeadline(of: index, startedAt: began))
        let outcome = (policy.awaitsAbsence ? outcome.ofAbsence : outcome).judged(
            accepting: policy.accepted + settings[index].allAccepted, within: allowed, from: began, to: now)
        let isNews = records[index].record(outcome, startedAt: began, endedAt: now)
        switch outcome.result {
        case .ready:
            guard isSettled(index, at: now) else { break }
            records[index].enter(.healthy, at: now)
            return (.rest, true)
        case .notReady(let failure):
            guard policy.failFast.applies(to: failure) else { break }
            givenUp.append(index)
            return (.rest, isNews)
        }
        let pause = pause(of: index, after: outcome.failure, at: now, jitter: jitter)
        return (nextAttempt(from: now, pause: pause), isNews)
    }

    /// Whether the success streak has the length and the duration that are asked for.
    private func isSettled(_ index: Int, at now: Instant) -> Bool {
        guard records[index].successStreak >= settings[index].successThreshold ?? policy.successThreshold,
            let first = records[index].firstSuccess
        else { return false }
        return first.duration(to: now) >= settings[index].stable ?? policy.stable
    }

    private func pause(of index: Int, after failure: Failure?, at now: Instant, jitter: Double) -> Duration {
        if let fixed = settings[index].interval ?? policy.interval { return fixed }
        let record = records[index]
        let pause = Pacing.pause(
            after: failure, waited: startedAt.duration(to: now), permanentStreak: record.permanentStreak,
            jitter: jitter)
        guard let first = record.firstSuccess else { return pause }
        // The `stable` window may end before the pause does.
        let left = now.duration(to: first.advanced(by: settings[index].stable ?? policy.stable))
        return left > .zero ? min(pause, left) : pause
    }

    /// The next attempt; the last pause is cut so that a final attempt fits before the deadline.
    private func nextAttempt(from now: Instant, pause: Duration) -> Step {
        let planned = now.advanced(by: pause)
        let final = deadline == .distantFuture ? deadline : deadline.advanced(by: .zero - Self.finalAttempt)
        if planned > final, now < final { return .attempt(at: final) }
        return planned < deadline ? .attempt(at: planned) : .rest
    }

    /// Whether the quorum of required targets is ready.
    package var isReady: Bool {
        required.count { records[$0].state == .healthy } >= needed
    }

    private var required: [Int] { records.indices.filter { records[$0].isRequired } }
    private var needed: Int { policy.quorum ?? required.count }

    /// Ends a one-shot check: every target that is not healthy becomes unhealthy.
    package mutating func conclude(at now: Instant) {
        for index in records.indices where records[index].state != .healthy {
            records[index].enter(.unhealthy, at: now)
        }
    }

    /// The verdict, if the gate ends now.
    package func verdict(at now: Instant) -> Verdict? {
        let required = required
        if isReady, now >= min(optionalDeadline, deadline) || waitingOptionals.isEmpty { return .ready }
        let lost = required.filter(givenUp.contains)
        if required.count - lost.count < needed, let first = lost.first { return .failed(target: first) }
        return now >= deadline ? .timedOut : nil
    }

    /// Optional targets that are neither ready nor given up.
    package var waitingOptionals: [Int] {
        records.indices.filter {
            !records[$0].isRequired && records[$0].state != .healthy && !givenUp.contains($0)
        }
    }
}
