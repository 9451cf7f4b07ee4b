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

    @Test("a second is too short to count, a little more is not")
    func threshold() {
        let end = Instant.at(.seconds(100))
        #expect(stalls([(10, 10.5), (20, 21)]).turningTime(from: .at(.zero), to: end) == .seconds(100))
        var stalls = Stalls()
        stalls.record(from: .at(.zero), to: .at(.nanoseconds(1_000_000_001)))
        #expect(stalls.turningTime(from: .at(.zero), to: end) == .nanoseconds(98_999_999_999))
    }

    @Test("a moment that is still to come is that far away, whatever stood still")
    func future() {
        #expect(
            stalls([(0, 100)]).turningTime(from: .at(.seconds(60)), to: .at(.seconds(50))) == .seconds(-10))
    }

    @Test("the 32 newest stalls are remembered")
    func bounded() {
        let many = stalls((0..<40).map { (Double($0) * 10, Double($0) * 10 + 2) })
        #expect(many.turningTime(from: .at(.zero), to: .at(.seconds(400))) == .seconds(400 - 32 * 2))
        #expect(many.turningTime(from: .at(.seconds(80)), to: .at(.seconds(400))) == .seconds(320 - 32 * 2))
    }
}
