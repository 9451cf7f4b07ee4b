/// A histogram of probe durations with the buckets of Prometheus, not yet cumulative.
package struct DurationHistogram: Sendable {
    /// The upper bounds in nanoseconds, and in seconds as labels of OpenMetrics.
    package static let bounds: [(nanoseconds: Int64, label: StaticString)] = [
        (1_000_000, "0.001"), (2_500_000, "0.0025"), (5_000_000, "0.005"), (10_000_000, "0.01"),
        (25_000_000, "0.025"), (50_000_000, "0.05"), (100_000_000, "0.1"), (250_000_000, "0.25"),
        (500_000_000, "0.5"), (1_000_000_000, "1.0"), (2_500_000_000, "2.5"), (5_000_000_000, "5.0"),
        (10_000_000_000, "10.0"),
    ]

    /// One count for each bound, and one for `+Inf`.
    package private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
    private var nanoseconds: Int64 = 0
    /// The sum of all recorded durations.
    package var sum: Duration { .nanoseconds(nanoseconds) }

    package init() {}

    /// Counts one duration.
    package mutating func record(nanoseconds duration: Int64) {
        let place = Self.bounds.firstIndex { duration <= $0.nanoseconds } ?? Self.bounds.count
        counts[place] += 1
        nanoseconds &+= duration
    }
}
