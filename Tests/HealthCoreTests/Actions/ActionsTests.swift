import HealthCore
import Testing

/// A world of targets, of which each result is told to the actions as an agent would.
private struct World {
    var actions: Actions
    var facts = NetworkFacts(hasCarrier: true, hasAddress: true, hasRoute: true)
    var health: [String: TargetHealth] = [:]
    var targets: [Target] = []
    /// What was done: the second, and what.
    var done: [String] = []
    var notices: [String] = []
    var jitter = 0.0
    /// Whether there is a turn after each probe.
    var turnsByItself = true

    init(_ rules: [(ActionTrigger, String)], exitOn: String? = nil, limit: Int? = nil, _ targets: String...)
        throws
    {
        var written = ActionRules()
        for (trigger, text) in rules { try written.add(text, on: trigger) }
        if let exitOn { try written.exit(on: exitOn) }
        written.restartLimit = limit
        actions = Actions(written)
        try watch(targets)
    }

    mutating func watch(_ texts: [String]) throws {
        let before = targets
        targets = try texts.map { text in
            var target = try read(text)
            target.settings.startPeriod = .zero
            return target
        }
        actions.watch(targets)
        for target in targets where !before.contains(target) {
            health[target.name] = TargetHealth(
                target, HealthPolicy(target), startedAt: .at(.zero), due: .at(.zero))
        }
    }

    /// A probe that ends at a second, and takes no time unless it is said.
    mutating func probe(_ name: String, _ reason: Reason?, at second: Double, took: Double = 0) {
        guard var target = health[name] else { return }
        let (began, now) = (Instant.at(.seconds(second - took)), Instant.at(.seconds(second)))
        let previous = target.record.state
        _ = target.record(
            reason.map { Outcome.failed($0) } ?? .good, startedAt: began, endedAt: now, jitter: 0)
        health[name] = target
        actions.observe(
            name, from: previous, to: target.record.state, reason: reason, startedAt: began, endedAt: now,
            jitter: jitter)
        if turnsByItself { turn(at: second) }
    }

    mutating func turn(at second: Double, isHeld: Bool = false) {
        let (notice, due) = actions.turn(at: .at(.seconds(second)), facts, isHeld: isHeld, jitter: jitter)
        if let notice { notices.append("\(second): \(notice)") }
        done += due.map {
            "\(second) \($0.target) \($0.trigger) \($0.action.text)\($0.isBeyondLimit ? "!" : "")"
        }
    }

    /// Turns every tenth of a second in a span, probing each named target every second.
    mutating func pass(from start: Int, to end: Int, _ results: [String: Reason?] = [:]) {
        for tenth in (start * 10)..<(end * 10) {
            if tenth % 10 == 0 {
                for (name, reason) in results.sorted(by: { $0.key < $1.key }) {
                    probe(name, reason, at: Double(tenth) / 10)
                }
            }
            turn(at: Double(tenth) / 10)
        }
    }

    /// Healthy, and then unhealthy, by three failures.
    mutating func fall(_ name: String = "db", _ reason: Reason = .refused, at second: Double = 10) {
        probe(name, nil, at: second - 5)
        for step in 0..<3 { probe(name, reason, at: second - 2 + Double(step)) }
    }
}

struct ActionsTests {
    private static let restart: [(ActionTrigger, String)] = [(.unhealthy, "db=restart")]

    // MARK: What begins an action

    @Test("healthy to unhealthy fires once, a second later, and the state that lasts fires nothing more")
    func once() throws {
        var world = try World(Self.restart, "db=tcp://db:80")
        world.fall()
        world.pass(from: 10, to: 300, ["db": .refused])
        #expect(world.done == ["11.0 db unhealthy restart"])
    }

    @Test(
        "a target that was never healthy fires nothing, however long it is ill, and nothing when it is healthy"
    )
    func neverHealthy() throws {
        var world = try World(
            [(.unhealthy, "db=exit"), (.healthy, "db=restart")], exitOn: "unhealthy", "db=tcp://db:80")
        world.pass(from: 0, to: 300, ["db": .refused])
        world.pass(from: 300, to: 320, ["db": nil])
        #expect(world.done.isEmpty)
    }

