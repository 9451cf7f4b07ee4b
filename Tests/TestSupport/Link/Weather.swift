/// How packets fare in one direction of a `BadLink`. Chances are from 0 to 1, times are seconds.
package struct Weather: Sendable {
    /// The chance that a packet is lost.
    package var loss = 0.0
    /// The chance that a packet arrives twice.
    package var doubling = 0.0
    /// How long a packet is under way.
    package var delay = 0.0
    /// How much longer it may be, at random: packets overtake each other.
    package var spread = 0.0
    /// Longer packets vanish without a word, as in a tunnel whose hosts never hear of its size.
    package var longest = Int.max
    /// TCP packets are answered with a reset, as by a firewall that rejects.
    package var resets = false

    /// A link that does what it should.
    package init() {}

    /// A cable that was cut.
    package static var cut: Weather {
        var weather = Weather()
        weather.loss = 1
        return weather
    }

    /// When the copies of a packet arrive, in seconds from now; none if it is lost.
    func arrivals(ofLength length: Int, _ random: inout FixedGenerator) -> [Double] {
        guard length <= longest, !random.happens(loss) else { return [] }
        let copies = random.happens(doubling) ? 2 : 1
        return (0..<copies).map { _ in delay + spread * random.fraction() }
    }
}

extension FixedGenerator {
    /// A number from 0 up to 1.
    mutating func fraction() -> Double {
        Double(next() >> 11) / 9_007_199_254_740_992
    }

    /// Whether something of this chance happens now.
    mutating func happens(_ chance: Double) -> Bool {
        chance > 0 && fraction() < chance
    }
}
