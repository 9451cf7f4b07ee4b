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

    @Test("an instant is rounded up to a multiple of a step")
    func roundsUp() {
        for (nanoseconds, rounded) in [(0, 0), (1, 10), (10, 10), (11, 20), (-1, 0), (-10, -10), (-11, -10)] {
            #expect(
                Instant(nanoseconds: Int64(nanoseconds)).roundedUp(to: .nanoseconds(10))
                    == Instant(nanoseconds: Int64(rounded)))
        }
        #expect(Instant(nanoseconds: 7).roundedUp(to: .zero) == Instant(nanoseconds: 7))
        #expect(Instant(nanoseconds: .max - 1).roundedUp(to: .seconds(1)) == .distantFuture)
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
