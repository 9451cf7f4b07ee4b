internal import HealthCore

/// How many attempts in a row ended by our own doing before the server had judged the login. Servers count these, and
/// block a host after a hundred (`max_connect_errors`): after twenty the server is left alone for ten seconds each time.
final class CutAttempts: Sendable {
    private static let patience = 20
    private static let gap = Duration.seconds(10)

    // Only jobs of the loop touch these, on one thread.
    private nonisolated(unsafe) var inARow = 0
    private nonisolated(unsafe) var last: (failure: Failure, at: Instant)?

    /// Throws the last failure once more, if it is too early to ask again.
    func requireGap(at now: Instant) throws(Failure) {
        guard inARow >= Self.patience, let last, last.at.duration(to: now) < Self.gap else { return }
        var failure = last.failure
        failure.isRepeated = true
        failure.message = PrintableText.line(
            "asked every 10 s at most (\(inARow) logins in a row were cut, and servers block for that): "
                + failure.message)
        throw failure
    }

    /// Counts an attempt that was cut; nil for one whose login the server has judged. The failure is said again, by attempts
    /// that may have another password: so it repeats none.
    func count(_ failure: Failure?, at now: Instant) {
        inARow = failure == nil ? 0 : inARow + 1
        last = failure.map { ($0, now) }
    }
}
