/// What a gate waits for, as one value: targets, how many of them, for how long.
package struct GatePolicy: Sendable {
    /// nil waits for ever.
    package var timeout: Duration? = .seconds(60)
    package var attemptTimeout: Duration = .seconds(3)
    /// How many required targets must be ready; nil means all.
    package var quorum: Int?
    /// How long an optional target is waited for at least.
    package var optionalWait: Duration = .seconds(5)
    package var failFast = FailFast.never
    package var interval: Duration?
    package var successThreshold = 1
    package var stable = Duration.zero
    package var accepted: [Reason] = []

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

    /// How long a check that was told nothing may take.
    package static var checkTimeout: Duration { .seconds(2) }
}

/// How far a gate has come. Pure: time and jitter are arguments.
package struct GateProgress: Sendable {
    /// What the shell does with a target next.
    package enum Step: Sendable, Equatable {
        case attempt(at: Instant)
        /// Nothing more: it is ready, it was given up, or no time is left for an attempt.
        case rest
    }

    /// How the gate ends.
    package enum Verdict: Sendable, Equatable {
        case ready
        /// This required target failed for a reason of `--fail-fast`.
        case failed(target: Int)
        case timedOut
    }

    /// Time kept for the final attempt before the end.
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
                name: $0.name, kind: $0.kind, isRequired: !$0.settings.isOptional, since: startedAt)
        }
    }

    /// The deadline of an attempt of this target that starts now.
    package func attemptDeadline(of index: Int, startedAt now: Instant) -> Instant {
        min(deadline, now.advanced(by: settings[index].timeout ?? policy.attemptTimeout))
    }

    /// Until when optional targets are waited for.
    package var optionalDeadline: Instant { startedAt.advanced(by: policy.optionalWait) }

    /// Counts an attempt of a target; says what to do next and whether there is news to tell.
    package mutating func record(
        _ outcome: Outcome, of index: Int, startedAt began: Instant, endedAt now: Instant, jitter: Double
    ) -> (step: Step, isNews: Bool) {
        let allowed = began.duration(to: attemptDeadline(of: index, startedAt: began))
        let outcome = outcome.judged(
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

    /// Whether the good answers in a row are as many and as old as asked for.
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
        // A window that is about to end is looked at when it ends.
        let left = now.duration(to: first.advanced(by: settings[index].stable ?? policy.stable))
        return left > .zero ? min(pause, left) : pause
    }

    /// Shortens the last pause, so that a final attempt has its time before the end.
    private func nextAttempt(from now: Instant, pause: Duration) -> Step {
        let planned = now.advanced(by: pause)
        let final = deadline == .distantFuture ? deadline : deadline.advanced(by: .zero - Self.finalAttempt)
        if planned > final, now < final { return .attempt(at: final) }
        return planned < deadline ? .attempt(at: planned) : .rest
    }

    /// Whether as many required targets are ready as are asked for.
    package var isReady: Bool {
        required.count { records[$0].state == .healthy } >= needed
    }

    private var required: [Int] { records.indices.filter { records[$0].isRequired } }
    private var needed: Int { policy.quorum ?? required.count }

    /// Ends the grace of a one-shot check: what is not healthy is unhealthy.
    package mutating func conclude(at now: Instant) {
        for index in records.indices where records[index].state != .healthy {
            records[index].enter(.unhealthy, at: now)
        }
    }

    /// How the gate ends, if it ends now.
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
