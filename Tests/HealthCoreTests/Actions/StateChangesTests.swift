import HealthCore
import Testing

/// Targets whose changes are told, as an agent does it: each result is observed, and what is due is run at once.
private struct World {
    var actions = Actions(ActionRules())
    var changes = StateChanges()
    var facts = NetworkFacts(hasCarrier: true, hasAddress: true, hasRoute: true)
    var health: [String: TargetHealth] = [:]
    var targets: [Target] = []
    /// What was run, and not ended yet unless `endsAtOnce`.
    var told: [String] = []
    var endsAtOnce = true

    init(_ targets: String..., settings: [String]? = nil) throws { try watch(targets, settings: settings) }

    mutating func watch(_ texts: [String], settings: [String]? = nil) throws {
        let before = targets
        let names = texts.map { $0.prefix { $0 != "=" } }
        targets = try read(texts, set: settings ?? names.map { #"\#($0).on_change=["tell"]"# })
        for index in targets.indices { targets[index].settings.startPeriod = .zero }
        actions.watch(targets)
        changes.watch(targets)
        for target in targets where !before.contains(target) {
            health[target.name] = TargetHealth(
                target, HealthPolicy(target), startedAt: .at(.zero), due: .at(.zero))
        }
    }

    mutating func probe(_ name: String, _ reason: Reason?, at second: Double, took: Double = 0) {
        guard var target = health[name] else { return }
        let (began, now) = (Instant.at(.seconds(second - took)), Instant.at(.seconds(second)))
        let previous = target.record.state
        _ = target.record(
            reason.map { Outcome.failed($0) } ?? .good, startedAt: began, endedAt: now, jitter: 0)
        health[name] = target
        actions.observe(
            name, from: previous, to: target.record.state, reason: reason, startedAt: began, endedAt: now,
            jitter: 0)
        changes.observe(target.record)
        tell(at: second)
    }

    mutating func turn(at second: Double) {
        _ = actions.turn(at: .at(.seconds(second)), facts, jitter: 0)
        tell(at: second)
    }

    mutating func end(_ name: String, at second: Double, hasFailed: Bool = false) {
        changes.ended(name, hasFailed: hasFailed)
        tell(at: second)
    }

    private mutating func tell(at second: Double) {
        let actions = actions
        while case let due = changes.takeDue(where: { actions.counts($0, at: .at(.seconds(second))) }),
            !due.isEmpty
        {
            told += due.map { "\($0.record.name) \($0.record.state.rawValue)" }
            guard endsAtOnce else { return }
            for change in due { changes.ended(change.record.name, hasFailed: false) }
        }
    }

    /// Three failures, and a turn.
    mutating func fail(_ name: String = "db", _ reason: Reason = .refused, at second: Double) {
        for step in 0..<3 { probe(name, reason, at: second + Double(step) / 10) }
        turn(at: second + 0.3)
    }
}

struct StateChangesTests {
    @Test("each change is told once, at once, and what does not change is not told")
    func each() throws {
        var world = try World("db=tcp://db:80")
        world.probe("db", nil, at: 0)
        #expect(world.told == ["db healthy"])
        for second in 1..<20 { world.probe("db", nil, at: Double(second)) }
        world.probe("db", .refused, at: 20)
        world.probe("db", .refused, at: 21)
        #expect(world.told.count == 1)
        world.probe("db", .refused, at: 22)
        world.probe("db", nil, at: 23)
        world.turn(at: 24)
        #expect(world.told == ["db healthy", "db unhealthy", "db healthy"])
    }

    @Test("out of starting both states are told, and starting never is")
    func starting() throws {
        var world = try World("db=tcp://db:80")
        world.probe("db", .refused, at: 0)
        world.turn(at: 1)
        #expect(world.told.isEmpty)
        world.fail(at: 2)
        #expect(world.told == ["db unhealthy"])
    }

    @Test("a target without a command is not told of, and one command hears of its own target only")
    func others() throws {
        var world = try World(
            "db=tcp://db:80", "web=tcp://web:80", settings: [#"db.on_change=["/bin/tell","x"]"#])
        world.probe("web", nil, at: 0)
        world.probe("db", nil, at: 0)
        #expect(world.told == ["db healthy"] && !world.changes.isEmpty)
        let none = try World("db=tcp://db:80", settings: ["db.on_change=[]"])
        #expect(none.changes.isEmpty)
    }

    @Test(
        "while a command runs the newest state waits, and is told only if it is another than the one last told"
    )
    func newestWins() throws {
        var world = try World("db=tcp://db:80")
        world.endsAtOnce = false
        world.probe("db", nil, at: 0)
        world.fail(at: 1)
        world.probe("db", nil, at: 2)
        world.fail(at: 3)
        #expect(world.told == ["db healthy"])
        world.end("db", at: 4)
        #expect(world.told == ["db healthy", "db unhealthy"])
        world.probe("db", nil, at: 5)
        world.fail(at: 6)
        world.end("db", at: 7)
        #expect(world.told.count == 2)
        world.probe("db", nil, at: 8)
        #expect(world.told.count == 3)
    }

    @Test("what is told is the newest of the state: the reason and the message of the last probe")
    func newestReason() throws {
        var world = try World("db=tcp://db:80")
        world.endsAtOnce = false
        world.probe("db", nil, at: 0)
        world.fail("db", .refused, at: 1)
        world.probe("db", .auth, at: 2)
        world.changes.ended("db", hasFailed: false)
        let due = world.changes.takeDue { _ in true }
        let values = try #require(due.first).values(
            WallClock(.at(.seconds(1)), unixMilliseconds: 1_000_000_000_000))
        #expect(
            values.prefix(3) == ["db", "unhealthy", "auth"] && values[3].hasPrefix("2001-09-09T01:46:40."))
        #expect(values.count == StateChange.variables.count)
    }

    @Test("at most eight commands run at a time, and the longest waiting is next")
    func limit() throws {
        let names = (10..<30).map { "t\($0)" }
        var world = try World("x=tcp://x:80")
        try world.watch(names.map { "\($0)=tcp://\($0):80" })
        world.endsAtOnce = false
        for name in names.reversed() { world.probe(name, nil, at: 1) }
        #expect(world.told == names.reversed().prefix(8).map { "\($0) healthy" })
        world.end("t25", at: 2)
        #expect(world.told.dropFirst(8) == ["t21 healthy"])
        for name in names { world.end(name, at: 3) }
        #expect(Set(world.told).count == world.told.count && world.told.count >= 16)
    }

    @Test("a reload tells nothing by itself: a target that begins anew is told of when it is as it was not")
    func reload() throws {
        var world = try World("db=tcp://db:80")
        world.probe("db", nil, at: 0)
        try world.watch(["db=tcp://db:81"])
        world.turn(at: 1)
        world.probe("db", nil, at: 2)
        #expect(world.told == ["db healthy"])
        try world.watch(["db=tcp://db:82"])
        world.fail(at: 3)
        #expect(world.told == ["db healthy", "db unhealthy"])
        // What waits of a target that begins anew is dropped.
        world.endsAtOnce = false
        world.probe("db", nil, at: 4)
        world.fail(at: 5)
        try world.watch(["db=tcp://db:83"])
        world.end("db", at: 6)
        #expect(world.told.count == 3)
        // One that is gone, and comes back, is another.
        try world.watch(["web=tcp://web:80"])
        try world.watch(["db=tcp://db:83"])
        world.probe("db", nil, at: 8)
        #expect(world.told.count == 4)
    }

    @Test("after a pause of the process only failures that were asked for later make a target unhealthy")
    func pause() throws {
        var world = try World("db=tcp://127.0.0.1:80")
        world.probe("db", nil, at: 0)
        world.probe("db", .closed, at: 1)
        world.probe("db", .closed, at: 2)
        world.actions.resume(at: .at(.seconds(60)), jitter: 0)
        world.probe("db", .closed, at: 60, took: 57)
        world.turn(at: 61)
        #expect(world.told == ["db healthy"])
        world.probe("db", nil, at: 62)
        #expect(world.told == ["db healthy"])
        world.fail("db", .closed, at: 63)
        #expect(world.told == ["db healthy", "db unhealthy"])
    }

    @Test("nothing is told while isolated, and afterwards only a state that is not the one last told")
    func isolated() throws {
        var world = try World("db=tcp://db:80", "web=tcp://web:80")
        for name in ["db", "web"] { world.probe(name, nil, at: 0) }
        #expect(world.told.count == 2)
        for second in 1..<60 {
            for name in ["db", "web"] { world.probe(name, .timeout, at: Double(second)) }
            world.turn(at: Double(second))
        }
        #expect(world.told.count == 2 && world.actions.isolation != nil, "\(world.told)")
        world.probe("web", nil, at: 60)
        world.turn(at: 60)
        #expect(world.told.count == 2 && world.actions.isolation == nil, "\(world.told)")
        for second in 61..<63 { world.probe("db", .timeout, at: Double(second)) }
        world.turn(at: 63)
        #expect(world.told.count == 2)
        // It is ill, and was asked three times afterwards.
        world.probe("db", .timeout, at: 64)
        world.probe("web", nil, at: 64)
        world.turn(at: 64)
        #expect(world.told.dropFirst(2) == ["db unhealthy"])
    }

    @Test("an unhealthy that may be the network's waits for a turn, which asks the kernel")
    func doubtful() throws {
        var world = try World("db=tcp://db:80")
        world.probe("db", nil, at: 0)
        for second in 1..<4 { world.probe("db", .timeout, at: Double(second)) }
        #expect(world.told.count == 1 && world.actions.wantsFacts)
        var cut = world
        cut.facts = NetworkFacts(hasRoute: false)
        cut.turn(at: 4)
        #expect(cut.told.count == 1)
        world.turn(at: 4)
        #expect(world.told.count == 2)
    }

    @Test("runs and failures are counted from the start, by target, and nothing is told once it stops")
    func counts() throws {
        var world = try World("db=tcp://db:80", "app=tcp://app:80")
        #expect(world.changes.counts.map(\.target) == ["db", "app"])
        world.endsAtOnce = false
        world.probe("db", nil, at: 0)
        world.end("db", at: 1, hasFailed: true)
        let count = try #require(world.changes.counts.first)
        #expect(count.count == 1 && count.failures == 1 && count.action == "on_change")
        world.changes.stop()
        world.fail(at: 2)
        world.turn(at: 3)
        #expect(world.told.count == 1)
    }
}
