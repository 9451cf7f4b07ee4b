internal import HealthCore
internal import Synchronization

/// The life of one watched target: wait, probe, record, again; never two probes at once (D-12). Only a
/// probe is a task: what a task once needed of stack it keeps until it ends, and a target waits nearly
/// all of its life.
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
        timeoutNanoseconds = HealthPolicy(target.settings).timeout.nanoseconds
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

    /// Records the outcome and reports the event. Not inlined: what it needs would be part of the task's memory while the probe waits.
    @inline(never)
    private func conclude(_ outcome: Outcome, startedAt began: Instant) {
        let event = context.board.record(
            id, outcome, startedAt: began, endedAt: context.now(), jitter: context.jitter(),
            reportsEveryProbe: context.reportsEveryProbe)
        if let event { context.onEvent(event) }
        // A handle would keep all that the task had.
        running.withLock { $0 = nil }
        wait()
    }
}
