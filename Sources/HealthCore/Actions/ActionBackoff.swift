/// The waits before one target's actions: 1 s, twice as long before each further one up to 1 min, and half more or less
/// by chance, so that replicas do not act together. A target that has been healthy for ten minutes begins anew.
package struct ActionBackoff: Sendable {
    private static let shortest: Int64 = 1_000_000_000
    private static let longest: Int64 = 60_000_000_000
    private static let calm = Duration.seconds(600)

    private var actions = 0
    private var healthySince: Instant?

    package init() {}

    /// Notes whether the target is healthy now.
    package mutating func note(isHealthy: Bool, at now: Instant) {
        guard isHealthy else {
            if let since = healthySince, since.duration(to: now) >= Self.calm { actions = 0 }
            return healthySince = nil
        }
        healthySince = healthySince ?? now
    }

    /// Notes that an action was done.
    package mutating func noteAction() { actions = min(actions + 1, 6) }

    /// The wait before the next action.
    ///
    /// - Parameter jitter: a number from -1 to 1.
    package func wait(jitter: Double) -> Duration {
        let wait = min(Self.shortest << Int64(clamping: actions), Self.longest)
        let share = Double(nearest: wait) / 2 * max(-1, min(1, jitter))
        return .nanoseconds(wait + Int64(nearest: share))
    }
}
