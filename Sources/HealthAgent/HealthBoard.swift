package import HealthCore
internal import Synchronization

/// The health of an agent's targets, written by its monitors and read by its server. Everything runs on one thread: the
/// lock never blocks, and lets the compiler check that.
package final class HealthBoard: Sendable {
    private struct State {
        /// The targets' health in the order of the configuration. A snapshot shares them.
        var rows = TargetRows()
        /// The index in `rows` of each watched target, by the target's id.
        var places: [Int: Int] = [:]
        var hasStarted = false
        var isShuttingDown = false
        var isRestarting = false
        var isConfigurationCurrent = true
        /// The wall clock of the last snapshot.
        var clock: WallClock?
        /// The lag between the due times of probes and their starts.
        var lateness = LagWindow()

        /// Once every required target has been healthy, the agent has started for good.
        mutating func noteStart() {
            guard !hasStarted else { return }
            hasStarted = rows.allSatisfy { !$0.record.isRequired || $0.timesHealthy > 0 }
        }
    }

    private let state = Mutex(State())

    package init() {}

    // MARK: For the server and the program

    /// The state of the agent at a moment, with the stalls and the lag that the loop has measured.
    package func snapshot(
        at now: Instant, clock: WallClock, stalls: Stalls, largestLag: Duration
    ) -> AgentSnapshot {
        state.withLock { state in
            let clock = clock.steadied(by: state.clock)
            state.clock = clock
            return AgentSnapshot(
                now: now, clock: clock, targets: state.rows, hasStarted: state.hasStarted,
                isShuttingDown: state.isShuttingDown, isRestarting: state.isRestarting,
                isConfigurationCurrent: state.isConfigurationCurrent, stalls: stalls,
                largestLag: max(largestLag, state.lateness.largest(at: now)))
        }
    }

    /// Notes that the agent is shutting down.
    package func shutDown() {
        state.withLock { $0.isShuttingDown = true }
    }

    /// Sets whether the command beside the agent is being stopped, to be started again.
    package func setRestarting(_ isRestarting: Bool) {
        state.withLock { $0.isRestarting = isRestarting }
    }

    /// Sets whether the configuration in force is the newest that a reload has asked for.
    package func setConfigurationCurrent(_ isCurrent: Bool) {
        state.withLock { $0.isConfigurationCurrent = isCurrent }
    }

    // MARK: For the agent and its monitors

    /// Replaces the targets: a target with the health `nil` keeps its row.
    func replace(with targets: [(id: Int, health: TargetHealth?)]) {
        state.withLock { state in
            let known = state
            state.rows = TargetRows()
            state.places = Dictionary(minimumCapacity: targets.count)
            for (id, health) in targets {
                guard let row = health ?? known.places[id].map({ known.rows[$0] }) else { continue }
                state.places[id] = state.rows.count
                state.rows.append(row)
            }
            // The target that kept the agent from having started may be gone.
            if !state.rows.isEmpty { state.noteStart() }
        }
    }

    /// When the next probe of a target is due; nil for a target that is not watched any more.
    func due(_ id: Int) -> Instant? {
        state.withLock { state in state.places[id].map { state.rows[$0].due } }
    }

    /// Notes that a probe of a target begins; false for a target that is not watched any more.
    func begin(_ id: Int, at now: Instant) -> Bool {
        state.withLock { state in
            guard let place = state.places[id] else { return false }
            state.lateness.record(nanoseconds: state.rows[place].due.nanoseconds(to: now), at: now)
            state.rows[place].begin(at: now)
            return true
        }
    }

    /// Counts the outcome of a probe. Returns the event to report: nil for a target that is not watched any more, and,
    /// unless every probe is reported, for an unchanged state.
    func record(
        _ id: Int, _ outcome: Outcome, startedAt began: Instant, endedAt now: Instant, jitter: Double,
        reportsEveryProbe: Bool = true
    ) -> HealthEvent? {
        state.withLock { state in
            guard let place = state.places[id] else { return nil }
            let previous = state.rows[place].record.state
            let change = state.rows[place].record(
                outcome, startedAt: began, endedAt: now, jitter: jitter)
            if change == .healthy { state.noteStart() }
            let record = state.rows[place].record
            let isFirstFailure =
                record.state == .starting && outcome.failure != nil && record.failures.map(\.count) == [1]
            guard reportsEveryProbe || change != nil || isFirstFailure else { return nil }
            return HealthEvent(
                health: state.rows[place], previous: previous, startedAt: began, endedAt: now,
                isFirstFailure: isFirstFailure)
        }
    }
}

/// The end of a probe.
package final class HealthEvent: Sendable {
    package let health: TargetHealth
    /// The target's state before the probe.
    package let previous: TargetRecord.State
    /// When the probe began and ended.
    package let startedAt, endedAt: Instant
    /// Whether the probe is the first that failed, and the target is starting.
    package let isFirstFailure: Bool
    /// Whether the probe has changed the target's state.
    package var isChange: Bool { health.record.state != previous }

    init(
        health: TargetHealth, previous: TargetRecord.State, startedAt: Instant, endedAt: Instant,
        isFirstFailure: Bool
    ) {
        (self.health, self.previous, self.isFirstFailure) = (health, previous, isFirstFailure)
        (self.startedAt, self.endedAt) = (startedAt, endedAt)
    }
}
