internal import HealthCore
internal import Synchronization

/// The monitor of one watched target: it waits, probes, records and begins again, with never two probes at once (D-12).
/// A task runs only while a probe does: a task keeps the memory that it once needed until it ends, and a target waits
/// nearly all of the time.
final class Monitor: Sendable {
    private let id: Int
    private let name: String
    private let timeoutNanoseconds: Int64
    private let probe: any Probe
    private let context: AgentContext
    private let running = Mutex<Task<Void, Never>?>(nil)

    init(_ target: Target, id: Int, _ context: AgentContext) {
        self.id = id
        name = target.name
        timeoutNanoseconds = HealthPolicy(target).timeout.nanoseconds
        probe = context.probe(target)
        self.context = context
    }

    /// Waits for the next probe, unless the target is not watched any more.
    func wait() {
        guard let due = context.board.due(id) else { return }
        context.call(due) { [self] in
            let task = context.start { [self] in await attempt() }
            running.withLock { $0 = task }
        }
    }

    /// Cancels the probe in flight, if there is one.
    func cancel() {
        running.withLock { $0?.cancel() }
    }

    /// Returns when no probe is in flight.
    func ended() async {
        await running.withLock { $0 }?.value
    }

    private func attempt() async {
        let began = context.now()
        guard context.board.begin(id, at: began) else { return }
        let outcome = await ProbedTarget.$name.withValue(name) {
            await probe.attempt(until: began.advanced(byNanoseconds: timeoutNanoseconds))
        }
        // A cancelled probe is no verdict (D-32).
        if !Task.isCancelled { conclude(outcome, startedAt: began) }
    }

    /// Records the outcome and reports the event. Not inlined: its memory would be part of the task's while the probe
    /// waits.
    @inline(never)
    private func conclude(_ outcome: Outcome, startedAt began: Instant) {
        let event = context.board.record(
            id, outcome, startedAt: began, endedAt: context.now(), jitter: context.jitter(),
            reportsEveryProbe: context.reportsEveryProbe())
        if let event { context.onEvent(event) }
        // The task's handle would keep the task's memory.
        running.withLock { $0 = nil }
        wait()
    }
}
