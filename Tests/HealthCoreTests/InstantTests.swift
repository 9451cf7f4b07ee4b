import HealthCore
import Testing

@Suite("Instants")
struct InstantTests {
    @Test("an instant moves by a duration and measures it back")
    func arithmetic() {
        let start = Instant.at(.seconds(5))
        #expect(start.advanced(by: .milliseconds(250)) == .at(.milliseconds(5250)))
        #expect(start.advanced(by: .seconds(-6)).nanoseconds == -1_000_000_000)
        #expect(start.duration(to: .at(.seconds(7))) == .seconds(2))
        #expect(start.duration(to: .at(.seconds(3))) == .seconds(-2))
        #expect(start < .at(.seconds(6)))
        #expect(!(start < start))
    }

    @Test("what would overflow ends at the ends of time")
    func saturates() {
        #expect(Instant.at(.seconds(1)).advanced(by: .nanoseconds(Int64.max)) == .distantFuture)
        #expect(Instant.distantFuture.advanced(by: .seconds(1)) == .distantFuture)
        #expect(
            Instant(nanoseconds: .min).advanced(by: .seconds(-1)) == Instant(nanoseconds: .min))
        #expect(Instant(nanoseconds: -5).duration(to: .distantFuture) == .nanoseconds(Int64.max))
        #expect(Instant.distantFuture.duration(to: Instant(nanoseconds: -5)) == .nanoseconds(Int64.min))
    }

    @Test("nanoseconds move an instant and measure it as durations do")
    func inNanoseconds() {
        #expect(Instant(nanoseconds: 5).advanced(byNanoseconds: -7) == Instant(nanoseconds: -2))
        #expect(Instant(nanoseconds: 5).nanoseconds(to: Instant(nanoseconds: 3)) == -2)
        #expect(Instant(nanoseconds: 5).advanced(byNanoseconds: .max) == .distantFuture)
        #expect(Instant(nanoseconds: -5).advanced(byNanoseconds: .min) == Instant(nanoseconds: .min))
        #expect(Instant(nanoseconds: -5).nanoseconds(to: .distantFuture) == .max)
        #expect(Instant.distantFuture.nanoseconds(to: Instant(nanoseconds: -5)) == .min)
    }

    @Test("an instant is rounded to the nearest multiple of a step, to the later one of two")
    func rounds() {
        for (nanoseconds, rounded): (Int64, Int64) in [
            (0, 0), (4, 0), (5, 10), (10, 10), (14, 10), (15, 20), (-4, 0), (-5, 0), (-6, -10), (-10, -10),
            (-16, -20),
        ] {
            #expect(Instant(nanoseconds: nanoseconds).rounded(toNanoseconds: 10).nanoseconds == rounded)
        }
        for step: Int64 in [0, -10] {
            #expect(Instant(nanoseconds: 7).rounded(toNanoseconds: step) == Instant(nanoseconds: 7))
        }
        #expect(Instant(nanoseconds: .max - 1).rounded(toNanoseconds: 1 << 62) == .distantFuture)
        #expect(Instant(nanoseconds: .max).rounded(toNanoseconds: .max) == .distantFuture)
    }

    @Test("a duration has whole nanoseconds, and the largest number beyond 292 years")
    func nanoseconds() {
        #expect(Duration.milliseconds(1500).nanoseconds == 1_500_000_000)
        #expect(Duration.milliseconds(-1500).nanoseconds == -1_500_000_000)
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(Duration.seconds(Int64.min).nanoseconds == .min)
        #expect(Duration.milliseconds(250).inSeconds == 0.25)
    }
}
