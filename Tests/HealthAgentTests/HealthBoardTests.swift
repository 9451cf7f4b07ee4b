import HealthCore
import Testing

@testable import HealthAgent

@Suite("What the monitors of an agent have found")
struct HealthBoardTests {
    private let board = HealthBoard()
    private let good = Outcome.ready(address: nil, detail: "connects")
    private let bad = Outcome.notReady(Failure(.refused, "seen"))

    private func row(
        _ name: String, due: Duration = .zero, isOptional: Bool = false
    ) throws -> TargetHealth {
        let target = try target(name) { $0.isOptional = isOptional }
        return TargetHealth(target, HealthPolicy(target.settings), startedAt: .at(.zero), due: .at(due))
    }

    private func snapshot(stalls: Stalls = Stalls(), largestLag: Duration = .zero) -> AgentSnapshot {
        board.snapshot(
            at: .at(.seconds(9)), clock: WallClock(.at(.zero), unixMilliseconds: 5000), stalls: stalls,
            largestLag: largestLag)
    }

    private var names: [String] { snapshot().targets.map(\.record.name) }

    @discardableResult
    private func record(_ id: Int, _ outcome: Outcome) -> HealthEvent? {
        board.record(id, outcome, startedAt: .at(.seconds(1)), endedAt: .at(.seconds(2)), jitter: 0)
    }

    @Test("a snapshot has all of a moment, and what the loop told of itself")
    func snapshots() throws {
        board.replace(with: [(7, try row("db"))])
        var stalls = Stalls()
        stalls.record(from: .at(.zero), to: .at(.seconds(4)))
        let snapshot = snapshot(stalls: stalls, largestLag: .seconds(4))
        #expect(snapshot.now == .at(.seconds(9)))
        #expect(snapshot.clock.text(.at(.zero)) == "1970-01-01T00:00:05.000Z")
        #expect(snapshot.targets.map(\.record.name) == ["db"])
        #expect(snapshot.stalls.turningTime(from: .at(.zero), to: .at(.seconds(9))) == .seconds(5))
        #expect(snapshot.largestLag == .seconds(4))
        #expect(!snapshot.isShuttingDown)
        #expect(snapshot.isConfigurationCurrent)
    }

    @Test("what has happened keeps its time from one snapshot to the next, until the calendar is stepped")
    func steadyClock() {
        let since = { (seconds: Int64, milliseconds: Int64) in
            self.board.snapshot(
                at: .at(.seconds(seconds)),
                clock: WallClock(.at(.seconds(seconds)), unixMilliseconds: milliseconds),
                stalls: Stalls(), largestLag: .zero
            ).clock.unixMilliseconds(.at(.zero))
        }
        #expect(since(1, 6000) == 5000)
        #expect(since(2, 7001) == 5000)
        #expect(since(3, 7999) == 5000)
        #expect(since(4, 3_609_000) == 3_605_000)
        #expect(since(5, 3_610_001) == 3_605_000)
    }

    @Test("the end begins once, and a configuration can be old and current again")
    func flags() {
        board.shutDown()
        #expect(snapshot().isShuttingDown)
        for isCurrent in [false, true] {
            board.setConfigurationCurrent(isCurrent)
            #expect(snapshot().isConfigurationCurrent == isCurrent)
        }
        #expect(snapshot().isShuttingDown)
    }

    @Test("replacing keeps what has no successor, in the new order, and forgets the rest")
    func replaces() throws {
        board.replace(with: [(1, try row("a")), (2, try row("b")), (3, try row("c"))])
        record(2, good)
        board.replace(with: [(4, try row("d")), (2, nil), (1, try row("again")), (9, nil)])
        #expect(names == ["d", "b", "again"])
        #expect(snapshot().targets.map(\.record.attempts) == [0, 1, 0])
        record(1, good)
        #expect(snapshot().targets.map(\.record.attempts) == [0, 1, 1])
        #expect(board.due(3) == nil)
    }

    @Test("a probe that begins and a result belong to their target only")
    func rows() throws {
        board.replace(with: [(1, try row("a")), (2, try row("b", due: .seconds(3)))])
        #expect(board.due(2) == .at(.seconds(3)))
        #expect(board.begin(2, at: .at(.seconds(4))))
        #expect(snapshot().targets.map(\.runningSince) == [nil, .at(.seconds(4))])
        let event = try #require(record(2, good))
        #expect(event.health.record.name == "b")
        #expect(event.isChange)
        #expect(record(2, good)?.isChange == false)
        #expect(board.due(2) == .at(.seconds(12)))
        #expect(board.due(1) == .at(.zero))
        #expect(snapshot().targets.map(\.runningSince) == [nil, nil])
    }

    @Test("a target that is not watched any more has no due time, and its result is dropped")
    func unknown() throws {
        board.replace(with: [(1, try row("a"))])
        #expect(!board.begin(5, at: .at(.zero)))
        #expect(record(5, good) == nil)
        #expect(board.due(5) == nil)
        #expect(snapshot().targets.map(\.record.attempts) == [0])
        #expect(snapshot().targets.map(\.runningSince) == [nil])
    }

    @Test("a probe that begins late is a lag, for a minute, and the larger one of it and the loop's counts")
    func lateness() throws {
        board.replace(with: [(1, try row("a", due: .seconds(3)))])
        #expect(board.begin(1, at: .at(.milliseconds(3250))))
        #expect(snapshot().largestLag == .milliseconds(250))
        #expect(snapshot(largestLag: .milliseconds(40)).largestLag == .milliseconds(250))
        #expect(snapshot(largestLag: .seconds(1)).largestLag == .seconds(1))
        let later = board.snapshot(
            at: .at(.seconds(60)), clock: WallClock(.at(.zero), unixMilliseconds: 0), stalls: Stalls(),
            largestLag: .zero)
        #expect(later.largestLag == .zero)
    }

    @Test("an agent has started when every required target was healthy once, not all at a time")
    func hasStarted() throws {
        board.replace(with: [(1, try row("a")), (2, try row("b")), (3, try row("c", isOptional: true))])
        #expect(!snapshot().hasStarted)
        record(1, good)
        for _ in 0..<3 { record(1, bad) }
        #expect(snapshot().targets[0].record.state == .unhealthy)
        #expect(!snapshot().hasStarted)
        record(2, good)
        #expect(snapshot().hasStarted)
        for _ in 0..<3 { record(2, bad) }
        #expect(snapshot().hasStarted)
    }

    @Test("an optional target that becomes healthy starts nobody")
    func optionalIsNotEnough() throws {
        board.replace(with: [(1, try row("a")), (2, try row("c", isOptional: true))])
        record(2, good)
        #expect(!snapshot().hasStarted)
    }

    @Test("when the one that was missing is taken away, the agent has started, and stays so")
    func startsByRemoval() throws {
        board.replace(with: [(1, try row("a")), (2, try row("missing"))])
        record(1, good)
        #expect(!snapshot().hasStarted)
        board.replace(with: [(1, nil)])
        #expect(snapshot().hasStarted)
        board.replace(with: [(1, nil), (3, try row("new"))])
        #expect(snapshot().checks(of: .startupz).map { $0.failure?.reason } == [nil, nil])
    }

    @Test("the end of an agent that has not started is no start")
    func endIsNoStart() throws {
        board.replace(with: [(1, try row("a"))])
        board.replace(with: [])
        #expect(!snapshot().hasStarted)
    }
}
