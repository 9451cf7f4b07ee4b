import HealthCore
import Testing

@testable import EventLoop

@Suite("How late a loop has been")
struct LoopLagTests {
    private func at(_ seconds: Double) -> HealthCore.Instant {
        Instant(nanoseconds: Duration.seconds(seconds).nanoseconds)
    }

    @Test("a loop that was never late has no lag and no stall")
    func none() {
        var lag = LoopLag()
        #expect(lag.largest(at: at(3)) == .zero)
        #expect(lag.takeReports() == [])
    }

    @Test("the largest lag counts, before and after smaller ones")
    func largest() {
        var lag = LoopLag()
        for milliseconds: Int64 in [3, 70, 20] {
            lag.recordTurn(nanoseconds: milliseconds * 1_000_000, at: at(1001))
        }
        lag.recordTurn(nanoseconds: 40_000_000, at: at(1006))
        #expect(lag.largest(at: at(1006)) == .milliseconds(70))
    }

    @Test("from more than 100 ms on it is a stall, which is told once and names its target")
    func reports() {
        var lag = LoopLag()
        lag.record(from: at(1), to: at(1.1), target: "exact")
        lag.record(from: at(2), to: at(2.25), target: "db")
        lag.record(from: at(3), to: at(3.5), target: nil)
        #expect(
            lag.takeReports() == [
                LoopLag.Stall(duration: .milliseconds(250), target: "db"),
                LoopLag.Stall(duration: .milliseconds(500), target: nil),
            ])
        #expect(lag.takeReports() == [])
        #expect(lag.largest(at: at(4)) == .milliseconds(500))
    }

    @Test("a lag below 100 ms is measured and told to nobody")
    func small() {
        var lag = LoopLag()
        lag.record(from: at(1), to: at(1.05), target: "db")
        #expect(lag.largest(at: at(2)) == .milliseconds(50))
        #expect(lag.takeReports() == [])
    }

    @Test("of many stalls the first eight are told, and later ones again")
    func bounded() {
        var lag = LoopLag()
        for number in 0..<20 {
            lag.record(from: at(Double(number)), to: at(Double(number) + 0.5), target: "t\(number)")
        }
        #expect(lag.takeReports().map(\.target) == (0..<8).map { "t\($0)" })
        lag.record(from: at(30), to: at(31), target: "later")
        #expect(lag.takeReports().map(\.target) == ["later"])
    }
}
