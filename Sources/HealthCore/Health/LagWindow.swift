/// The largest lag of the last minute, in slots of five seconds.
package struct LagWindow: Sendable {
    private static let slotLength: Int64 = 5_000_000_000
    private static let slotCount = 12

    private var slots = [(number: Int64, nanoseconds: Int64)](repeating: (-1, 0), count: slotCount)

    package init() {}

    /// Records a lag.
    package mutating func record(nanoseconds lag: Int64, at now: Instant) {
        let number = now.nanoseconds / Self.slotLength
        let place = Int(truncatingIfNeeded: number % Int64(clamping: Self.slotCount))
        if slots[place].number != number { slots[place] = (number, 0) }
        if lag > slots[place].nanoseconds { slots[place].nanoseconds = lag }
    }

    /// The largest lag of the last minute.
    package func largest(at now: Instant) -> Duration {
        let number = now.nanoseconds / Self.slotLength
        var largest: Int64 = 0
        for slot in slots where slot.number > number - Int64(clamping: Self.slotCount) {
            largest = max(largest, slot.nanoseconds)
        }
        return .nanoseconds(largest)
    }
}
