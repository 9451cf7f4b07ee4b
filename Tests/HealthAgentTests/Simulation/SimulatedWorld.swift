import HealthCore
import TestSupport

/// What happens in a simulation: drawn from a seed, shown to people, made simpler when it shows a difference.
protocol SimulatedWorld: Sendable, CustomStringConvertible {
    init(seed: UInt64)

    /// Where the program and the model differ in it, or break a promise; nil if nowhere.
    func difference() -> String?

    /// The same with a little less in it, each by itself.
    var simpler: [Self] { get }
}

extension SimulatedWorld {
    /// A world as simple as can be found in which the difference is still there.
    func shrunk() -> Self {
        var world = self
        // Each step takes something away, so there is an end; nobody waits longer than this for it.
        for _ in 0..<300 {
            guard let next = world.simpler.first(where: { $0.difference() != nil }) else { break }
            world = next
        }
        return world
    }

    /// What is to be read of a seed that shows a difference; nil if it does not.
    static func report(_ seed: UInt64) -> String? {
        let world = Self(seed: seed)
        guard world.difference() != nil else { return nil }
        let small = world.shrunk()
        return "seed \(seed), made as simple as it goes:\n\(small)\n\(small.difference() ?? "(gone)")"
    }
}

/// A time in which nothing runs.
struct SimulatedStall: Sendable, CustomStringConvertible {
    var from: Moment
    var duration: Moment

    var to: Moment { from + duration }
    var description: String { "nothing runs from \(from.asTime) to \(to.asTime)" }
}

extension [SimulatedStall] {
    /// When what is to happen at a moment happens.
    func delayed(_ moment: Moment) -> Moment {
        first { $0.from <= moment && moment < $0.to }?.to ?? moment
    }

    /// Without one, each by itself.
    var fewer: [[SimulatedStall]] {
        indices.map { index in
            var fewer = self
            fewer.remove(at: index)
            return fewer
        }
    }

    /// - Parameter mayOutlast: whether the last one may end after what is simulated.
    static func draw(
        within length: Moment, mayOutlast: Bool = false, _ chance: inout FixedGenerator
    ) -> [SimulatedStall] {
        var stalls: [SimulatedStall] = []
        var moment: Moment = 0
        while chance.happens(0.35), stalls.count < 3 {
            let stall = SimulatedStall(
                from: moment + chance.moment(of: 1...Swift.min(15_000, length / 1_000_000)) + 777,
                duration: chance.pick([300, 1_100, 1_500, 4_000, 30_000]) * 1_000_000)
            guard mayOutlast ? stall.from < length : stall.to < length else { break }
            stalls.append(stall)
            moment = stall.to + 1_000_000
        }
        return stalls
    }
}

/// Chance as an input: a number for each moment, the same for whoever asks then.
struct SimulatedJitter: Sendable {
    /// nil is no jitter.
    var seed: UInt64?

    func number(at moment: Moment) -> Double {
        guard let seed else { return 0 }
        var generator = FixedGenerator(seed: seed ^ UInt64(bitPattern: moment))
        // Eighths: their products with round waits are whole nanoseconds.
        return Double(generator.count(-8...8)) / 8
    }
}

/// When probes of the program began, for the model to adopt where it comes to the same: what one rounds
/// to a nanosecond and the other does not shall not add up.
struct SeenStarts {
    private let starts: [String: [Moment]]
    private var count: [String: Int] = [:]

    init(_ starts: [String: [Moment]]) {
        self.starts = starts
    }

    /// When the next probe of this target begins, by a model that says `moment`.
    func adopted(_ name: String, _ moment: Moment) -> Moment {
        guard let starts = starts[name], case let index = count[name, default: 0], index < starts.count,
            abs(starts[index] - moment) <= 1000
        else { return moment }
        return starts[index]
    }

    /// The next probe of this target has begun.
    mutating func pass(_ name: String) { count[name, default: 0] += 1 }
}

extension Outcome {
    /// The reason of a failure, or that there is none.
    var word: String { failure?.reason.rawValue ?? "ready" }
}
