import EventLoop
import HealthAgent
import HealthCore
internal import Glibc
internal import Synchronization

/// The actions of a running agent, which are told of every probe and asked at every tick what is to do. Everything runs
/// on one thread: the lock never blocks, and lets the compiler check that.
final class Acting: Sendable {
    /// A tick that comes so much late was a pause of the whole process.
    private static let pause = Duration.milliseconds(500)

    private struct State {
        var actions: Actions
        var expected: Instant
        /// For how long the machine has slept since it started.
        var asleep = Acting.asleep
    }

    private let state: Mutex<State>
    private let log: Log
    private let jitter: @Sendable () -> Double

    /// - Parameter jitter: numbers from -1 to 1.
    init(_ rules: ActionRules, log: Log, jitter: @escaping @Sendable () -> Double) {
        state = Mutex(State(actions: Actions(rules), expected: .distantFuture))
        (self.log, self.jitter) = (log, jitter)
    }

    /// Watches these targets from now on.
    func watch(_ targets: [Target]) { state.withLock { $0.actions.watch(targets) } }

    /// Notes that the command was started again.
    func restarted() { state.withLock { $0.actions.restarted() } }

    /// Takes the end of a probe.
    func observe(_ event: HealthEvent) {
        let record = event.health.record
        state.withLock { state in
            state.actions.observe(
                record.name, from: event.previous, to: record.state,
                reason: record.lastOutcome?.failure?.reason, startedAt: event.startedAt,
                endedAt: event.endedAt, jitter: jitter())
        }
    }

    /// Whether this machine is isolated, and how often which action was done.
    var figures: (isIsolated: Bool, counts: [Actions.Count]) {
        state.withLock { ($0.actions.isolation != nil, $0.actions.counts) }
    }

    /// Returns what is to be done now, and tells it.
    ///
    /// - Parameter isHeld: whether nothing can be done now.
    func turn(at now: Instant, isHeld: Bool) -> [Actions.Due] {
        let (notice, due) = state.withLock { state in
            let asleep = Self.asleep
            if state.expected.duration(to: now) > Self.pause || state.asleep.duration(to: asleep) > Self.pause
            {
                state.actions.resume(at: now, jitter: jitter())
            }
            state.asleep = asleep
            let facts = state.actions.wantsFacts ? NetworkFacts.current : NetworkFacts()
            return state.actions.turn(at: now, facts, isHeld: isHeld, jitter: jitter())
        }
        if let notice { tell(notice) }
        for action in due { tell(action) }
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
