/// The largest lag of the last minute, in slots of five seconds.
package struct LagWindow: Sendable {
    private static let slotLength: Int64 = 5_000_000_000
    private static let slotCount = 12

    private var slots = [(number: Int64, largest: Duration)](repeating: (-1, .zero), count: slotCount)

    package init() {}

    /// Something was late by this much.
    package mutating func record(_ lag: Duration, at now: Instant) {
        let number = now.nanoseconds / Self.slotLength
        let place = Int(number % Int64(Self.slotCount))
        let known = slots[place].number == number ? slots[place].largest : .zero
        slots[place] = (number, max(known, lag))
    }

    /// The largest lag of the last minute.
    package func largest(at now: Instant) -> Duration {
        let number = now.nanoseconds / Self.slotLength
        let recent = slots.filter { $0.number > number - Int64(Self.slotCount) }
        return recent.map(\.largest).max() ?? .zero
    }
}
