import Glibc

/// Asks `condition` every few milliseconds until it holds or the seconds have passed.
package func eventually(
    within seconds: Double, every pause: Double = 0.005, _ condition: () throws -> Bool
) rethrows -> Bool {
    let deadline = Monotonic.seconds() + seconds
    while true {
        if try condition() { return true }
        let left = deadline - Monotonic.seconds()
        if left <= 0 { return false }
        Monotonic.sleep(min(pause, left))
    }
}

/// The clock that all deadlines of the tests are measured with.
package enum Monotonic {
    /// Seconds of CLOCK_MONOTONIC.
    package static func seconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }

    /// Blocks the calling thread for `seconds`.
    package static func sleep(_ seconds: Double) {
        guard seconds > 0 else { return }
        var left = timespec(
            tv_sec: Int(seconds), tv_nsec: Int(seconds.truncatingRemainder(dividingBy: 1) * 1e9))
        var rest = timespec()
        while nanosleep(&left, &rest) != 0 && errno == EINTR { left = rest }
    }
}
