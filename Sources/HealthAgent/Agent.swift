package import HealthCore

/// The numbers of targets that a change of the watched targets has kept, changed, added and removed.
package struct AgentChanges: Equatable, Sendable {
    package var kept = 0
    package var changed = 0
    package var added = 0
    package var removed = 0
}

/// The dependencies of an agent and its monitors: one for all of them.
final class AgentContext: Sendable {
    let board: HealthBoard
    let now: @Sendable () -> Instant
    let probe: @Sendable (Target) -> any Probe
    let jitter: @Sendable () -> Double
    let call: @Sendable (Instant, @escaping @Sendable () -> Void) -> Void
    let start: @Sendable (@escaping @Sendable () async -> Void) -> Task<Void, Never>
    let reportsEveryProbe: @Sendable () -> Bool
    let onEvent: @Sendable (HealthEvent) -> Void

    init(
        board: HealthBoard, now: @escaping @Sendable () -> Instant,
        probe: @escaping @Sendable (Target) -> any Probe, jitter: @escaping @Sendable () -> Double,
        call: @escaping @Sendable (Instant, @escaping @Sendable () -> Void) -> Void,
        start: @escaping @Sendable (@escaping @Sendable () async -> Void) -> Task<Void, Never>,
        reportsEveryProbe: @escaping @Sendable () -> Bool, onEvent: @escaping @Sendable (HealthEvent) -> Void
    ) {
        (self.board, self.now, self.probe, self.jitter) = (board, now, probe, jitter)
        (self.call, self.start) = (call, start)
        (self.reportsEveryProbe, self.onEvent) = (reportsEveryProbe, onEvent)
    }
}

/// Watches targets, one monitor for each target. Probes are tasks of their own rather than children of a
/// group, because a reload ends single probes.
package struct Agent {
    /// First probes begin this far apart: a login computes for milliseconds, and twenty of them at once
    /// would keep every answer waiting.
    private static let stagger = Duration.milliseconds(10)

    private struct Watched {
        let id: Int
        let monitor: Monitor
    }

    private let context: AgentContext
    /// The watched targets: the array of the settings, which is not copied.
    private var targets: [Target] = []
    /// The monitors of the targets, in the same order.
    private var watched: [Watched] = []
    private var nextID = 0

    /// - Parameters:
    ///   - probe: makes the probe of a target.
    ///   - jitter: numbers from -1 to 1.
    ///   - call: calls a closure at a moment, which may have passed.
    ///   - start: starts a task on the loop.
    ///   - reportsEveryProbe: whether `onEvent` is called after every probe, or only after one that changed the state.
    package init<AgentClock: Clock>(
        board: HealthBoard, clock: AgentClock, probe: @escaping @Sendable (Target) -> any Probe,
        jitter: @escaping @Sendable () -> Double,
        call: @escaping @Sendable (Instant, @escaping @Sendable () -> Void) -> Void,
        start: @escaping @Sendable (@escaping @Sendable () async -> Void) -> Task<Void, Never>,
        reportsEveryProbe: @escaping @Sendable () -> Bool = { true },
        onEvent: @escaping @Sendable (HealthEvent) -> Void
    ) where AgentClock.Instant == Instant {
        context = AgentContext(
            board: board, now: { clock.now }, probe: probe, jitter: jitter, call: call, start: start,
            reportsEveryProbe: reportsEveryProbe, onEvent: onEvent)
    }

    /// Shows these targets as starting, and asks none of them before `watch`.
    package func show(_ targets: [Target]) {
        let now = context.now()
        context.board.replace(
            with: targets.enumerated().map { index, target in
                let health = TargetHealth(target, HealthPolicy(target), startedAt: now, due: .distantFuture)
                return (-1 - index, health)
            })
    }

    /// Watches these targets from now on. An unchanged target, by name and all of its settings, keeps its state and its
    /// schedule; a changed target begins anew.
    @discardableResult
    package mutating func watch(_ targets: [Target]) -> AgentChanges {
        let before = Dictionary(uniqueKeysWithValues: self.targets.enumerated().map { ($1.name, $0) })
        let fresh = targets.indices.filter { place in
            before[targets[place].name].map { self.targets[$0] } != targets[place]
        }
        let names = Dictionary(uniqueKeysWithValues: targets.map { ($0.name, true) })
        let changed = fresh.count { before[targets[$0].name] != nil }
        let changes = AgentChanges(
            kept: targets.count - fresh.count, changed: changed, added: fresh.count - changed,
            removed: before.keys.count { names[$0] == nil })
        let step = stagger(of: fresh, among: targets)
        let now = context.now()
        var begun: [Monitor] = []
        var rows: [(id: Int, health: TargetHealth?)] = []
        rows.reserveCapacity(targets.count)
        var next: [Watched] = []
        next.reserveCapacity(targets.count)
        for target in targets {
            if let place = before[target.name], self.targets[place] == target {
                rows.append((watched[place].id, nil))
                next.append(watched[place])
                continue
            }
            let policy = HealthPolicy(target)
            let first = HealthRules(policy, startedAt: now).firstProbe(jitter: context.jitter())
            let due = first.advanced(by: step * begun.count)
            rows.append((nextID, TargetHealth(target, policy, startedAt: now, due: due)))
            let monitor = Monitor(target, id: nextID, context)
            begun.append(monitor)
            next.append(Watched(id: nextID, monitor: monitor))
            nextID += 1
        }
        let old = watched
        (self.targets, watched) = (targets, next)
        context.board.replace(with: rows)
        let kept = Dictionary(uniqueKeysWithValues: next.map { ($0.id, true) })
        for one in old where kept[one.id] == nil { one.monitor.cancel() }
        for monitor in begun { monitor.wait() }
        return changes
    }

    /// Stops watching all targets: cancels the probes in flight and waits until they have ended.
    package mutating func stop() async {
        context.board.replace(with: [])
        for one in watched { one.monitor.cancel() }
        for one in watched { await one.monitor.ended() }
        (targets, watched) = ([], [])
    }

    private func stagger(of fresh: [Int], among targets: [Target]) -> Duration {
        let shortest = fresh.map { HealthPolicy(targets[$0]).interval }.min() ?? .zero
        return min(Self.stagger, shortest / max(1, fresh.count))
    }
}
