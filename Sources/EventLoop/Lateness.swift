internal import CLinux
internal import HealthCore

/// The stalls in which the loop's thread did not run: frozen, throttled, behind its neighbours. CPU time that the
/// thread used itself is its own fault, and no stall.
struct Lateness: Sendable {
    /// The shortest delay that counts as a stall.
    private static let threshold: Int64 = 10_000_000

    private(set) var stalls = Stalls()
    /// The thread's CPU time at a moment: measured before a turn, unless the last measurement is recent.
    private var mark: (at: Int64, used: Int64) = (.min, 0)
    private let processorTime: @Sendable () -> Int64

    /// - Parameter processorTime: the nanoseconds that the thread has used of a processor.
    init(processorTime: @escaping @Sendable () -> Int64 = clinux_thread_nanoseconds) {
        self.processorTime = processorTime
    }

    /// Notes that a turn begins.
    mutating func turnBegins(at now: Instant) {
        // Only the start of the program precedes the first turn: a check need not measure its CPU time.
        let isFirst = mark.at == .min
        guard isFirst || now.nanoseconds > mark.at &+ Self.threshold else { return }
        mark = (now.nanoseconds, isFirst ? 0 : processorTime())
    }

    /// Notes that a turn has ended.
    mutating func turnEnds(from began: Instant, at now: Instant) {
        stalls = stalls(runningSince: began, at: now)
    }

    /// Notes that a wake, which was due at `due`, happens now.
    mutating func wakes(due: Instant, at now: Instant) {
        guard now.nanoseconds &- due.nanoseconds > Self.threshold else { return }
        stalls.record(from: due, to: now)
    }

    /// The stalls, the one of the running turn included.
    func stalls(runningSince began: Instant, at now: Instant) -> Stalls {
        let elapsed = now.nanoseconds &- began.nanoseconds
        guard elapsed > Self.threshold else { return stalls }
        var stalls = stalls
        stalls.record(from: began, to: now, losing: .nanoseconds(elapsed &- (processorTime() &- mark.used)))
        return stalls
    }
}
