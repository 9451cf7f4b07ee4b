/// A reading of a monotonic clock in nanoseconds (CLOCK_MONOTONIC in the program, any number in a test).
package struct Instant: InstantProtocol, Hashable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The latest instant: the deadline of a wait without a timeout.
    package static let distantFuture = Instant(nanoseconds: .max)

    package func advanced(by duration: Duration) -> Instant {
        advanced(byNanoseconds: duration.nanoseconds)
    }

    package func duration(to other: Instant) -> Duration {
        .nanoseconds(nanoseconds(to: other))
    }

    /// The instant this many nanoseconds later. Code that runs for every probe counts in `Int64`, because a `Duration`
    /// has 128 bits and needs a division to yield its nanoseconds.
    package func advanced(byNanoseconds duration: Int64) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration)
        guard overflow else { return Instant(nanoseconds: sum) }
        return duration < 0 ? Instant(nanoseconds: .min) : .distantFuture
    }

    /// The nanoseconds from this instant to another.
    package func nanoseconds(to other: Instant) -> Int64 {
        let (difference, overflow) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
        return overflow ? (self < other ? .max : .min) : difference
    }

    /// The nearest multiple of a step, a tie rounded up; the instant itself if the step is zero.
    package func rounded(toNanoseconds step: Int64) -> Instant {
        guard step > 0 else { return self }
        let past = nanoseconds % step
        let since = past < 0 ? past + step : past
        return advanced(byNanoseconds: since < step - since ? -since : step - since)
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

extension Duration {
    /// The duration in whole nanoseconds, clamped to an `Int64` (292 years).
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard overflow || carried else { return sum }
        return seconds < 0 ? .min : .max
    }

    /// The duration in seconds, as a floating-point number for reports and ratios.
    package var inSeconds: Double {
        Double(nearest: nanoseconds) / 1e9
    }
}
