import HealthCore

/// Probes of one target, played through: when each begins, and what it leads to.
struct ProbeRun {
    /// One line for each probe: the second it began, the status and the streak after it.
    private(set) var table: [String] = []
    private(set) var starts: [Duration] = []
    /// Only the changes, as events would tell them (D-30).
    private(set) var events: [TargetRecord.State] = []
    /// When the probe after the last one would begin.
    private(set) var next: Duration
    private(set) var state: CountedHealth

    /// - Parameters:
    ///   - script: `F` for a failure and `S` for a success, in order; spaces do not count.
    ///   - duration: how long each probe takes.
    ///   - jitter: the number from -1 to 1 that every wait is given.
    init(
        _ script: String, _ policy: HealthPolicy, taking duration: Duration = .zero, jitter: Double = 0,
        startedAt: Duration = .zero
    ) {
        state = CountedHealth(policy, startedAt: .at(startedAt))
        next = Instant.at(.zero).duration(to: state.firstProbe(jitter: jitter))
        for result in script where result != " " {
            let (began, ended) = (Instant.at(next), Instant.at(next + duration))
            if let change = state.record(isSuccess: result == "S", startedAt: began) { events.append(change) }
            starts.append(next)
            table.append("\(Self.seconds(next)) \(state.status) \(state.failingStreak)")
            next = Instant.at(.zero).duration(to: state.nextProbe(after: ended, jitter: jitter))
        }
    }

    private static func seconds(_ duration: Duration) -> String {
        let seconds = duration.inSeconds
        return seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
    }
}

extension HealthPolicy {
    /// Docker's defaults (D-1) with the first wait that Docker would have (D-10, D-11), without jitter.
    static func docker(
        interval: Int = 30, startPeriod: Int = 0, startInterval: Int = 5, retries: Int = 3
    ) -> HealthPolicy {
        var policy = HealthPolicy()
        policy.interval = .seconds(interval)
        policy.timeout = .seconds(30)
        policy.retries = retries
        policy.startPeriod = .seconds(startPeriod)
        policy.startInterval = .seconds(startInterval)
        policy.initialDelay = startPeriod > 0 ? policy.startInterval : policy.interval
        policy.jitter = 0
        return policy
    }
}

/// The rules of a target, and what is counted by them.
struct CountedHealth {
    private let rules: HealthRules
    private var record: TargetRecord
    var status: TargetRecord.State { record.state }
    var failingStreak: Int { record.failingStreak }

    init(_ policy: HealthPolicy, startedAt: Instant) {
        rules = HealthRules(policy, startedAt: startedAt)
        record = TargetRecord(name: "db", kind: "tcp", isRequired: true, since: startedAt)
    }

    mutating func record(isSuccess: Bool, startedAt began: Instant) -> TargetRecord.State? {
        rules.count(isSuccess ? .good : .failed(.refused), in: &record, startedAt: began, endedAt: began)
    }

    func firstProbe(jitter: Double) -> Instant { rules.firstProbe(jitter: jitter) }

    func nextProbe(after ended: Instant, jitter: Double) -> Instant {
        rules.nextProbe(of: record, after: ended, jitter: jitter)
    }
}
