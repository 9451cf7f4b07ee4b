internal import CLinux
internal import Glibc
package import HealthCore

/// One epoll loop on one thread that is the executor of every task: tasks, timers and descriptors
/// need no locks and no other thread.
///
/// `@unchecked Sendable`, because:
/// 1. its state is only touched by `run`, by jobs that `run` runs, and by `enqueue`;
/// 2. `enqueue` is only called by jobs (a task with this executor preference starts in `run`, and
///    what would leave the thread is linted away), and it traps on any other thread;
/// 3. cancellation handlers run on the thread that cancels, which is a job's.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    /// The most time that jobs run before the loop polls its descriptors again: one login or TLS handshake is
    /// 3–6 ms of computing, and twenty of them in a row would keep every answer waiting.
    private static let busyNanoseconds: Int64 = 5_000_000
    /// The most time that one job reads from a peer that never stops sending: some ten records of TLS.
    private static let jobNanoseconds: Int64 = 1_000_000

    private let poller: Int32
    private var thread = pthread_self()
    /// The jobs that are ready to run.
    private var jobs = JobQueue<Job>()
    private var waiters: [Waiter] = []
    private var freeWaiters: [Int] = []
    private var timers = TimerHeap()
    private var events = [epoll_event](repeating: epoll_event(), count: 64)
    /// The continuations of tasks that let every other job run first.
    private var polite: [UnsafeContinuation<Void, Never>] = []
    /// The continuations of tasks with long work, of which each turn resumes one.
    private var patient: [UnsafeContinuation<Void, Never>] = []
    var lag = LoopLag()
    var lateness = Lateness()
    /// When the running job began, and the target that it has said it works for.
    var jobBegan = Instant(nanoseconds: 0)
    private var probedTarget: String?
    /// Whether stalls name the target that the running job worked for: a check of one target has no use for the name,
    /// and making the type of a task-local value is 3 % of its instructions.
    package var namesTargets = false

    /// A job, and its executor if an actor's. A struct: the type of a tuple would be made when the program runs.
    private struct Job {
        let job: UnownedJob
        let executor: ActorExecutor?
    }

    /// A parked task or a pending `call(at:)` closure, or a free place. An event for another generation is late.
    private struct Waiter {
        var generation: UInt32 = 0
        var isCancelled = false
        var continuation: UnsafeContinuation<Wake, Never>?
        var call: (@Sendable () -> Void)?
    }

    package init() {
        poller = epoll_create1(CInt(EPOLL_CLOEXEC))
        FatalFailure.require(poller, from: "epoll_create1")
    }

    deinit {
        close(poller)
    }

    /// The time, CLOCK_MONOTONIC.
    package var now: Instant { Self.now }

    /// The time, CLOCK_MONOTONIC, where there is no loop.
    package static var now: Instant { Instant(nanoseconds: clinux_monotonic_nanoseconds()) }

    // MARK: Running

    /// Runs `body` and every task that it starts on the calling thread, until `body` returns. Pending `call(at:)`
    /// closures are dropped then.
    package func run<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) -> Result {
        thread = pthread_self()
        // The task writes the result and the loop reads it, both on this thread.
        nonisolated(unsafe) var result: Result?
        Task(executorPreference: self) { result = await body() }
        while true {
            runJobs()
            if let result {
                // A pending closure may hold an object that holds this loop.
                for index in waiters.indices { waiters[index].call = nil }
                return result
            }
            poll()
        }
    }

    /// Starts a task on this loop, next to the task of `run`; a task ends by itself or by `cancel`.
    package func start(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: self) { await body() }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        add(UnownedJob(job), of: nil)
    }

    func add(_ job: UnownedJob, of executor: ActorExecutor?) {
        precondition(pthread_equal(thread, pthread_self()) != 0, "a task left the loop's thread")
        jobs.append(Job(job: job, executor: executor))
    }

    package func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        UnownedTaskExecutor(ordinary: self)
    }

    private func runJobs() {
        let turnBegan = now
        jobBegan = turnBegan
        lateness.turnBegins(at: turnBegan)
        while let next = jobs.next() {
            if let executor = next.executor {
                next.job.runSynchronously(
                    isolatedTo: executor.asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            } else {
                next.job.runSynchronously(on: asUnownedTaskExecutor())
            }
            let ended = now
            if jobBegan.nanoseconds(to: ended) > LoopLag.stallNanoseconds {
                lag.record(from: jobBegan, to: ended, target: probedTarget)
            }
            if probedTarget != nil { probedTarget = nil }
            jobBegan = ended
            if turnBegan.nanoseconds(to: ended) > Self.busyNanoseconds { break }
            if jobs.isEmpty { resumePolite() }
        }
        resumePolite()
        if !patient.isEmpty { patient.removeFirst().resume() }
        lag.recordTurn(nanoseconds: turnBegan.nanoseconds(to: jobBegan), at: jobBegan)
        lateness.turnEnds(from: turnBegan, at: jobBegan)
        jobs.endTurn()
    }

    private func resumePolite() {
        guard !polite.isEmpty else { return }
        for continuation in polite { continuation.resume() }
        polite.removeAll(keepingCapacity: true)
    }

    private func poll() {
        let began = now
        let patience = timeoutInMilliseconds(at: began)
        let count = epoll_wait(poller, &events, CInt(events.count), patience)
        if count < 0, errno != EINTR { FatalFailure.require(count, from: "epoll_wait") }
        let now = now
        if patience >= 0 {
            // A late wake means a frozen or throttled process: no probe is to blame.
            let end = began.advanced(byNanoseconds: Int64(patience) * 1_000_000)
            lateness.wakes(due: end, at: now)
            if end.nanoseconds(to: now) > LoopLag.stallNanoseconds {
                lag.record(from: end, to: now, target: nil)
            }
        }
        for event in events.prefix(max(0, Int(count))) {
            wake(Int(event.data.u64 & 0xFFFF_FFFF), UInt32(event.data.u64 >> 32), .ready)
        }
        while let waiter = timers.removeFirst(dueAt: now) {
            wake(waiter, waiters[waiter].generation, .deadline)
        }
    }

    /// The time until the first timer is due, rounded up: a poll that ends too early would be repeated.
    private func timeoutInMilliseconds(at now: Instant) -> CInt {
        guard jobs.isEmpty else { return 0 }
        guard let first = timers.first, first != .distantFuture else { return -1 }
        let left = max(0, now.nanoseconds(to: first))
        return CInt(clamping: left / 1_000_000 + (left % 1_000_000 == 0 ? 0 : 1))
    }

    // MARK: Waiting

    /// Waits until a descriptor is readable, writable or failed: the system call that follows tells which.
    /// A descriptor has one wait at a time, and its wait must have ended before it is closed.
    ///
    /// - Parameter again: whether it was waited for before, which saves a system call.
    package func wait(
        for descriptor: Int32, _ interest: Interest, again: Bool = false, until deadline: Instant
    ) async -> Wake {
        // Without this check a descriptor that is always ready would have no deadline.
        guard now < deadline else { return .deadline }
        let index = takeWaiter()
        let generation = waiters[index].generation
        let target = namesTargets ? ProbedTarget.name : nil
        noteTarget(target)
        let reason = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                park(index, continuation, until: deadline)
                guard waiters[index].generation == generation else { return }
                if let number = register(descriptor, interest, again: again, index, generation) {
                    wake(index, generation, .failed(number))
                }
            }
        } onCancel: {
            cancel(index, generation)
        }
        noteTarget(target)
        return reason
    }

    /// Whether there is time left before the deadline. A job that has used up its time yields to other jobs,
    /// descriptors and timers first: a loop that reads until its peer stops calls this between reads.
    package func mayGoOn(until deadline: Instant) async -> Bool {
        let now = now
        guard jobBegan.nanoseconds(to: now) > Self.jobNanoseconds else { return now < deadline }
        await Task.yield()
        return self.now < deadline
    }

    /// Waits for the deadline; never returns `.ready`.
    package func sleep(until deadline: Instant) async -> Wake {
        let index = takeWaiter()
        let generation = waiters[index].generation
        let target = namesTargets ? ProbedTarget.name : nil
        noteTarget(target)
        let reason = await withTaskCancellationHandler {
            await withUnsafeContinuation { park(index, $0, until: deadline) }
        } onCancel: {
            cancel(index, generation)
        }
        noteTarget(target)
        return reason
    }

    /// Lets the other jobs of this turn run first, and the jobs that they make ready. Returns whether there were any.
    package func giveWay() async -> Bool {
        guard !jobs.isEmpty || !polite.isEmpty else { return false }
        let target = namesTargets ? ProbedTarget.name : nil
        await withUnsafeContinuation { polite.append($0) }
        noteTarget(target)
        return true
    }

    /// Waits for a turn of the loop in which no other task goes on that waits here: what is due meanwhile waits for the
    /// work of one of them, and not of all.
    package func takeTurn() async {
        await withUnsafeContinuation { patient.append($0) }
    }

    /// Calls `body` at the deadline, between jobs: `body` may start a task, and must do no work of its own.
    /// A pending closure costs a timer, where a sleeping task costs kilobytes.
    package func call(at deadline: Instant, _ body: @escaping @Sendable () -> Void) {
        let index = takeWaiter()
        waiters[index].call = body
        timers.insert(index, at: deadline)
    }

    /// Notes the target that the running job works for. A wait notes it twice, because another job resumes the task.
    private func noteTarget(_ target: String?) {
        if let target { probedTarget = target }
    }

    private func takeWaiter() -> Int {
        if let free = freeWaiters.popLast() { return free }
        waiters.append(Waiter())
        return waiters.count - 1
    }

    private func park(_ index: Int, _ continuation: UnsafeContinuation<Wake, Never>, until deadline: Instant)
    {
        waiters[index].continuation = continuation
        if waiters[index].isCancelled {
            wake(index, waiters[index].generation, .cancelled)
        } else if deadline != .distantFuture {
            timers.insert(index, at: deadline)
        }
    }

    private func cancel(_ index: Int, _ generation: UInt32) {
        guard waiters[index].generation == generation else { return }
        guard waiters[index].continuation == nil else { return wake(index, generation, .cancelled) }
        waiters[index].isCancelled = true
    }

    /// Resumes a parked task once; a late event finds another generation and is dropped.
    private func wake(_ index: Int, _ generation: UInt32, _ wake: Wake) {
        let waiter = waiters[index]
        guard waiter.generation == generation, waiter.continuation != nil || waiter.call != nil else {
            return
        }
        timers.remove(index)
        waiters[index] = Waiter(generation: generation &+ 1)
        freeWaiters.append(index)
        waiter.continuation?.resume(returning: wake)
        waiter.call?()
    }

    /// Arms the descriptor for one event. Returns an error number if the kernel will not watch it.
    private func register(
        _ descriptor: Int32, _ interest: Interest, again: Bool, _ index: Int, _ generation: UInt32
    ) -> Int32? {
        var event = epoll_event()
        event.events = interest.events | EPOLLONESHOT.rawValue
        event.data.u64 = UInt64(generation) << 32 | UInt64(index)
        let (first, second) = again ? (EPOLL_CTL_MOD, EPOLL_CTL_ADD) : (EPOLL_CTL_ADD, EPOLL_CTL_MOD)
        if epoll_ctl(poller, first, descriptor, &event) == 0 { return nil }
        guard errno == EEXIST || errno == ENOENT else { return errno }
        return epoll_ctl(poller, second, descriptor, &event) == 0 ? nil : errno
    }
}
