/// By which rules the health of one target is judged: Docker's words and, but for the first
/// probe, the jitter and the defaults, Docker's meaning (D-10…D-22).
package struct HealthPolicy: Sendable, Equatable {
    /// From the end of one probe to the start of the next.
    package var interval = Duration.seconds(10)
    /// How long one probe may take.
    package var timeout = Duration.seconds(3)
    /// Counted failures in a row that make a target unhealthy.
    package var retries = 3
    /// The grace after the start, in which failures of a starting target are not counted.
    package var startPeriod = Duration.seconds(30)
    /// The interval while a target is starting, inside the start period.
    package var startInterval = Duration.seconds(1)
    /// The wait before the first probe.
    package var initialDelay = Duration.zero
    /// The share of every wait that is left to chance, in both directions.
    package var jitter = 0.05
    /// Good answers in a row that make a target healthy.
    package var successThreshold = 1

    package init() {}

    /// The defaults, and what a target has of its own.
    package init(_ settings: TargetSettings) {
        interval = settings.interval ?? interval
        timeout = settings.timeout ?? timeout
        retries = settings.retries ?? retries
        startPeriod = settings.startPeriod ?? startPeriod
        startInterval = settings.startInterval ?? startInterval
        initialDelay = settings.initialDelay ?? initialDelay
        jitter = settings.jitter ?? jitter
        successThreshold = settings.successThreshold ?? successThreshold
    }

    /// How old the newest result may be before it says nothing any more.
    package var freshness: Duration { (interval + timeout) * 2 + .seconds(5) }
    /// How long a probe may run before the agent itself must be stuck.
    package var longestProbe: Duration { timeout * 2 + .seconds(5) }
    /// How late a probe may start before the agent itself must be stuck.
    package var longestDelay: Duration { interval * 2 + .seconds(5) }
}
