/// The state of an agent at an instant: the input of its endpoints and metrics.
package struct AgentSnapshot: Sendable {
    package var now: Instant
    package var clock: WallClock
    package var targets: TargetRows
    /// Whether every required target has been healthy once; never reset.
    package var hasStarted: Bool
    package var isShuttingDown: Bool
    /// Whether the command beside the agent is being stopped, to be started again.
    package var isRestarting: Bool
    /// Whether the last reload succeeded.
    package var isConfigurationCurrent: Bool
    package var stalls: Stalls
    /// The largest lag of the loop in the last 60 s.
    package var largestLag: Duration
    /// Whether nobody can be reached from here; only looked at where there are actions.
    package var isIsolated = false
    /// How often which action was done.
    package var actions: [Actions.Count] = []
    /// The same of commands of `on_change`.
    package var commands: [Actions.Count] = []

    package init(
        now: Instant, clock: WallClock, targets: TargetRows, hasStarted: Bool = false,
        isShuttingDown: Bool = false, isRestarting: Bool = false, isConfigurationCurrent: Bool = true,
        stalls: Stalls = Stalls(), largestLag: Duration = .zero
    ) {
        (
            self.now, self.clock, self.targets, self.hasStarted, self.isShuttingDown, self.isRestarting,
            self.isConfigurationCurrent, self.stalls, self.largestLag
        ) = (
            now, clock, targets, hasStarted, isShuttingDown, isRestarting, isConfigurationCurrent, stalls,
            largestLag
        )
    }

    /// The verdict of `/readyz`: every required target is healthy and not stale, no shutdown has begun, and the command
    /// beside the agent is not being restarted.
    package var isReady: Bool {
        guard !isShuttingDown, !isRestarting else { return false }
        // Access by index: copying each target would be half of the work of a request.
        for index in targets.indices where targets[index].record.isRequired {
            guard targets[index].isReady(at: now) else { return false }
        }
        return true
    }

    /// The verdict of `/readyz` in a line for people, with the names of at most three targets that are not ready.
    package var summary: String {
        guard !isShuttingDown else { return "stopping" }
        guard !isRestarting else { return "restarting" }
        var (required, missing, names) = (0, 0, "")
        // Access by index: a filtered copy of 1 000 targets is most of a megabyte, for who looks at the page.
        for index in targets.indices where targets[index].record.isRequired {
            required += 1
            guard !targets[index].isReady(at: now) else { continue }
            missing += 1
            if missing <= 3 { names += (missing == 1 ? "" : ", ") + targets[index].record.name }
        }
        guard missing > 0 else { return "ready: \(required) of \(required) required" }
        return "not ready: \(names)" + (missing > 3 ? " and \(missing - 3) more" : "")
    }

    /// The verdict of `/livez`: the agent itself works.
    package var isLive: Bool { checks(of: .livez).allSatisfy { $0.failure == nil } }
}

/// The endpoints that answer with a verdict.
package enum HealthEndpoint: String, Sendable {
    case livez, startupz, readyz, healthz
}

/// The agent's own checks. No target may have one of these names.
package enum OwnCheck: String, Sendable {
    case ping, probes, shutdown
}

/// One check of a verdict.
package struct HealthCheck: Sendable {
    /// Why a check fails: a reason for everyone, and a message for clients that may see it.
    package struct Failure: Sendable {
        package var reason: String
        package var message: String?
    }

    package var name: String
    /// Whether a failure of this check fails the verdict.
    package var isRequired = true
    package var failure: Failure?
}

extension AgentSnapshot {
    /// The checks behind an endpoint's verdict, targets in their order.
    package func checks(of endpoint: HealthEndpoint) -> [HealthCheck] {
        switch endpoint {
        case .livez: [HealthCheck(name: OwnCheck.ping.rawValue), probesCheck]
        case .startupz:
            // A filtered copy of 1,000 targets is a megabyte while it grows.
            targets.compactMap { target in
                guard target.record.isRequired else { return nil }
                let isDone = hasStarted || target.timesHealthy > 0
                return HealthCheck(name: target.record.name, failure: isDone ? nil : target.unreadiness)
            }
        case .readyz, .healthz:
            targets.map { target in
                HealthCheck(
                    name: target.record.name, isRequired: target.record.isRequired,
                    failure: target.failure(at: now))
            } + [shutdownCheck]
        }
    }

    private var shutdownCheck: HealthCheck {
        let reason =
            isShuttingDown
            ? "process is shutting down" : isRestarting ? "the command is being restarted" : nil
        return HealthCheck(
            name: OwnCheck.shutdown.rawValue, failure: reason.map { HealthCheck.Failure(reason: $0) })
    }

    /// The check that fails if a probe has run or been due for so long that the agent itself must be stuck.
    private var probesCheck: HealthCheck {
        let stuck = targets.first { target in
            let policy = target.rules.policy
            if let began = target.runningSince {
                return stalls.turningTime(from: began, to: now) > policy.longestProbe
            }
            return stalls.turningTime(from: target.due, to: now) > policy.longestDelay
        }
        let failure = stuck.map {
            HealthCheck.Failure(reason: "stuck", message: "no progress with \($0.record.name)")
        }
        return HealthCheck(name: OwnCheck.probes.rawValue, failure: failure)
    }
}

extension TargetHealth {
    /// Whether this target is healthy, and was lately.
    fileprivate func isReady(at now: Instant) -> Bool { record.state == .healthy && !isStale(at: now) }

    /// Why this target is not ready; nil if it is.
    fileprivate func failure(at now: Instant) -> HealthCheck.Failure? {
        guard !isStale(at: now) else {
            let age = DurationText.describe(lastResult.map { $0.duration(to: now) } ?? .zero)
            return HealthCheck.Failure(
                reason: Reason.stale.rawValue, message: "the newest result is \(age) old")
        }
        return record.state == .healthy ? nil : unreadiness
    }

    /// The last failure, or the successes that are missing.
    fileprivate var unreadiness: HealthCheck.Failure {
        switch record.lastOutcome?.result {
        case nil: HealthCheck.Failure(reason: "not asked yet")
        case .ready:
            HealthCheck.Failure(
                reason: "\(record.successStreak) of \(rules.policy.successThreshold) good answers")
        case .notReady(let failure):
            HealthCheck.Failure(reason: failure.reason.rawValue, message: record.placedMessage)
        }
    }
}
