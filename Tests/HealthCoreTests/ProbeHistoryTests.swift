import Testing

@testable import HealthCore

@Suite("The last probes of a target")
struct ProbeHistoryTests {
    @Test("the last sixty are remembered in their order, and the older ones forgotten")
    func order() {
        var history = ProbeHistory()
        #expect(history.entries.isEmpty)
        for number in 0..<150 {
            history.record(number % 7 == 0 ? .refused : nil, nanoseconds: Int64(number % 32) * 1000)
            let count = min(number + 1, 60)
            #expect(history.count == count)
            let expected = (number + 1 - count...number).map { number in
                ProbeHistory.Entry(
                    reason: number % 7 == 0 ? .refused : nil, microseconds: Int64(number % 32))
            }
            #expect(history.entries == expected)
        }
    }

    @Test("every reason is remembered")
    func reasons() {
        #expect(Reason.allCases.count < 64)
        for reason in Reason.allCases {
            var history = ProbeHistory()
            history.record(reason, nanoseconds: 0)
            #expect(history.entries.map(\.reason) == [reason])
        }
    }

    @Test(
        "a duration is remembered to a thirty-second part, from nothing to a day, and beyond it as the longest"
    )
    func durations() {
        var nanoseconds: Int64 = 999
        while nanoseconds < 60_000_000_000_000 {
            var history = ProbeHistory()
            history.record(nil, nanoseconds: nanoseconds)
            let (time, kept) = (nanoseconds / 1000, history.entries[0].microseconds)
            #expect(kept <= time && time - kept <= time / 32, "\(time): \(kept)")
            nanoseconds += nanoseconds / 50 + 1000
        }
        for (time, kept) in [(Int64.max, Int64(63) << 30), (.min, 0), (-1, 0), (0, 0)] {
            var history = ProbeHistory()
            history.record(nil, nanoseconds: time)
            #expect(history.entries[0].microseconds == kept)
        }
    }
}
