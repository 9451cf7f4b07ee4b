internal import CLinux
internal import HealthCore

/// How much of the loop's time went by while its thread did not run: frozen, throttled, behind its neighbours. What
/// the thread burned is its own fault and not counted here.
struct Lateness: Sendable {
    /// A turn that is not later than this needs no explanation.
    private static let threshold: Int64 = 10_000_000

    private(set) var stalls = Stalls()
    /// What the thread had used of a processor at a moment: looked at before a turn, unless that was just done.
    private var mark: (at: Int64, used: Int64) = (.min, 0)
    private let processorTime: @Sendable () -> Int64

    /// - Parameter processorTime: the nanoseconds that the thread has used of a processor.
    init(processorTime: @escaping @Sendable () -> Int64 = clinux_thread_nanoseconds) {
        self.processorTime = processorTime
    }

    /// A turn begins.
    mutating func turnBegins(at now: Instant) {
        // Before the first turn there was only the start: a check need not ask what that took.
        let isFirst = mark.at == .min
        guard isFirst || now.nanoseconds > mark.at &+ Self.threshold else { return }
        mark = (now.nanoseconds, isFirst ? 0 : processorTime())
    }

    /// The turn that began then has ended.
    mutating func turnEnds(from began: Instant, at now: Instant) {
        stalls = stalls(runningSince: began, at: now)
    }

    /// What was to happen at `due` happens now.
    mutating func wakes(due: Instant, at now: Instant) {
        guard now.nanoseconds &- due.nanoseconds > Self.threshold else { return }
        stalls.record(from: due, to: now)
    }

    /// The stalls, with that of a turn that is not over.
    func stalls(runningSince began: Instant, at now: Instant) -> Stalls {
        let elapsed = now.nanoseconds &- began.nanoseconds
        guard elapsed > Self.threshold else { return stalls }
        var stalls = stalls
        stalls.record(from: began, to: now, losing: .nanoseconds(elapsed &- (processorTime() &- mark.used)))
        return stalls
    }
}
