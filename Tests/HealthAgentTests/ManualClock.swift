import EventLoop
import HealthCore
import Synchronization

/// A clock that stands still while anything runs, and jumps to the earliest sleeper when nothing does.
///
/// Everything runs on one loop, whose own timers fire only when no job is left: a sleep of the loop
/// that has nothing to wait for is how the driver knows that every task is parked.
final class ManualClock: Clock {
    private struct Sleeper {
        var number: Int
        var deadline: HealthCore.Instant
        /// Goes on, or does not because its task was cancelled.
        var wake: @Sendable (_ isAwake: Bool) -> Void
    }

    private struct State {
        var now = HealthCore.Instant(nanoseconds: 0)
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var nextNumber = 0
    }

    private let state = Mutex(State())

    var now: HealthCore.Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .nanoseconds(1) }

    /// How long it has run.
    var elapsed: Duration { HealthCore.Instant(nanoseconds: 0).duration(to: now) }

    func sleep(until deadline: HealthCore.Instant, tolerance: Duration?) async throws {
        guard deadline > now else { return }
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        let isAwake = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if state.cancelled.remove(number) != nil { return true }
                    state.sleepers.append(
                        Sleeper(number: number, deadline: deadline) { continuation.resume(returning: $0) })
                    return false
                }
                if isCancelled { continuation.resume(returning: false) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                guard let index = state.sleepers.firstIndex(where: { $0.number == number }) else {
                    state.cancelled.insert(number)
                    return Sleeper?.none
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.wake(false)
        }
        if !isAwake { throw CancellationError() }
    }

    /// Calls `body` at a moment, or as soon as everything is parked if that has passed.
    func call(at deadline: HealthCore.Instant, _ body: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.nextNumber += 1
            state.sleepers.append(Sleeper(number: state.nextNumber, deadline: deadline) { _ in body() })
        }
    }

    /// Runs `body` in this time on a loop of its own.
    func run<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) -> Result {
        run { (_: EventLoop) in await body() }
    }

    /// Runs `body`, which starts tasks on the loop that it is given and ends them.
    func run<Result: Sendable>(_ body: @escaping @Sendable (EventLoop) async -> Result) -> Result {
        let loop = EventLoop()
        // Calls for a time that never comes hold whoever made them, and so this clock.
        defer { state.withLock { $0.sleepers = [] } }
        return loop.run {
            await withTaskGroup(of: Result?.self) { group in
                defer { group.cancelAll() }
                group.addTask { await body(loop) }
                group.addTask {
                    while !Task.isCancelled {
                        // Once would do, were it not that the loop looks at its timers while jobs are
                        // left when those take long.
                        for _ in 0..<6 { _ = await loop.sleep(until: loop.now) }
                        self.advance()
                    }
                    return nil
                }
                while let result = await group.next() {
                    if let result { return result }
                }
                preconditionFailure("the body ends")
            }
        }
    }

    /// Wakes who sleeps until the earliest moment, in the order in which they fell asleep.
    private func advance() {
        let woken = state.withLock { state in
            guard let next = state.sleepers.map(\.deadline).min() else { return [Sleeper]() }
            // A call may be for a moment that has passed.
            state.now = max(state.now, next)
            let woken = state.sleepers.filter { $0.deadline <= next }
            state.sleepers.removeAll { $0.deadline <= next }
            return woken
        }
        for sleeper in woken { sleeper.wake(true) }
    }
}
