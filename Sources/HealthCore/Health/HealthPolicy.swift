/// The settings by which the health of one target is judged. Names and meaning are Docker's, except for the first
/// probe, the jitter and the defaults (D-10…D-22).
package struct HealthPolicy: Sendable, Equatable {
    /// The wait from the end of one probe to the start of the next.
    package var interval = Duration.seconds(10)
    /// The timeout of one probe.
    package var timeout = Duration.seconds(3)
    /// Counted failures in a row that make a target unhealthy.
    package var retries = 3
    /// The grace after the start, during which failures of a starting target do not count.
    package var startPeriod = Duration.seconds(30)
    /// The interval while a target is starting, inside the start period.
    package var startInterval = Duration.seconds(1)
    /// The wait before the first probe.
    package var initialDelay = Duration.zero
    /// The random share of every wait, in both directions.
    package var jitter = 0.05
    /// Successes in a row that make a target healthy.
    package var successThreshold = 1

    package init() {}

    /// The defaults, overridden by a target's settings.
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

    /// The same for a target, whose kind may have another interval by default.
    package init(_ target: Target) {
        self.init(target.settings)
        interval = target.settings.interval ?? target.service.usualInterval ?? interval
    }

    /// The age at which the newest result is stale.
    package var freshness: Duration { (interval + timeout) * 2 + .seconds(5) }
    /// The running time of a probe beyond which the agent itself must be stuck.
    package var longestProbe: Duration { timeout * 2 + .seconds(5) }
    /// The delay of a probe beyond which the agent itself must be stuck.
    package var longestDelay: Duration { interval * 2 + .seconds(5) }
}
