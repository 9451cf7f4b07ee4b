package import HealthCore
internal import Synchronization

/// What the monitors of an agent have found so far, for whoever asks. Everything runs on one thread:
/// the lock is never waited for, and is what lets the compiler check that.
package final class HealthBoard: Sendable {
    private struct State {
        /// In the order of the configuration. A snapshot shares this array: nothing is copied unless a
        /// result comes while somebody still reads it.
        var rows: [TargetHealth] = []
        /// Where each watched target is in `rows`, by its number.
        var places: [Int: Int] = [:]
        var hasStarted = false
        var isShuttingDown = false
        var isConfigurationCurrent = true
        /// What the calendar said last.
        var clock: WallClock?
        /// How late probes began.
        var lateness = LagWindow()

        /// Once every required target has been healthy, the agent has started for good.
        mutating func noteStart() {
            guard !hasStarted else { return }
            hasStarted = rows.allSatisfy { !$0.record.isRequired || $0.timesHealthy > 0 }
        }
    }

    private let state = Mutex(State())

    package init() {}

    // MARK: For whoever asks

    /// Everything at a moment, with what the loop knows about itself.
    package func snapshot(
        at now: Instant, clock: WallClock, stalls: Stalls, largestLag: Duration
    ) -> AgentSnapshot {
        state.withLock { state in
            let clock = clock.steadied(by: state.clock)
            state.clock = clock
            return AgentSnapshot(
                now: now, clock: clock, targets: state.rows, hasStarted: state.hasStarted,
                isShuttingDown: state.isShuttingDown, isConfigurationCurrent: state.isConfigurationCurrent,
                stalls: stalls, largestLag: max(largestLag, state.lateness.largest(at: now)))
        }
    }

    /// The end has begun.
    package func shutDown() {
        state.withLock { $0.isShuttingDown = true }
    }

    /// Whether the configuration in force is the newest that was asked for.
    package func setConfigurationCurrent(_ isCurrent: Bool) {
        state.withLock { $0.isConfigurationCurrent = isCurrent }
    }

    // MARK: For the agent and its monitors

    /// Replaces the targets: those with `nil` keep what is known of them.
    func replace(with targets: [(id: Int, health: TargetHealth?)]) {
        state.withLock { state in
            let known = state
            state.rows = []
            state.rows.reserveCapacity(targets.count)
            state.places = Dictionary(minimumCapacity: targets.count)
            for (id, health) in targets {
                guard let row = health ?? known.places[id].map({ known.rows[$0] }) else { continue }
                state.places[id] = state.rows.count
                state.rows.append(row)
            }
            // The one that was missing may be gone.
            if !state.rows.isEmpty { state.noteStart() }
        }
    }

    /// When the next probe of a target is to begin; nil for one that is not watched any more.
    func due(_ id: Int) -> Instant? {
        state.withLock { state in state.places[id].map { state.rows[$0].due } }
    }

    /// A probe of a target begins; false for a target that is not watched any more.
    func begin(_ id: Int, at now: Instant) -> Bool {
        state.withLock { state in
            guard let place = state.places[id] else { return false }
            state.lateness.record(nanoseconds: state.rows[place].due.nanoseconds(to: now), at: now)
            state.rows[place].begin(at: now)
            return true
        }
    }

    /// Counts a result. Returns what is to be told: nothing of a target that is not watched any more, and of one that
    /// is as it was only if all is to be told.
    func record(
        _ id: Int, _ outcome: Outcome, startedAt began: Instant, endedAt now: Instant, jitter: Double,
        reportsEveryProbe: Bool = true
    ) -> HealthEvent? {
        state.withLock { state in
            guard let place = state.places[id] else { return nil }
            let change = state.rows[place].record(
                outcome, startedAt: began, endedAt: now, jitter: jitter)
            if change == .healthy { state.noteStart() }
            guard reportsEveryProbe || change != nil else { return nil }
            return HealthEvent(health: state.rows[place], isChange: change != nil)
        }
    }
}

/// A probe has ended.
package final class HealthEvent: Sendable {
    package let health: TargetHealth
    /// Whether it led to another status.
    package let isChange: Bool

    init(health: TargetHealth, isChange: Bool) {
        self.health = health
        self.isChange = isChange
    }
}
