import HealthCore
import Synchronization

/// A clock that stands still while anything runs, and jumps to the earliest sleeper when nothing does.
///
/// Every task runs on the thread of `run`, in the order in which it could go on: two runs of the same
/// are the same.
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
        var stalls: [(from: HealthCore.Instant, duration: Duration)] = []
        var cancelled: Set<Int> = []
        var nextNumber = 0
    }

    private let state = Mutex(State())
    private let jobs = JobExecutor()

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

    /// Nothing runs from a moment on for a time: what is due then comes afterwards, all at once.
    func stall(from moment: HealthCore.Instant, for duration: Duration) {
        state.withLock { $0.stalls.append((moment, duration)) }
    }

    /// Starts a task in this time.
    @discardableResult
    func start(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: jobs) { await body() }
    }

    /// Runs `body` in this time, until it ends.
    func run<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) -> Result {
        // Calls for a time that never comes hold whoever made them, and so this clock.
        defer { state.withLock { $0.sleepers = [] } }
        let box = ResultBox<Result>()
        start {
            let result = await body()
            box.value.withLock { $0 = result }
        }
        while true {
            jobs.run()
            if let result = box.value.withLock({ $0 }) { return result }
            precondition(advance(), "everything waits for what never comes")
        }
    }

    /// Wakes who sleeps until the earliest moment, by moment and in the order in which they fell asleep.
    /// Returns whether there is any.
    private func advance() -> Bool {
        let woken: [Sleeper]? = state.withLock { state in
            guard let next = (state.sleepers.map(\.deadline) + state.stalls.map(\.from)).min() else {
                return nil
            }
            // A call may be for a moment that has passed.
            state.now = max(state.now, next)
            while let index = state.stalls.firstIndex(where: { $0.from <= state.now }) {
                let stall = state.stalls.remove(at: index)
                state.now = max(state.now, stall.from.advanced(by: stall.duration))
            }
            let woken = state.sleepers.filter { $0.deadline <= state.now }
            state.sleepers.removeAll { $0.deadline <= state.now }
            return woken.sorted { ($0.deadline, $0.number) < ($1.deadline, $1.number) }
        }
        for sleeper in woken ?? [] { sleeper.wake(true) }
        return woken != nil
    }
}

/// Runs jobs on the thread that asks for it, first come, first served.
private final class JobExecutor: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// Runs jobs until there is none.
    func run() {
        while true {
            let next = jobs.withLock { jobs in
                defer { jobs = [] }
                return jobs
            }
            guard !next.isEmpty else { return }
            for job in next { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }
}

/// What a task leaves for who waits for it outside of tasks.
private final class ResultBox<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}
