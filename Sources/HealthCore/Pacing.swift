/// How long a gate pauses after an attempt: it depends on who answered.
///
/// Asking nobody costs nobody anything; a server that is ill is left alone. Pauses that grow with
/// the time waited waste at most a few per cent of it past the moment of readiness.
package enum Pacing {
    /// The pause before the next attempt.
    ///
    /// - Parameters:
    ///   - failure: what the attempt found; nil after a good answer when more of them are asked for.
    ///   - waited: the time since the gate began.
    ///   - permanentStreak: failures in a row, this one included, that someone must mend.
    ///   - jitter: a number from -1 to 1, spread over ±10 %.
    package static func pause(
        after failure: Failure?, waited: Duration, permanentStreak: Int, jitter: Double
    ) -> Duration {
        let seconds = waited.inSeconds
        let pause: Double
        if let failure, failure.isPermanent {
            pause = [1, 2, 4, 8, 10][min(max(permanentStreak, 1), 5) - 1]
        } else {
            switch failure?.reason {
            case .tooManyConnections: pause = 1
            case .refused, .unreachable, .closed, .missing: pause = min(1, max(0.010, seconds * 0.02))
            default: pause = min(1, max(0.100, seconds * 0.05))
            }
        }
        return .nanoseconds(Int64(nearest: pause * (1 + 0.1 * jitter) * 1e9))
    }
}
