/// Times in which the loop could not turn, although it wanted to: a frozen container, a machine that swaps, a
/// processor that others have. What was due then is late, and nobody is to be restarted for it.
package struct Stalls: Sendable {
    /// A time of which a part was lost, evenly as far as anyone remembers.
    private struct Span {
        var from: Int64
        var to: Int64
        var lost: Int64
    }

    /// Short stalls that follow each other are remembered together.
    private static let length: Int64 = 1_000_000_000
    /// Of a loop that is throttled all the time, the last minutes are remembered this finely, older ones coarsely.
    private static let limit = 256

    private var spans: [Span] = []

    package init() {}

    /// Remembers that of the time between two moments so much was lost; all of it, if nothing is said.
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

    /// How much time passed between two moments while the loop turned.
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
