/// The pause of a gate after an attempt depends on who answered.
///
/// An attempt without a listener costs no server anything; a server that fails is asked less often. Pauses grow with
/// the time waited, so that readiness is noticed at most a few per cent of that time too late.
package enum Pacing {
    /// The pause before the next attempt.
    ///
    /// - Parameters:
    ///   - failure: the failure of the attempt; nil after a success that is not the last one needed.
    ///   - waited: the time since the gate began.
    ///   - permanentStreak: permanent failures in a row, this one included.
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
