package import HealthCore

/// The lag of the loop, and its stalls.
extension EventLoop {
    /// The largest lag of the last minute, the running job included.
    package var largestLag: Duration {
        let now = now
        return max(lag.largest(at: now), jobBegan.duration(to: now))
    }

    /// The times in which the loop could not turn, the running job included: a program can be frozen between any
    /// two instructions.
    package var stalls: Stalls { lateness.stalls(runningSince: jobBegan, at: now) }

    /// The stalls since `takeStallReports` was last called.
    package func takeStallReports() -> [LoopLag.Stall] {
        lag.takeReports()
    }
}
