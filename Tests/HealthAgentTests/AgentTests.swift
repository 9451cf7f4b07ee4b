import HealthCore
import Testing

@testable import HealthAgent

@Suite("Watching many targets, from the first probe to the end")
struct AgentTests {
    private let good = script("S")

    // MARK: The first probes

    @Test("first probes begin 10 ms apart, in the order of the configuration")
    func stagger() throws {
        let names = ["a", "b", "c", "d"]
        let scene = AgentScene(Dictionary(uniqueKeysWithValues: names.map { ($0, good) }))
        let targets = try names.map { try target($0) }
        let changes = scene.run { agent in
            let changes = agent.watch(targets)
            await scene.wait(until: .seconds(1))
            return changes
        }
        #expect(changes == AgentChanges(added: 4))
        #expect(names.map { scene.starts($0) } == [0, 10, 20, 30].map { [.milliseconds($0)] })
        #expect(scene.snapshot.targets.map(\.record.name) == names)
    }

    @Test("all first probes fit into the shortest interval")
    func shortStagger() throws {
        let names = (0..<5).map { "t\($0)" }
        let scene = AgentScene(Dictionary(uniqueKeysWithValues: names.map { ($0, good) }))
        let targets = try names.map { name in
            try target(name) { $0.interval = name == "t3" ? .milliseconds(20) : .seconds(10) }
        }
        scene.watch(targets, until: .milliseconds(17))
        #expect(names.map { scene.starts($0) } == [0, 4, 8, 12, 16].map { [.milliseconds($0)] })
    }

    @Test("an initial delay comes before the first probe, in addition")
    func initialDelay() throws {
        let scene = AgentScene(["a": good, "b": good])
        let targets = [try target("a"), try target("b") { $0.initialDelay = .seconds(2) }]
        scene.watch(targets, until: .seconds(3))
        #expect(scene.starts("b") == [.milliseconds(2010)])
    }

    @Test("chance moves an initial delay as it does every other wait")
    func spreadInitialDelay() throws {
        let scene = AgentScene(["a": good])
        let target = try target("a") {
            $0.initialDelay = .seconds(2)
            $0.jitter = 0.05
        }
        scene.watch([target], until: .seconds(3), jitter: -1)
        #expect(scene.starts("a") == [.milliseconds(1900)])
    }

    @Test("an initial delay ends at a moment that others share, as every other wait does")
    func sharedInitialDelay() throws {
        let scene = AgentScene(["a": good])
        let target = try target("a") {
            $0.initialDelay = .seconds(3)
            $0.jitter = 0.05
        }
        scene.watch([target], until: .seconds(4), jitter: 0.25)
        // 3.0375 s were drawn.
        #expect(scene.starts("a") == [.milliseconds(3050)])
    }

    // MARK: The end

    @Test("D-32: stop cancels probes in flight, waits for them, and records nothing of them")
    func stopWhileProbing() throws {
        let scene = AgentScene(["db": { _, _ in .silence }, "web": good])
        let targets = [try target("db"), try target("web")]
        let (endedAt, attempts) = scene.run { agent in
            agent.watch(targets)
            await scene.wait(until: .seconds(1))
            await agent.stop()
            return (scene.clock.elapsed, scene.attempts("db"))
        }
        #expect(endedAt == .seconds(1))
        #expect(attempts.map(\.endedAt) == [.seconds(1)])
        #expect(attempts.map(\.wasCancelled) == [true])
        #expect(scene.told == ["0.01 web healthy 0"])
        #expect(scene.snapshot.targets.isEmpty)
    }

    @Test("D-32: stop ends idle monitors at once, and no probe begins after it")
    func stopWhileIdle() throws {
        let scene = AgentScene(["db": good])
        let targets = [try target("db")]
        let endedAt = scene.run { agent in
            agent.watch(targets)
            await scene.wait(until: .seconds(5))
            await agent.stop()
            let endedAt = scene.clock.elapsed
            await scene.wait(until: .seconds(60))
            return endedAt
        }
        #expect(endedAt == .seconds(5))
        #expect(scene.starts("db") == [.zero])
    }
}
