import EventLoop
import HealthAgent
import HealthCore
internal import Glibc
internal import Synchronization

/// The actions of a running agent, which are told of every probe and asked at every tick what is to do; commands of
/// `on_change` are run at once. Everything runs on one thread: the lock never blocks, and lets the compiler check that.
final class Acting: Sendable {
    /// A tick that comes so much late was a pause of the whole process.
    private static let pause = Duration.milliseconds(500)

    private struct State {
        var actions: Actions
        var changes = StateChanges()
        var expected: Instant
        /// For how long the machine has slept since it started.
        var asleep = Acting.asleep

        var isNeeded: Bool { !actions.rules.isEmpty || !changes.isEmpty }

        /// Notices whether the process has just stood still.
        mutating func noticePause(at now: Instant, jitter: Double) {
            let slept = Acting.asleep
            if expected.duration(to: now) > Acting.pause || asleep.duration(to: slept) > Acting.pause {
                actions.resume(at: now, jitter: jitter)
            }
            asleep = slept
        }

        /// The commands to run now.
        mutating func takeChanges(at now: Instant) -> [StateChange] {
            let actions = actions
            return changes.takeDue { actions.counts($0, at: now) }
        }
    }

    private let state: Mutex<State>
    private let commands: ChangeCommands
    private let log: Log
    private let now: @Sendable () -> Instant
    private let jitter: @Sendable () -> Double

    /// - Parameter jitter: numbers from -1 to 1.
    init(
        _ rules: ActionRules, _ commands: ChangeCommands, log: Log, now: @escaping @Sendable () -> Instant,
        jitter: @escaping @Sendable () -> Double
    ) {
        state = Mutex(State(actions: Actions(rules), expected: .distantFuture))
        (self.commands, self.log, self.now, self.jitter) = (commands, log, now, jitter)
    }

    /// Whether anything may ever have to be done, so that every probe matters.
    var isNeeded: Bool { state.withLock { $0.isNeeded } }

    /// Watches these targets from now on.
    ///
    /// - Parameter all: the same, and those that are not asked just now, of which is known what was told of them.
    func watch(_ targets: [Target], of all: [Target]) {
        state.withLock {
            $0.changes.watch(all)
            // Half a kilobyte a target, for who does nothing.
            $0.actions.watch($0.isNeeded ? targets : [])
        }
    }

    /// Notes that the command was started again.
    func restarted() { state.withLock { $0.actions.restarted() } }

    /// Takes the end of a probe.
    func observe(_ event: HealthEvent) {
        let record = event.health.record
        let changes = state.withLock { state -> [StateChange] in
            guard state.isNeeded else { return [] }
            // Before the next turn does: a command is run at once.
            state.noticePause(at: event.endedAt, jitter: jitter())
            state.actions.observe(
                record.name, from: event.previous, to: record.state,
                reason: record.lastOutcome?.failure?.reason, startedAt: event.startedAt,
                endedAt: event.endedAt, jitter: jitter())
            state.changes.observe(record)
            return state.takeChanges(at: event.endedAt)
        }
        run(changes)
    }

    private func run(_ changes: [StateChange]) {
        for change in changes {
            commands.run(change) { [self] hasFailed in
                run(
                    state.withLock { state in
                        state.changes.ended(change.record.name, hasFailed: hasFailed)
                        return state.takeChanges(at: now())
                    })
            }
        }
    }

    /// Tells nothing more of changes.
    func stopTelling() { state.withLock { $0.changes.stop() } }

    /// Kills the commands that run, and waits until they have ended.
    func end() async {
        stopTelling()
        await commands.end()
    }

    /// Writes whether this machine is isolated, and how often which action was done.
    func addFigures(to snapshot: inout AgentSnapshot) {
        let (isIsolated, actions, commands) = state.withLock {
            ($0.actions.isolation != nil, $0.actions.counts, $0.changes.counts)
        }
        (snapshot.isIsolated, snapshot.actions, snapshot.commands) = (isIsolated, actions, commands)
    }

    /// Returns what is to be done now, and tells it.
    ///
    /// - Parameter isHeld: whether nothing can be done now.
    func turn(at now: Instant, isHeld: Bool) -> [Actions.Due] {
        let (notice, due, changes) = state.withLock {
            state -> (Actions.Notice?, [Actions.Due], [StateChange]) in
            guard state.isNeeded else { return (nil, [], []) }
            state.noticePause(at: now, jitter: jitter())
            let facts = state.actions.wantsFacts ? NetworkFacts.current : NetworkFacts()
            let (notice, due) = state.actions.turn(at: now, facts, isHeld: isHeld, jitter: jitter())
            return (notice, due, state.takeChanges(at: now))
        }
        if let notice { tell(notice) }
        for action in due { tell(action) }
        run(changes)
        return due
    }

    /// The wait until the next turn, at most this long.
    func wait(from now: Instant, atMost longest: Duration) -> Duration {
        state.withLock { state in
            let due = state.actions.next.map { now.duration(to: $0) } ?? longest
            let wait = min(longest, max(due, .milliseconds(50)))
            state.expected = now.advanced(by: wait)
            return wait
        }
    }

    /// The difference of the clocks that go on and stand still while the machine sleeps.
    private static var asleep: Instant {
        var (boot, monotonic) = (timespec(), timespec())
        clock_gettime(CLOCK_BOOTTIME, &boot)
        clock_gettime(CLOCK_MONOTONIC, &monotonic)
        let seconds = Int64(boot.tv_sec) - Int64(monotonic.tv_sec)
        return Instant(nanoseconds: seconds * 1_000_000_000 + Int64(boot.tv_nsec) - Int64(monotonic.tv_nsec))
    }

    private func tell(_ notice: Actions.Notice) {
        switch notice {
        case .isolated(let isolation):
            log.write(
                .warning, "isolated",
                "isolated: \(isolation.sentence): nothing is acted on until that is over")
        case .reconnected(let duration):
            log.write(.info, "reconnected", "no longer isolated, after \(DurationText.describe(duration))")
        }
    }

    private func tell(_ due: Actions.Due) {
        let limit = due.isBeyondLimit ? " in place of a restart beyond the limit" : ""
        log.write(
            .warning, "action", "\(due.target): \(due.trigger.rawValue): \(due.action.text)\(limit)",
            fields: [("target", .string(due.target)), ("action", .string(due.action.word))])
    }
}

extension Actions.Due {
    /// The code to exit with; nil for another action.
    var exitCode: ExitCode? {
        guard case .exit(let code) = action else { return nil }
        return .command(code)
    }
}
