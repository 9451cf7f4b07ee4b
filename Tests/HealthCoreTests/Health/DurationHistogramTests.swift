import HealthCore
import Testing

@Suite("How long probes took")
struct DurationHistogramTests {
    @Test("the bounds are 1 2.5 5 10 25 50 100 250 500 ms and 1 2.5 5 10 s, written as OpenMetrics does")
    func bounds() {
        let labels = DurationHistogram.bounds.map { "\($0.label)" }
        #expect(
            labels.joined(separator: " ")
                == "0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1.0 2.5 5.0 10.0")
        let numbers = DurationHistogram.bounds.map(\.nanoseconds)
        #expect(labels.map { Int64((Double($0) ?? 0) * 1e9) } == numbers)
        #expect(numbers == numbers.sorted())
    }

    @Test("a bound belongs to what is below it", arguments: DurationHistogram.bounds.indices)
    func inclusive(place: Int) {
        let bound = DurationHistogram.bounds[place].nanoseconds
        var histogram = DurationHistogram()
        for nanoseconds in [bound, bound, bound + 1] { histogram.record(nanoseconds: nanoseconds) }
        var counts = [Int](repeating: 0, count: 14)
        counts[place] = 2
        counts[place + 1] = 1
        #expect(histogram.counts == counts)
    }

    @Test("the sum is exact, and what is longer than every bound has a place of its own")
    func sum() {
        var histogram = DurationHistogram()
        #expect(histogram.sum == .zero)
        #expect(histogram.counts == [Int](repeating: 0, count: 14))
        for duration in [Duration.zero, .nanoseconds(1), .milliseconds(40), .seconds(11), .seconds(3600)] {
            histogram.record(nanoseconds: duration.nanoseconds)
        }
        #expect(histogram.sum == .seconds(3611) + .milliseconds(40) + .nanoseconds(1))
        #expect(histogram.counts.first == 2)
        #expect(histogram.counts.last == 2)
        #expect(histogram.counts.reduce(0, +) == 5)
    }
}
