/// A reading of a clock that only goes forward, in nanoseconds (CLOCK_MONOTONIC in the program,
/// any number in a test).
package struct Instant: InstantProtocol, Hashable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Later than anything that happens: the deadline of a wait without end.
    package static let distantFuture = Instant(nanoseconds: .max)

    package func advanced(by duration: Duration) -> Instant {
        advanced(byNanoseconds: duration.nanoseconds)
    }

    package func duration(to other: Instant) -> Duration {
        .nanoseconds(nanoseconds(to: other))
    }

    /// The moment so many nanoseconds later. What is done for every probe reckons in these: a `Duration` has 128 bits,
    /// and tells its nanoseconds by a division.
    package func advanced(byNanoseconds duration: Int64) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration)
        guard overflow else { return Instant(nanoseconds: sum) }
        return duration < 0 ? Instant(nanoseconds: .min) : .distantFuture
    }

    /// The nanoseconds from here to another moment.
    package func nanoseconds(to other: Instant) -> Int64 {
        let (difference, overflow) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
        return overflow ? (self < other ? .max : .min) : difference
    }

    /// The nearest multiple of a step, the later of two as near; itself if the step is zero.
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
    /// Whole nanoseconds; beyond 292 years, the largest that fits.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard overflow || carried else { return sum }
        return seconds < 0 ? .min : .max
    }

    /// Seconds as a floating-point number, for reports and ratios.
    package var inSeconds: Double {
        Double(nearest: nanoseconds) / 1e9
    }
}