    @Test("below retries nothing falls, so that a flapping target fires nothing")
    func flapping() throws {
        var world = try World([(.unhealthy, "db=restart"), (.healthy, "db=restart")], "db=tcp://db:80")
        world.probe("db", nil, at: 0)
        for round in 1..<100 {
            let second = Double(round * 3)
            world.probe("db", .refused, at: second)
            world.probe("db", .timeout, at: second + 1)
            world.probe("db", nil, at: second + 2)
        }
        world.pass(from: 310, to: 400)
        #expect(world.done.isEmpty)
    }

    @Test("on-healthy fires after a fall, and not without one")
    func onHealthy() throws {
        var world = try World([(.healthy, "db=restart")], "db=tcp://db:80")
        world.probe("db", nil, at: 0)
        world.fall()
        world.pass(from: 11, to: 60, ["db": .refused])
        #expect(world.done.isEmpty)
        world.pass(from: 60, to: 100, ["db": nil])
        #expect(world.done == ["61.0 db healthy restart"])
    }

    @Test(
        "a target that is healthy again within the back-off drops the action, and one that falls again drops that of healthy"
    )
    func dropped() throws {
        var world = try World([(.unhealthy, "db=exit"), (.healthy, "db=restart")], "db=tcp://db:80")
        world.fall()
        world.probe("db", nil, at: 10.5)
        for second in [10.6, 10.7, 10.8] { world.probe("db", .refused, at: second) }
        world.turn(at: 11.4)
        #expect(world.done.isEmpty)
        world.turn(at: 11.8)
        #expect(world.done == ["11.8 db unhealthy exit:1"])
    }

    @Test(
        "a target that is healthy again before the next turn has fallen all the same, if it was reached meanwhile"
    )
    func quick() throws {
        for (reason, count) in [(Reason.refused, 1), (.timeout, 0)] {
            var world = try World([(.healthy, "db=restart")], "db=tcp://db:80")
            world.turnsByItself = false
            world.fall("db", reason)
            world.probe("db", nil, at: 10.1)
            world.turn(at: 12)
            #expect(world.done.count == count, "\(reason)")
        }
    }

    @Test("--exit-on is for every required target, and nothing is done after an exit")
    func exitOn() throws {
        var world = try World(
            [(.unhealthy, "db=signal:HUP")], exitOn: "unhealthy:88", "db=tcp://db:80", "web=tcp://web:80")
        world.fall("db")
        world.fall("web")
        world.pass(from: 10, to: 60, ["db": .refused, "web": .refused])
        #expect(world.done == ["11.0 db unhealthy signal:SIGHUP", "11.0 web unhealthy exit:88"])
        world.pass(from: 60, to: 70, ["db": nil])
        world.pass(from: 70, to: 90, ["db": .refused])
        #expect(world.done.count == 2)
    }

    @Test("the metric has every rule from the start, and counts what was done")
    func counts() throws {
        var world = try World(Self.restart, exitOn: "unhealthy", "db=tcp://db:80", "web=tcp://web:80")
        func counts() -> [String] { world.actions.counts.map { "\($0.target) \($0.action) \($0.count)" } }
        #expect(counts() == ["db restart 0", "web exit 0"])
        world.fall()
        world.turn(at: 11)
        #expect(counts() == ["db restart 1", "web exit 0"])
    }

    // MARK: Storms

