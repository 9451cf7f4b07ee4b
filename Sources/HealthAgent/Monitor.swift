internal import HealthCore
internal import Synchronization

/// The life of one watched target: wait, probe, record, again; never two probes at once (D-12). Only a
/// probe is a task: what a task once needed of stack it keeps until it ends, and a target waits nearly
/// all of its life.
final class Monitor<MonitorClock: Clock>: Sendable where MonitorClock.Instant == Instant {
    private let id: Int
    private let name: String
    private let timeout: Duration
    private let probe: any Probe
    private let surroundings: AgentSurroundings<MonitorClock>
    private let running = Mutex<Task<Void, Never>?>(nil)

    init(_ target: Target, id: Int, _ surroundings: AgentSurroundings<MonitorClock>) {
        self.id = id
        name = target.name
        timeout = HealthPolicy(target.settings).timeout
        probe = surroundings.probe(target)
        self.surroundings = surroundings
    }

    /// Waits for the next probe, unless the target is not watched any more.
    func wait() {
        guard let due = surroundings.board.due(id) else { return }
        surroundings.call(due) { [self] in
            let task = surroundings.start { [self] in await attempt() }
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
        let (board, clock) = (surroundings.board, surroundings.clock)
        let began = clock.now
        guard board.begin(id, at: began) else { return }
        let outcome = await ProbedTarget.$name.withValue(name) {
            await probe.attempt(until: began.advanced(by: timeout))
        }
        // A cancelled probe is no verdict (D-32).
        guard !Task.isCancelled,
            let event = board.record(
                id, outcome, startedAt: began, endedAt: clock.now, jitter: surroundings.jitter())
        else { return }
        surroundings.tell(event)
        // A handle would keep all that the task had.
        running.withLock { $0 = nil }
        wait()
    }
}
