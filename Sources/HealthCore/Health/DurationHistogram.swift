/// How long probes took: counts by upper bound, as Prometheus has it, but not yet added up.
package struct DurationHistogram: Sendable {
    /// The upper bounds in nanoseconds, and as OpenMetrics writes them in seconds.
    package static let bounds: [(nanoseconds: Int64, label: StaticString)] = [
        (1_000_000, "0.001"), (2_500_000, "0.0025"), (5_000_000, "0.005"), (10_000_000, "0.01"),
        (25_000_000, "0.025"), (50_000_000, "0.05"), (100_000_000, "0.1"), (250_000_000, "0.25"),
        (500_000_000, "0.5"), (1_000_000_000, "1.0"), (2_500_000_000, "2.5"), (5_000_000_000, "5.0"),
        (10_000_000_000, "10.0"),
    ]

    /// One count for each bound, and one for what is longer than all of them.
    package private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
    package private(set) var sum = Duration.zero

    package init() {}

    /// Counts one duration.
    package mutating func record(_ duration: Duration) {
        let nanoseconds = duration.nanoseconds
        let place = Self.bounds.firstIndex { nanoseconds <= $0.nanoseconds } ?? Self.bounds.count
        counts[place] += 1
        sum += duration
    }
}
