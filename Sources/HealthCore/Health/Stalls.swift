/// Stalls of the loop: periods in which the thread was not scheduled, because of a frozen container, swapping or a busy
/// processor. Probes are late then through no fault of the agent, so `/livez` does not count that time.
package struct Stalls: Sendable {
    /// A period of which a part was lost; the loss counts as evenly spread.
    private struct Span {
        var from: Int64
        var to: Int64
        var lost: Int64
    }

    /// Consecutive stalls are merged into one span up to this length.
    private static let length: Int64 = 1_000_000_000
    /// The maximum number of spans: beyond it the older half is merged pairwise, so that old spans are coarse.
    private static let limit = 256

    private var spans: [Span] = []

    package init() {}

    /// Records the time that was lost between two instants; all of it, if `lost` is nil.
    package mutating func record(from: Instant, to: Instant, losing lost: Duration? = nil) {
        let (from, to) = (from.nanoseconds, to.nanoseconds)
        let lost = min(lost?.nanoseconds ?? .max, to &- from)
        guard lost > 0 else { return }
        if let last = spans.last, from >= last.to, to &- last.from <= Self.length {
            spans[spans.count - 1] = Span(from: last.from, to: to, lost: last.lost &+ lost)
            return
        }
        if spans.count == Self.limit { mergeOldHalf() }
        spans.append(Span(from: from, to: to, lost: lost))
    }

    private mutating func mergeOldHalf() {
        let half = Self.limit / 2
        let merged = stride(from: 0, to: half, by: 2).map { index in
            let (first, second) = (spans[index], spans[index + 1])
            return Span(from: first.from, to: second.to, lost: first.lost &+ second.lost)
        }
        spans = merged + spans[half...]
    }

    /// The time between two instants without the stalls.
    package func turningTime(from: Instant, to: Instant) -> Duration {
        var left = from.duration(to: to).nanoseconds
        for span in spans.reversed() {
            if span.to <= from.nanoseconds { break }
            let overlap = min(to.nanoseconds, span.to) &- max(from.nanoseconds, span.from)
            guard overlap > 0 else { continue }
            let length = span.to &- span.from
            left &-=
                overlap == length
                ? span.lost
                : Int64(
                    nearest: Double(nearest: span.lost) * Double(nearest: overlap) / Double(nearest: length))
        }
        return .nanoseconds(left)
    }
}
