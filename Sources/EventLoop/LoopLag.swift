package import HealthCore

/// The lag of the loop: the largest of the last minute, and the stalls with the target to blame.
package struct LoopLag: Sendable {
    /// A time in which no other job could run.
    package struct Stall: Sendable, Equatable {
        package var duration: Duration
        /// The target whose probe ran during the stall, if one did.
        package var target: String?
    }

    /// The shortest lag that is a stall, which is worth a line in the log.
    package static let stallNanoseconds: Int64 = 100_000_000
    /// The most reports that are kept.
    private static let reportLimit = 8

    private var window = LagWindow()
    private var reports: [Stall] = []

    /// Records the lag of a job that began, or of a wake that was due, at `from` and that the loop was done with, or
    /// came to, at `to`.
    mutating func record(from: Instant, to: Instant, target: String?) {
        let lag = from.nanoseconds(to: to)
        window.record(nanoseconds: lag, at: to)
        guard lag > Self.stallNanoseconds else { return }
        if reports.count < Self.reportLimit {
            reports.append(Stall(duration: .nanoseconds(lag), target: target))
        }
    }

    /// Records the length of a turn; `record` has told which job made it long.
    mutating func recordTurn(nanoseconds lag: Int64, at now: Instant) {
        window.record(nanoseconds: lag, at: now)
    }

    /// The largest lag of the last minute.
    package func largest(at now: Instant) -> Duration {
        window.largest(at: now)
    }

    /// The stalls since `takeReports` was last called.
    mutating func takeReports() -> [Stall] {
        defer { reports.removeAll() }
        return reports
    }
}
