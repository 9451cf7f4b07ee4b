import HealthCore
import Testing

@testable import HealthAgent

@Suite("Watching other targets after a reload")
struct ReloadTests {
    private let good = script("S")

    /// What changes when the second targets are watched at a moment instead of the first, and the scene
    /// a moment later.
    private func reload(
        _ scene: AgentScene, from first: [Target], to second: [Target], at moment: Duration,
        until end: Duration
    ) -> AgentChanges {
        scene.run { agent in
            agent.watch(first)
            await scene.wait(until: moment)
            let changes = agent.watch(second)
            await scene.wait(until: end)
            return changes
        }
    }

    @Test("a target that is as it was keeps its state and its rhythm")
    func kept() throws {
        let scene = AgentScene(["db": script("SF")])
        let targets = [try target("db")]
        let changes = reload(scene, from: targets, to: targets, at: .seconds(14), until: .seconds(21))
        #expect(changes == AgentChanges(kept: 1))
        #expect(scene.starts("db") == [0, 10, 20].map { .seconds($0) })
        #expect(scene.told.last == "20 db healthy 2")
    }

    @Test("a probe in flight of a target that is kept is not disturbed")
    func keptInFlight() throws {
        let scene = AgentScene(["db": script("S", taking: .seconds(2)), "web": good])
        let (db, web) = (try target("db"), try target("web"))
        _ = reload(scene, from: [db], to: [web, db], at: .seconds(1), until: .seconds(3))
        #expect(scene.attempts("db").map(\.wasCancelled) == [false])
        #expect(scene.told == ["1 web healthy 0", "2 db healthy 0"])
        #expect(scene.snapshot.targets.map(\.record.name) == ["web", "db"])
    }

    @Test("a target of which anything has changed begins anew, at once")
    func changed() throws {
        let scene = AgentScene(["db": script("SFF")])
        let changes = reload(
            scene, from: [try target("db")], to: [try target("db") { $0.timeout = .seconds(4) }],
            at: .seconds(14), until: .seconds(15))
        #expect(changes == AgentChanges(changed: 1))
        #expect(scene.starts("db") == [0, 10, 14].map { .seconds($0) })
        #expect(scene.attempts("db").last?.deadline == .seconds(18))
        #expect(scene.told.last == "14 db starting 1")
        let health = try #require(scene.health("db"))
        #expect(health.record.attempts == 1)
        #expect(health.timesHealthy == 0)
        #expect(health.rules.startedAt == .at(.seconds(14)))
    }

    @Test("D-32: the probe in flight of a changed target is cancelled, and its result is not the new one's")
    func changedInFlight() throws {
        let scene = AgentScene([
            "db": { number, _ in number == 1 ? .failed(.auth, after: .seconds(2)) : .ready() }
        ])
        let changes = reload(
            scene, from: [try target("db")], to: [try target("db") { $0.retries = 1 }], at: .seconds(1),
            until: .seconds(4))
        #expect(changes == AgentChanges(changed: 1))
        #expect(scene.attempts("db").map(\.wasCancelled) == [true, false])
        #expect(scene.attempts("db").map(\.endedAt) == [.seconds(1), .seconds(1)])
        #expect(scene.told == ["1 db healthy 0"])
        #expect(scene.health("db")?.record.attempts == 1)
    }

    @Test("D-32: a target that is gone ends with its probe in flight, and nobody hears of that")
    func removed() throws {
        let scene = AgentScene(["db": good, "slow": script("S", taking: .seconds(2)), "idle": good])
        let (db, slow, idle) = (try target("db"), try target("slow"), try target("idle"))
        let changes = reload(scene, from: [db, slow, idle], to: [db], at: .seconds(1), until: .seconds(25))
        #expect(changes == AgentChanges(kept: 1, removed: 2))
        #expect(scene.attempts("slow").map(\.wasCancelled) == [true])
        #expect(scene.attempts("slow").map(\.endedAt) == [.seconds(1)])
        #expect(scene.starts("idle").count == 1)
        #expect(
            scene.told == ["0 db healthy 0", "0.02 idle healthy 0", "10 db healthy 0", "20 db healthy 0"])
        #expect(scene.snapshot.targets.map(\.record.name) == ["db"])
    }

    @Test("new targets begin apart from each other, those that are kept do not count")
    func added() throws {
        let scene = AgentScene(["a": good, "b": good, "c": good, "d": good])
        // Four targets would have to fit into these 24 ms, two need not.
        let (a, b) = (try target("a") { $0.interval = .milliseconds(24) }, try target("b"))
        let (c, d) = (try target("c"), try target("d"))
        let changes = reload(scene, from: [a, b], to: [a, c, b, d], at: .seconds(1), until: .seconds(2))
        #expect(changes == AgentChanges(kept: 2, added: 2))
        #expect(scene.starts("c") == [.seconds(1)])
        #expect(scene.starts("d") == [.milliseconds(1010)])
        #expect(scene.snapshot.targets.map(\.record.name) == ["a", "c", "b", "d"])
    }

    @Test("a reload can do all of it at once, and says how much of each")
    func changes() throws {
        let scene = AgentScene([:])
        let first = try ["keep", "change", "gone", "gone2", "keep2"].map { try target($0) }
        let second = [
            try target("new"), first[4], try target("change") { $0.retries = 9 }, first[0],
        ]
        let changes = reload(scene, from: first, to: second, at: .seconds(1), until: .seconds(2))
        #expect(changes == AgentChanges(kept: 2, changed: 1, added: 1, removed: 2))
        let none = AgentScene([:]).run { agent in agent.watch([]) }
        #expect(none == AgentChanges())
    }

    @Test("a target that comes back begins anew")
    func comesBack() throws {
        let scene = AgentScene(["db": script("SF")])
        let targets = [try target("db")]
        scene.run { agent in
            agent.watch(targets)
            await scene.wait(until: .seconds(1))
            agent.watch([])
            await scene.wait(until: .seconds(2))
            agent.watch(targets)
            await scene.wait(until: .seconds(3))
        }
        #expect(scene.told == ["0 db healthy 0", "2 db starting 1"])
    }

    @Test("who has started has started, with new and changed targets as well")
    func hasStarted() throws {
        let scene = AgentScene(["db": good, "new": script("F")])
        let (db, new) = (try target("db"), try target("new"))
        let changed = try target("db") { $0.initialDelay = .seconds(60) }
        scene.run { agent in
            agent.watch([db])
            #expect(!scene.snapshot.hasStarted)
            await scene.wait(until: .seconds(1))
            #expect(scene.snapshot.hasStarted)
            agent.watch([changed, new])
            await scene.wait(until: .seconds(2))
        }
        #expect(scene.snapshot.hasStarted)
        #expect(!scene.snapshot.isReady)
        #expect(scene.snapshot.checks(of: .startupz).allSatisfy { $0.failure == nil } as Bool)
    }
}
