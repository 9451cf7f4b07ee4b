import HealthCore
import Testing

@Suite("The largest lag of the last minute")
struct LagWindowTests {
    private func at(_ seconds: Double) -> Instant { .at(.seconds(seconds)) }

    @Test("without a lag it is nothing, and with several the largest")
    func largest() {
        var lag = LagWindow()
        #expect(lag.largest(at: at(3)) == .zero)
        for milliseconds: Int64 in [3, 70, 20] {
            lag.record(nanoseconds: milliseconds * 1_000_000, at: at(1001))
        }
        lag.record(nanoseconds: 40_000_000, at: at(1006))
        #expect(lag.largest(at: at(1006)) == .milliseconds(70))
    }

    @Test("who is early is not late")
    func early() {
        var lag = LagWindow()
        lag.record(nanoseconds: -5_000_000, at: at(1))
        #expect(lag.largest(at: at(1)) == .zero)
    }

    @Test("a lag counts for a minute, in steps of five seconds, then a smaller one that is newer")
    func expires() {
        var lag = LagWindow()
        lag.record(nanoseconds: 90_000_000, at: at(1000))
        lag.record(nanoseconds: 10_000_000, at: at(1030))
        for second in [1000, 1029, 1055, 1059.9] { #expect(lag.largest(at: at(second)) == .milliseconds(90)) }
        for second in [1060, 1089.9] { #expect(lag.largest(at: at(second)) == .milliseconds(10)) }
        #expect(lag.largest(at: at(1090)) == .zero)
    }

    @Test("a slot is used again for another time, and what was in it is gone")
    func slots() {
        var lag = LagWindow()
        lag.record(nanoseconds: 90_000_000, at: at(1000))
        lag.record(nanoseconds: 5_000_000, at: at(1060))
        #expect(lag.largest(at: at(1060)) == .milliseconds(5))
        // A whole day without a word between them.
        lag.record(nanoseconds: 1_000_000, at: at(86_400))
        #expect(lag.largest(at: at(86_400)) == .milliseconds(1))
    }
}
