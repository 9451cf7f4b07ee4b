import HealthCore
import Testing

@Suite("Readiness and startup, from what an agent knows")
struct AgentSnapshotTests {
    private let clock = WallClock(.at(.zero), unixMilliseconds: 0)

    private func snapshot(
        _ targets: [TargetHealth], at now: Duration = .seconds(1), hasStarted: Bool = false,
        isShuttingDown: Bool = false
    ) -> AgentSnapshot {
        AgentSnapshot(
            now: .at(now), clock: clock, targets: TargetRows(targets), hasStarted: hasStarted,
            isShuttingDown: isShuttingDown)
    }

    private func target(_ name: String, _ outcomes: Outcome..., isOptional: Bool = false) throws
        -> TargetHealth
    {
        var health = try watched(name) {
            $0.settings.isOptional = isOptional
            $0.settings.retries = 1
            $0.settings.startPeriod = .zero
        }
        for outcome in outcomes { health.probed(outcome, at: .zero) }
        return health
    }

    /// `name`, `name: reason` or `name: reason, message` for each check, optional ones in brackets.
    private func lines(_ checks: [HealthCheck]) -> [String] {
        checks.map { check in
            let failure = check.failure.map { ": " + $0.reason + ($0.message.map { ", " + $0 } ?? "") }
            let line = check.name + (failure ?? "")
            return check.isRequired ? line : "[\(line)]"
        }
    }

    @Test("ready is an agent whose required targets are healthy; optional ones have a line and no vote")
    func ready() throws {
        let ready = snapshot([
            try target("db", .good), try target("mail", .failed(.refused), isOptional: true),
            try target("new", isOptional: true),
        ])
        #expect(ready.isReady)
        for endpoint in [HealthEndpoint.readyz, .healthz] {
            #expect(
                lines(ready.checks(of: endpoint)) == [
                    "db", "[mail: refused, seen]", "[new: not asked yet]", "shutdown",
                ])
        }
        #expect(snapshot([]).isReady)
    }

    @Test("the summary counts the required targets, and names at most three that are missing")
    func summary() throws {
        #expect(
            snapshot([try target("db", .good), try target("mail", .failed(.refused), isOptional: true)])
                .summary
                == "ready: 1 of 1 required")
        let missing = try ["a", "b", "c"].map { try target($0, .failed(.refused)) }
        #expect(snapshot(missing + [try target("db", .good)]).summary == "not ready: a, b, c")
        #expect(
            snapshot(missing + [try target("d"), try target("e")]).summary == "not ready: a, b, c and 2 more")
        #expect(snapshot([try target("db", .good)], isShuttingDown: true).summary == "stopping")
    }

    @Test("a required target that is starting or unhealthy is not ready, and says why")
    func notReady() throws {
        let both = snapshot([
            try target("new"), try target("db", .good, .failed(.auth, "no", address: "10.0.0.1:80")),
        ])
        #expect(!both.isReady)
        #expect(
            lines(both.checks(of: .readyz)) == [
                "new: not asked yet", "db: auth, no (10.0.0.1:80)", "shutdown",
            ])
        #expect(!snapshot([try target("db", .good), try target("new")]).isReady)
        #expect(!snapshot([try target("db", .good), try target("cache", .failed(.refused))]).isReady)
    }

    @Test("one failure of many that are needed does not end readiness")
    func toleratesFailures() throws {
        var health = try watched()
        health.probed(.good, at: .zero)
        health.probed(.failed(.refused), at: .seconds(10))
        health.probed(.failed(.refused), at: .seconds(20))
        #expect(snapshot([health], at: .seconds(20)).isReady)
        #expect(lines(snapshot([health], at: .seconds(20)).checks(of: .readyz)) == ["db", "shutdown"])
        health.probed(.failed(.refused), at: .seconds(30))
        #expect(!snapshot([health], at: .seconds(30)).isReady)
    }

    @Test("a target that needs more good answers says how many it has")
    func threshold() throws {
        var health = try watched { $0.settings.successThreshold = 3 }
        health.probed(.good, at: .zero)
        health.probed(.good, at: .seconds(1))
        #expect(lines(snapshot([health]).checks(of: .readyz)) == ["db: 2 of 3 good answers", "shutdown"])
        #expect(!snapshot([health]).isReady)
        #expect(lines(snapshot([health]).checks(of: .startupz)) == ["db: 2 of 3 good answers"])
    }

    @Test("a result counts until it is 31 s old, and not a nanosecond longer")
    func stale() throws {
        let targets = [try target("db", .good), try target("mail", .good, isOptional: true)]
        let fresh = snapshot(targets, at: .seconds(31))
        #expect(fresh.isReady)
        #expect(lines(fresh.checks(of: .readyz)) == ["db", "[mail]", "shutdown"])
        let old = snapshot(targets, at: .seconds(31) + .nanoseconds(1))
        #expect(!old.isReady)
        #expect(
            lines(old.checks(of: .readyz)) == [
                "db: stale, the newest result is 31s old", "[mail: stale, the newest result is 31s old]",
                "shutdown",
            ])
        #expect(snapshot([targets[1]], at: .seconds(32)).isReady)
    }

    @Test("a stale result of an unhealthy target is called stale")
    func staleAndUnhealthy() throws {
        let old = snapshot([try target("db", .failed(.refused))], at: .seconds(60))
        #expect(lines(old.checks(of: .readyz)).first == "db: stale, the newest result is 60s old")
    }

    @Test("an agent that ends is not ready, with healthy targets too, and is as alive as before")
    func shutdown() throws {
        let ending = snapshot([try target("db", .good)], isShuttingDown: true)
        #expect(!ending.isReady)
        for endpoint in [HealthEndpoint.readyz, .healthz] {
            #expect(lines(ending.checks(of: endpoint)) == ["db", "shutdown: process is shutting down"])
        }
        #expect(ending.isLive)
        #expect(lines(ending.checks(of: .startupz)) == ["db"])
    }

    @Test("started is an agent whose required targets were healthy once, whatever they are now")
    func started() throws {
        let targets = [
            try target("db", .good, .failed(.refused)), try target("mail", isOptional: true),
            try target("new"), try target("cache", .failed(.refused)),
        ]
        #expect(
            lines(snapshot(targets).checks(of: .startupz)) == [
                "db", "new: not asked yet", "cache: refused, seen",
            ])
    }

    @Test("an agent that has started stays so, with targets that are new as well")
    func startedStays() throws {
        let targets = [try target("db"), try target("cache", .failed(.refused))]
        #expect(lines(snapshot(targets, hasStarted: true).checks(of: .startupz)) == ["db", "cache"])
        #expect(!snapshot(targets, hasStarted: true).isReady)
    }
}
