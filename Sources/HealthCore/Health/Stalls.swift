/// Times in which the loop did not turn: a frozen container, a machine that swaps. What was due then
/// is late, and nobody is to be restarted for it.
package struct Stalls: Sendable {
    /// Shorter ones are not subtracted.
    package static let threshold = Duration.seconds(1)
    /// As many as anyone could need: what is judged is a probe's timeout or an interval old.
    private static let limit = 32

    private var times: [(from: Instant, to: Instant)] = []

    package init() {}

    /// Remembers a time in which the loop stood still.
    package mutating func record(from: Instant, to: Instant) {
        guard from.duration(to: to) > Self.threshold else { return }
        if times.count == Self.limit { times.removeFirst() }
        times.append((from, to))
    }

    /// How much time passed between two moments while the loop turned.
    package func turningTime(from: Instant, to: Instant) -> Duration {
        times.reduce(from.duration(to: to)) { left, stall in
            let overlap = max(from, stall.from).duration(to: min(to, stall.to))
            return left - max(.zero, overlap)
        }
    }
}
