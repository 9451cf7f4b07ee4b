package import HealthCore

/// How late the loop has been: the largest lag of the last minute, and whom to blame for long ones.
package struct LoopLag: Sendable {
    /// A time in which nothing else could run.
    package struct Stall: Sendable, Equatable {
        package var duration: Duration
        /// The target whose probe ran then, if one did.
        package var target: String?
    }

    /// From here on a lag is a stall that is worth a line in the log.
    package static let stallNanoseconds: Int64 = 100_000_000
    /// As many as anyone would read at once.
    private static let reportLimit = 8

    private var window = LagWindow()
    private var reports: [Stall] = []

    /// Something ran, or was to run, at `from`, and the loop came back to it at `to`.
    mutating func record(from: Instant, to: Instant, target: String?) {
        let lag = from.nanoseconds(to: to)
        window.record(nanoseconds: lag, at: to)
        guard lag > Self.stallNanoseconds else { return }
        if reports.count < Self.reportLimit {
            reports.append(Stall(duration: .nanoseconds(lag), target: target))
        }
    }

    /// A turn took so many nanoseconds; what made it long is told by `record`.
    mutating func recordTurn(nanoseconds lag: Int64, at now: Instant) {
        window.record(nanoseconds: lag, at: now)
    }

    /// The largest lag of the last minute.
    package func largest(at now: Instant) -> Duration {
        window.largest(at: now)
    }

    /// The stalls since this was last called.
    mutating func takeReports() -> [Stall] {
        defer { reports.removeAll() }
        return reports
    }
}
