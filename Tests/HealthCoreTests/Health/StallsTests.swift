import HealthCore
import Testing

@Suite("Times in which the loop stood still")
struct StallsTests {
    /// Stalls from and to these seconds.
    private func stalls(_ times: [(from: Double, to: Double)]) -> Stalls {
        var stalls = Stalls()
        for (from, to) in times { stalls.record(from: .at(.seconds(from)), to: .at(.seconds(to))) }
        return stalls
    }

    @Test("without a stall all time is turning time")
    func none() {
        #expect(Stalls().turningTime(from: .at(.seconds(3)), to: .at(.seconds(10))) == .seconds(7))
    }

    @Test(
        "what overlaps with a stall from 10 to 20 does not count",
        arguments: [
            (0, 5, 5), (0, 10, 10), (0, 15, 10), (0, 20, 10), (0, 30, 20), (10, 20, 0), (12, 18, 0),
            (15, 30, 10), (20, 30, 10), (25, 30, 5),
        ])
    func overlap(from: Int, to: Int, turning: Int) {
        let stalls = stalls([(10, 20)])
        #expect(stalls.turningTime(from: .at(.seconds(from)), to: .at(.seconds(to))) == .seconds(turning))
    }

    @Test("several stalls are all subtracted, whole or in part")
    func several() {
        let stalls = stalls([(10, 20), (30, 32), (40, 45)])
        #expect(
            stalls.turningTime(from: .at(.seconds(15)), to: .at(.seconds(42))) == .seconds(27 - 5 - 2 - 2))
    }

    @Test("short ones add up, however many they are")
    func short() {
        // A processor that is there for 1 ms of each 100 ms, for an hour.
        var throttled = Stalls()
        for number in 0..<36_000 {
            let from = Instant.at(.milliseconds(number * 100))
            throttled.record(from: from, to: from.advanced(by: .milliseconds(99)))
        }
        for (from, to) in [(0, 3600), (3590, 3600), (1800, 1830), (100, 2000), (3599, 3600)] {
            let turning = throttled.turningTime(from: .at(.seconds(from)), to: .at(.seconds(to)))
            let share = turning.inSeconds / Double(to - from)
            #expect((0.005...0.03).contains(share), "\(from)...\(to): \(share)")
        }
    }

    @Test("of a time in which only a part was lost, that part is subtracted")
    func part() {
        var stalls = Stalls()
        stalls.record(from: .at(.seconds(10)), to: .at(.seconds(20)), losing: .seconds(4))
        #expect(stalls.turningTime(from: .at(.zero), to: .at(.seconds(30))) == .seconds(26))
        #expect(stalls.turningTime(from: .at(.seconds(15)), to: .at(.seconds(30))) == .seconds(13))
        stalls.record(from: .at(.seconds(30)), to: .at(.seconds(40)), losing: .seconds(-1))
        stalls.record(from: .at(.seconds(50)), to: .at(.seconds(60)), losing: .zero)
        #expect(stalls.turningTime(from: .at(.seconds(30)), to: .at(.seconds(60))) == .seconds(30))
        stalls.record(from: .at(.seconds(60)), to: .at(.seconds(70)), losing: .seconds(99))
        #expect(stalls.turningTime(from: .at(.seconds(60)), to: .at(.seconds(80))) == .seconds(10))
    }

    @Test("a moment that is still to come is that far away, whatever stood still")
    func future() {
        #expect(
            stalls([(0, 100)]).turningTime(from: .at(.seconds(60)), to: .at(.seconds(50))) == .seconds(-10))
    }

    @Test("of thousands of stalls the newest are remembered exactly, and none is forgotten")
    func bounded() {
        let many = stalls((0..<4000).map { (Double($0) * 10, Double($0) * 10 + 2) })
        #expect(many.turningTime(from: .at(.zero), to: .at(.seconds(40_000))) == .seconds(32_000))
        #expect(many.turningTime(from: .at(.seconds(39_000)), to: .at(.seconds(40_000))) == .seconds(800))
        #expect(many.turningTime(from: .at(.seconds(39_002)), to: .at(.seconds(39_010))) == .seconds(8))
    }
}
