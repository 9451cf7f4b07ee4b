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
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.nanoseconds)
        guard overflow else { return Instant(nanoseconds: sum) }
        return duration < .zero ? Instant(nanoseconds: .min) : .distantFuture
    }

    package func duration(to other: Instant) -> Duration {
        let (difference, overflow) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
        return .nanoseconds(overflow ? (self < other ? .max : .min) : difference)
    }

    /// The first multiple of a step that is not before this; itself if the step is zero.
    package func roundedUp(to step: Duration) -> Instant {
        let step = step.nanoseconds
        guard step > 0, nanoseconds % step != 0 else { return self }
        let past = nanoseconds % step
        return advanced(by: .nanoseconds(past > 0 ? step - past : -past))
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
        Double(nanoseconds) / 1e9
    }
}
