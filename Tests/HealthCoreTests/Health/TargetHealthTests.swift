import HealthCore
import Testing

@Suite("What an agent knows of a target")
struct TargetHealthTests {
    @Test("at first it is starting, due when it was told, and has no result")
    func fresh() throws {
        let health = try watched("main", "db:5432", dueAt: .milliseconds(30)) {
            $0.settings.isOptional = true
        }
        #expect(health.record.name == "main")
        #expect(health.record.kind == "postgres")
        #expect(!health.record.isRequired)
        #expect(try watched().record.isRequired)
        #expect(health.record.state == .starting)
        #expect(health.due == .at(.milliseconds(30)))
        #expect(health.lastResult == nil)
        #expect(health.runningSince == nil)
        #expect(health.timesHealthy + health.timesUnhealthy == 0)
    }

    @Test("a probe that begins runs until its result is recorded, and the next is due a wait after it")
    func life() throws {
        var health = try watched()
        health.begin(at: .at(.seconds(1)))
        #expect(health.runningSince == .at(.seconds(1)))
        let change = health.record(
            .good, startedAt: .at(.seconds(1)), endedAt: .at(.seconds(2)), jitter: 1)
        #expect(change == .healthy)
        #expect(health.runningSince == nil)
        #expect(health.lastResult == .at(.seconds(2)))
        #expect(health.due == .at(.milliseconds(12_500)))
        #expect(health.durations.sum == .seconds(1))
        #expect(health.record.lastDuration == .seconds(1))
    }

    @Test("what asked nobody is in no count, and the next probe is due after it all the same")
    func repeated() throws {
        var health = try watched { $0.settings.retries = 1 }
        var again = Failure(.timeout, "asked every 10 s at most")
        again.isRepeated = true
        let change = health.record(
            .notReady(again), startedAt: .at(.seconds(40)), endedAt: .at(.seconds(41)), jitter: 1)
        #expect(change == nil && health.record.failingStreak == 0 && health.durations.sum == .zero)
        #expect(health.lastResult == .at(.seconds(41)) && health.due > .at(.seconds(50)))
    }

    @Test("D-16: whatever the reason, a failure is a failure", arguments: Reason.allCases)
    func everyReason(reason: Reason) throws {
        var health = try watched { $0.settings.retries = 1 }
        #expect(health.probed(.failed(reason), at: .seconds(31)) == .unhealthy)
    }

    @Test("accepted reasons are good answers, and with `for: liveness` all that the server says itself is")
    func accepted() throws {
        var health = try watched { $0.settings.accepted = [.loading] }
        #expect(health.probed(.failed(.loading), at: .zero) == .healthy)
        #expect(health.record.lastOutcome == .ready(address: nil, detail: "accepted loading: seen"))
        var alive = try watched { $0.settings.use = .liveness }
        #expect(alive.probed(.failed(.auth), at: .zero) == .healthy)
        var dead = try watched { $0.settings.use = .liveness }
        #expect(dead.probed(.failed(.refused), at: .zero) == nil)
    }

    @Test("D-21: a failure that is not counted is on record, but in no streak")
    func uncounted() throws {
        var health = try watched()
        #expect(health.probed(.failed(.refused), at: .seconds(29), took: .seconds(2)) == nil)
        #expect(health.record.attempts == 1)
        #expect(health.record.lastOutcome == .failed(.refused))
        #expect(health.record.story == "refused ×1")
        #expect(health.record.failingStreak == 0)
        health.probed(.failed(.refused), at: .seconds(31))
        #expect(health.record.failingStreak == 1)
        #expect(health.record.story == "refused ×2")
    }

    @Test("a state is entered when its result came, and each way is counted")
    func transitions() throws {
        var health = try watched { $0.settings.retries = 2 }
        let changes = [Outcome.good, .good, .failed(.refused), .failed(.refused), .failed(.refused), .good]
            .enumerated().map { health.probed($1, at: .seconds(10 * $0), took: .seconds(1)) }
        #expect(changes == [.healthy, nil, nil, .unhealthy, nil, .healthy])
        #expect(health.record.state == .healthy)
        #expect(health.record.since == .at(.seconds(51)))
        #expect(health.timesHealthy == 2)
        #expect(health.timesUnhealthy == 1)
    }

    @Test("D-25, DV-14: a good answer after the timeout is a failure, one in its last moment is not")
    func late() throws {
        var health = try watched { $0.settings.timeout = .seconds(1) }
        #expect(health.probed(.good, at: .seconds(40), took: .seconds(1)) == .healthy)
        let answer = Outcome.ready(address: "10.0.0.1:80", detail: "connects")
        #expect(health.probed(answer, at: .seconds(60), took: .milliseconds(1200)) == nil)
        #expect(health.record.failingStreak == 1)
        #expect(health.record.lastSuccess == .at(.seconds(41)))
        #expect(
            health.record.lastOutcome
                == .failed(.timeout, "a good answer after 1.2s, too late", address: "10.0.0.1:80"))
        // A reason that is accepted comes too late just as well.
        var accepting = try watched { $0.settings.accepted = [.loading] }
        accepting.probed(.failed(.loading), at: .zero, took: .seconds(4))
        #expect(accepting.record.lastOutcome?.failure?.reason == .timeout)
    }

    @Test("a failure keeps its own reason, however late it came")
    func lateFailure() throws {
        var health = try watched()
        health.probed(.failed(.refused), at: .zero, took: .seconds(9))
        #expect(health.record.lastOutcome == .failed(.refused))
    }

    @Test("a result is stale when it is older than 2 × (interval + timeout) + 5 s, and not before")
    func stale() throws {
        var health = try watched {
            $0.settings.interval = .seconds(2)
            $0.settings.timeout = .seconds(1)
        }
        // There is nothing that could be old.
        #expect(!health.isStale(at: .at(.seconds(1000))))
        health.probed(.good, at: .seconds(9), took: .seconds(1))
        #expect(!health.isStale(at: .at(.seconds(21))))
        #expect(health.isStale(at: .at(.seconds(21) + .nanoseconds(1))))
    }
}
