/// When which action is done: a state machine of what probes have found. Pure: time, chance and what the kernel says of
/// the network are arguments.
///
/// A target *falls* when it goes from healthy to unhealthy; nothing else begins an action, and only a fall that was
/// acted on, or could have been, is followed by one when the target is healthy again. A fall counts once
/// * `retries` failures in a row were asked for after the last pause of this process and the last isolation, and
/// * where the failure may be the network's, another target has been asked since, and this machine is not isolated.
package struct Actions: Sendable {
    /// An action whose time has come.
    package struct Due: Equatable, Sendable {
        package let target: String
        package let trigger: ActionTrigger
        package let action: Action
        /// Whether it is done in place of a restart beyond the limit.
        package var isBeyondLimit = false
    }

    /// How often an action was done for a target.
    package struct Count: Equatable, Sendable {
        package let target: String
        package let action: String
        package var count: Int
        /// How often it failed, which only a command does.
        package var failures = 0
    }

    /// A change of isolation, to be told.
    package enum Notice: Equatable, Sendable {
        case isolated(Isolation)
        case reconnected(after: Duration)
    }

    /// How long a fall waits at most for another target to be asked.
    private static let longestDoubt = Duration.seconds(60)

    private struct Pending {
        let trigger: ActionTrigger
        var at: Instant
    }

    private struct Watched {
        let target: Target
        let host: String?
        let retries: Int
        var backoff = ActionBackoff()
        /// The newest result: when its probe began, and why it failed.
        var lastBegan: Instant?
        var reason: Reason?
        /// The failures in a row that count.
        var failures = 0
        /// Since when it is unhealthy, fallen or not.
        var unhealthySince: Instant?
        /// Whether a turn has judged the newest result, if that may be the network's doing.
        var isJudged = true
        var fellAt: Instant?
        /// Whether the fall counts.
        var hasFallen = false
        var pending: Pending?

        init(_ target: Target) {
            self.target = target
            host = Isolation.host(of: target)
            retries = HealthPolicy(target).retries
        }

        /// Forgets what has happened so far, but for the newest result.
        mutating func beginAnew() { (fellAt, hasFallen, pending) = (nil, false, nil) }

        /// Doubts what has happened so far: a fall has to be seen again.
        mutating func doubt() {
            failures = 0
            guard fellAt != nil else { return }
            (hasFallen, pending) = (false, nil)
        }
    }

    package let rules: ActionRules
    private var watched: [Watched] = []
    /// Failures that were asked for earlier do not count.
    private var countsFrom = Instant(nanoseconds: .min)
    private var isolatedSince: Instant?
    private var restarts = 0
    /// Whether the program ends: nothing more is done.
    private var isOver = false
    package private(set) var isolation: Isolation?
    package private(set) var counts: [Count] = []

    package init(_ rules: ActionRules) {
        self.rules = rules
        for rule in rules.rules { count(rule.target, rule.action.word, by: 0) }
    }

    /// Watches these targets from now on. One that is not as it was begins anew: nothing is done because of a reload.
    package mutating func watch(_ targets: [Target]) {
        let before = Dictionary(uniqueKeysWithValues: watched.map { ($0.target.name, $0) })
        watched = targets.map { target in
            before[target.name].flatMap { $0.target == target ? $0 : nil } ?? Watched(target)
        }
        for target in targets {
            let isRequired = !target.settings.isOptional
            let action = rules.action(of: target.name, isRequired: isRequired, on: .unhealthy)
            if let action { count(target.name, action.word, by: 0) }
        }
    }

    /// Takes the result of a probe.
    package mutating func observe(
        _ name: String, from previous: TargetRecord.State, to state: TargetRecord.State, reason: Reason?,
        startedAt began: Instant, endedAt now: Instant, jitter: Double
    ) {
        guard let index = watched.firstIndex(where: { $0.target.name == name }) else { return }
        watched[index].lastBegan = began
        watched[index].reason = reason
        watched[index].isJudged = watched[index].host == nil || !Isolation.isDoubtful(reason)
        if reason == nil {
            watched[index].failures = 0
        } else if began >= countsFrom {
            watched[index].failures += 1
        }
        watched[index].backoff.note(isHealthy: state == .healthy, at: now)
        watched[index].unhealthySince = state == .unhealthy ? watched[index].unhealthySince ?? now : nil
        switch (previous, state) {
        case (.healthy, .unhealthy):
            watched[index].beginAnew()
            watched[index].fellAt = now
        case (_, .healthy) where previous != .healthy:
            let hasFallen = watched[index].hasFallen
            watched[index].beginAnew()
            if hasFallen { schedule(.healthy, index, at: now, jitter: jitter) }
        default: break
        }
        // A target may be healthy again before the next turn. Where the failure may be the network's, the kernel has to be
        // asked before.
        if isolation == nil, !Isolation.isDoubtful(reason) { noteFall(index, at: now, jitter: jitter) }
    }

    /// Notes that this process did not run for a while, until now: what comes of probes that were under way says nothing.
    package mutating func resume(at now: Instant, jitter: Double) {
        doubt(at: now)
        for index in watched.indices where watched[index].pending != nil {
            let wait = watched[index].backoff.wait(jitter: jitter)
            watched[index].pending?.at = now.advanced(by: wait)
        }
    }

    /// Notes that the command was started again, behind the gate: what was before is dealt with.
    package mutating func restarted() {
        for index in watched.indices { watched[index].beginAnew() }
    }

    /// Whether the kernel has to be asked about the network before the next `turn`.
    package var wantsFacts: Bool {
        isolation != nil
            || watched.contains {
                $0.fellAt != nil || !$0.isJudged || ($0.host != nil && Isolation.isDoubtful($0.reason))
            }
    }

    /// When `turn` has something to do at the latest; nil if that depends on what comes.
    package var next: Instant? { isolation == nil ? watched.compactMap(\.pending?.at).min() : nil }

    /// Judges what is known, and returns what is to be told and done now.
    ///
    /// - Parameters:
    ///   - isHeld: whether nothing can be done now, because of a restart under way.
    ///   - jitter: a number from -1 to 1.
    package mutating func turn(
        at now: Instant, _ facts: NetworkFacts, isHeld: Bool = false, jitter: Double
    ) -> (notice: Notice?, due: [Due]) {
        let notice = judge(facts, at: now)
        for index in watched.indices { watched[index].isJudged = true }
        guard isolation == nil, !isOver else { return (notice, []) }
        for index in watched.indices { noteFall(index, at: now, jitter: jitter) }
        return (notice, isHeld ? [] : takeDue(at: now))
    }

    /// Whether the state of a target can be told of: nobody is isolated, and one that is unhealthy is so by failures that
    /// would count for a fall.
    package func counts(_ name: String, at now: Instant) -> Bool {
        guard isolation == nil, let index = watched.firstIndex(where: { $0.target.name == name }),
            watched[index].isJudged
        else { return false }
        guard let since = watched[index].unhealthySince else { return true }
        return failuresCount(index, since: since, at: now)
    }

    // MARK: Falls

    private mutating func noteFall(_ index: Int, at now: Instant, jitter: Double) {
        guard fallCounts(index, at: now) else { return }
        watched[index].hasFallen = true
        schedule(.unhealthy, index, at: now, jitter: jitter)
    }

    private func fallCounts(_ index: Int, at now: Instant) -> Bool {
        guard let fellAt = watched[index].fellAt, !watched[index].hasFallen else { return false }
        return failuresCount(index, since: fellAt, at: now)
    }

    private func failuresCount(_ index: Int, since: Instant, at now: Instant) -> Bool {
        let one = watched[index]
        guard one.failures >= one.retries else { return false }
        guard let host = one.host, Isolation.isDoubtful(one.reason) else { return true }
        let others = watched.indices.filter {
            $0 != index && watched[$0].host != nil && watched[$0].lastBegan != nil
        }
        guard others.contains(where: { watched[$0].host != host }) else { return true }
        let since = max(since, countsFrom)
        let asked = others.filter { watched[$0].lastBegan.map { $0 >= since } ?? false }
        return asked.contains { !Isolation.isDoubtful(watched[$0].reason) } || asked.count == others.count
            || since.duration(to: now) >= Self.longestDoubt
    }

    private mutating func doubt(at now: Instant) {
        countsFrom = now
        for index in watched.indices { watched[index].doubt() }
    }

    private mutating func judge(_ facts: NetworkFacts, at now: Instant) -> Notice? {
        let results = watched.compactMap { one in
            one.lastBegan.flatMap { _ in
                one.host.map { Isolation.Result(host: $0, reason: one.reason) }
            }
        }
        let before = isolation
        isolation = Isolation.judge(facts, results)
        if before == nil, let isolation {
            isolatedSince = now
            return .isolated(isolation)
        }
        guard before != nil, isolation == nil else { return nil }
        doubt(at: now)
        return .reconnected(after: isolatedSince?.duration(to: now) ?? .zero)
    }

    // MARK: Actions

    private mutating func schedule(
        _ trigger: ActionTrigger, _ index: Int, at now: Instant, jitter: Double
    ) {
        guard action(on: trigger, index) != nil else { return }
        let wait = watched[index].backoff.wait(jitter: jitter)
        watched[index].pending = Pending(trigger: trigger, at: now.advanced(by: wait))
    }

    private func action(on trigger: ActionTrigger, _ index: Int) -> Action? {
        let target = watched[index].target
        return rules.action(of: target.name, isRequired: !target.settings.isOptional, on: trigger)
    }

    private mutating func takeDue(at now: Instant) -> [Due] {
        var due: [Due] = []
        for index in watched.indices {
            guard !isOver, let pending = watched[index].pending, pending.at <= now,
                let action = action(on: pending.trigger, index),
                // A good answer that heals nothing yet is waited for.
                (watched[index].reason == nil) == (pending.trigger == .healthy)
            else { continue }
            watched[index].pending = nil
            watched[index].backoff.noteAction()
            var next = Due(target: watched[index].target.name, trigger: pending.trigger, action: action)
            if action == .restart {
                // One restart is for all targets.
                guard !due.contains(where: { $0.action == .restart }) else { continue }
                if let limit = rules.restartLimit, restarts >= limit {
                    next = Due(
                        target: next.target, trigger: next.trigger, action: .exit(Action.usualCode),
                        isBeyondLimit: true)
                } else {
                    restarts += 1
                }
            }
            if case .exit = next.action { isOver = true }
            count(next.target, next.action.word, by: 1)
            due.append(next)
        }
        return due
    }

    private mutating func count(_ target: String, _ action: String, by number: Int) {
        if let index = counts.firstIndex(where: { $0.target == target && $0.action == action }) {
            counts[index].count += number
        } else {
            counts.append(Count(target: target, action: action, count: number))
        }
    }
}