    @Test("the back-off is 1 s, doubles to a minute, and begins anew after ten minutes of health")
    func backoff() throws {
        var world = try World([(.unhealthy, "db=restart")], "db=tcp://db:80")
        var waits: [Double] = []
        var start = 100.0
        for _ in 0..<8 {
            world.fall(at: start)
            let before = world.done.count
            var second = start
            while world.done.count == before, second < start + 100 {
                second += 0.5
                world.turn(at: second)
            }
            waits.append(second - start)
            start += 200
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60])
        world.probe("db", nil, at: start)
        for step in 1..<700 { world.probe("db", nil, at: start + Double(step)) }
        world.fall(at: start + 720)
        world.turn(at: start + 720.9)
        let count = world.done.count
        world.turn(at: start + 721)
        #expect(world.done.count == count + 1)
    }

    @Test("chance moves the back-off by half, and no more")
    func jitter() {
        let backoff = ActionBackoff()
        let waits = [-1.0, -0.5, 0, 1, 7, -7].map { backoff.wait(jitter: $0) }
        #expect(waits == [500, 750, 1000, 1500, 1500, 500].map { .milliseconds($0) })
    }

    @Test("five replicas whose database is away for 300 s restart once each, and not together")
    func replicas() throws {
        var moments: [String] = []
        for jitter in [-1, -0.5, 0, 0.5, 1] {
            var world = try World([(.unhealthy, "db=restart")], "db=tcp://db:80")
            world.jitter = jitter
            world.pass(from: 0, to: 30, ["db": nil])
            world.pass(from: 30, to: 330, ["db": .refused])
            world.pass(from: 330, to: 600, ["db": nil])
            #expect(world.done.count == 1)
            moments += world.done.map { String($0.prefix { $0 != " " }) }
        }
        #expect(Set(moments).count == 5, "\(moments)")
    }

    @Test("one restart is for all targets that fell together, and beyond the limit it is an exit")
    func limit() throws {
        var world = try World(
            [(.unhealthy, "db=restart,web=restart")], limit: 1, "db=tcp://db:80", "web=tcp://web:80")
        world.fall("db")
        world.fall("web")
        world.turn(at: 12)
        #expect(world.done == ["12.0 db unhealthy restart"])
        world.actions.restarted()
        world.pass(from: 12, to: 60, ["db": nil, "web": nil])
        world.pass(from: 60, to: 90, ["db": .refused, "web": nil])
        #expect(
            world.done.count == 2 && world.done.last?.hasSuffix("db unhealthy exit:1!") == true,
            "\(world.done)")
    }

    @Test("what is due while a restart is under way is held, and forgotten once the command is started again")
    func held() throws {
        var world = try World([(.healthy, "db=signal:HUP")], "db=tcp://db:80")
        world.fall()
        world.probe("db", nil, at: 20)
        world.turn(at: 30, isHeld: true)
        #expect(world.done.isEmpty)
        world.actions.restarted()
        world.pass(from: 30, to: 60, ["db": nil])
        #expect(world.done.isEmpty)
    }

    // MARK: Reload, pause

    @Test("a reload that changes a target drops what is pending, and one that leaves it alone does not")
    func reload() throws {
        var world = try World(Self.restart, "db=tcp://db:80")
        world.fall()
        try world.watch(["db=tcp://db:80", "web=tcp://web:80"])
        world.turn(at: 11)
        #expect(world.done.count == 1)
        var other = try World(Self.restart, "db=tcp://db:80")
        other.fall()
        try other.watch(["db=tcp://db:81"])
        other.pass(from: 10, to: 60, ["db": .refused])
        #expect(other.done.isEmpty)
    }

    @Test("after a pause of the process the result of a probe that was under way fires nothing by itself")
    func pause() throws {
        var world = try World([(.unhealthy, "db=restart")], "db=tcp://db:80")
        world.probe("db", nil, at: 1)
        world.probe("db", .timeout, at: 2)
        world.probe("db", .timeout, at: 3)
        // It stood still for a minute, with a probe under way.
        world.actions.resume(at: .at(.seconds(60)), jitter: 0)
        world.probe("db", .timeout, at: 60, took: 55)
        #expect(world.health["db"]?.record.state == .unhealthy)
        world.pass(from: 61, to: 63, ["db": .timeout])
        world.turn(at: 70)
        #expect(world.done.isEmpty)
        world.pass(from: 70, to: 75, ["db": .timeout])
        #expect(world.done == ["71.0 db unhealthy restart"])
    }

    @Test("what was pending before a pause waits anew")
    func pauseWhilePending() throws {
        var world = try World([(.unhealthy, "db=restart"), (.healthy, "db=signal:HUP")], "db=tcp://db:80")
        world.fall()
        world.actions.resume(at: .at(.seconds(60)), jitter: 0)
        world.turn(at: 60)
        world.turn(at: 62)
        world.probe("db", nil, at: 63)
        world.turn(at: 70)
        #expect(world.done.isEmpty)
    }

    // MARK: Isolation

    @Test("nothing is done while isolated, by each of its kinds, and it is told once at its begin and end")
    func isolated() throws {
        let kinds = [
            NetworkFacts(hasCarrier: false), NetworkFacts(hasAddress: false), NetworkFacts(hasRoute: false),
        ]
        for facts in kinds {
            var world = try World([(.unhealthy, "db=restart"), (.healthy, "db=restart")], "db=tcp://db:80")
            world.pass(from: 0, to: 10, ["db": nil])
            world.facts = facts
            world.pass(from: 10, to: 200, ["db": .timeout])
            world.facts = NetworkFacts(hasCarrier: true, hasAddress: true, hasRoute: true)
            world.pass(from: 200, to: 300, ["db": nil])
            #expect(world.done.isEmpty && world.notices.count == 2, "\(world.done) \(world.notices)")
        }
        var world = try World([(.unhealthy, "db=restart,web=restart")], "db=tcp://db:80", "web=tcp://web:80")
        world.pass(from: 0, to: 10, ["db": nil, "web": nil])
        world.pass(from: 10, to: 200, ["db": .timeout, "web": .dns])
        world.pass(from: 200, to: 300, ["db": nil, "web": nil])
        #expect(world.done.isEmpty && world.notices.count == 2, "\(world.done) \(world.notices)")
    }

    @Test(
        "a target that is still ill after the isolation is acted on, once its failures were asked for afterwards"
    )
    func illAfterwards() throws {
        var world = try World([(.unhealthy, "db=restart")], "db=tcp://db:80", "web=tcp://web:80")
        world.pass(from: 0, to: 10, ["db": nil, "web": nil])
        world.pass(from: 10, to: 100, ["db": .timeout, "web": .timeout])
        #expect(world.done.isEmpty)
        world.probe("db", .timeout, at: 100, took: 3)
        world.pass(from: 100, to: 102, ["db": .timeout, "web": nil])
        #expect(world.done.isEmpty)
        world.pass(from: 102, to: 120, ["db": .timeout, "web": nil])
        #expect(world.done.count == 1)
    }

    @Test("one target behind a network that drops is acted on")
    func alone() throws {
        for reason in [Reason.timeout, .unreachable, .dns] {
            var world = try World([(.unhealthy, "db=restart")], "db=tcp://db:80", "self=tcp://127.0.0.1:80")
            world.probe("self", .timeout, at: 0)
            world.fall("db", reason)
            world.turn(at: 11)
            #expect(world.done.count == 1, "\(reason)")
        }
    }

    @Test("a doubtful fall waits until another target was asked, which a target that refuses does not")
    func waitsForAnother() throws {
        var world = try World([(.unhealthy, "db=restart")], "db=tcp://db:80", "web=tcp://web:80")
        world.probe("web", nil, at: 4)
        world.fall("db", .timeout)
        world.turn(at: 14)
        #expect(world.done.isEmpty)
        var partition = world
        partition.probe("web", .timeout, at: 15)
        partition.pass(from: 15, to: 300, ["db": .timeout, "web": .timeout])
        #expect(partition.done.isEmpty && partition.notices.count == 1)
        world.probe("web", nil, at: 15)
        world.turn(at: 16)
        #expect(world.done == ["16.0 db unhealthy restart"])
        var refusing = try World([(.unhealthy, "db=restart")], "db=tcp://db:80", "web=tcp://web:80")
        refusing.probe("web", nil, at: 4)
        refusing.fall("db", .refused)
        refusing.turn(at: 11)
        #expect(refusing.done.count == 1)
        // A target that is asked once an hour keeps nobody waiting for so long.
        var slow = try World([(.unhealthy, "db=restart")], "db=tcp://db:80", "web=tcp://web:80")
        slow.probe("web", nil, at: 4)
        slow.fall("db", .timeout)
        slow.pass(from: 10, to: 80, ["db": .timeout])
        #expect(slow.done == ["71.0 db unhealthy restart"])
    }

    @Test("an action that is pending when the isolation begins is not done, and not at its end either")
    func pendingBefore() throws {
        var world = try World([(.unhealthy, "db=restart")], "db=tcp://db:80", "web=tcp://web:80")
        world.probe("web", nil, at: 4)
        world.fall("db", .refused)
        world.probe("db", .timeout, at: 10.2)
        world.probe("web", .timeout, at: 10.3)
        world.pass(from: 11, to: 60, ["db": .timeout, "web": .timeout])
        world.pass(from: 60, to: 90, ["db": nil, "web": nil])
        #expect(world.done.isEmpty && world.notices.count == 2)
    }
}
