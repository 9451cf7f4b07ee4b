import HealthCore
import TestSupport

/// A moment of a simulation, in nanoseconds since it began.
typealias Moment = Int64

/// A peer that comes, goes, hangs, flaps and lies by a plan.
struct SimulatedServer: Sendable {
    /// What it does with whoever asks.
    enum Conduct: Sendable {
        case ready(after: Moment)
        case fails(Reason, isPermanent: Bool, after: Moment)
        /// Answers well and badly by turns.
        case flaps(Reason, after: Moment)
        /// Fails for two reasons by turns.
        case wavers(Reason, Reason, after: Moment)
        /// Says nothing.
        case hangs
        /// The attempt ends this much after its deadline, as if nobody had looked at the clock.
        case drags(isGood: Bool, by: Moment)
        /// The attempt ends only when it is cancelled.
        case neverEnds
    }

    struct Phase: Sendable {
        var from: Moment
        var conduct: Conduct
    }

    /// Never says anything.
    static let silent = SimulatedServer(phases: [Phase(from: 0, conduct: .hangs)])

    struct Answer: Sendable {
        var outcome: Outcome
        var at: Moment
    }

    /// In the order of time; the first from the beginning.
    var phases: [Phase]
    /// How long after its deadline an attempt notices that: like every delay another one for each target, so that
    /// no two of them end at one moment.
    var notice: Moment = 0

    /// What an attempt finds, and when it ends.
    func answer(number: Int, startedAt start: Moment, deadline: Moment) -> Answer {
        let (outcome, end): (Outcome, Moment)
        switch (phases.last { $0.from <= start } ?? phases[0]).conduct {
        case .ready(let delay): (outcome, end) = (Self.good, start + delay)
        case .fails(let reason, let isPermanent, let delay):
            (outcome, end) = (Self.bad(reason, isPermanent), start + delay)
        case .flaps(let reason, let delay):
            (outcome, end) = (number % 2 == 0 ? Self.good : Self.bad(reason), start + delay)
        case .wavers(let first, let second, let delay):
            (outcome, end) = (Self.bad(number % 2 == 0 ? first : second), start + delay)
        case .drags(let isGood, let delay):
            return Answer(outcome: isGood ? Self.good : Self.bad(.error), at: deadline + delay)
        case .hangs: (outcome, end) = (Self.good, .never)
        case .neverEnds: return Answer(outcome: Self.good, at: .never)
        }
        return end > deadline
            ? Answer(outcome: Self.bad(.timeout), at: deadline + notice) : Answer(outcome: outcome, at: end)
    }

    private static let good = Outcome.ready(address: nil, detail: "answers")

    private static func bad(_ reason: Reason, _ isPermanent: Bool? = nil) -> Outcome {
        .notReady(Failure(reason, "seen", isPermanent: isPermanent))
    }
}

extension SimulatedServer {
    /// - Parameters:
    ///   - offset: added to every delay, so that no two targets answer at one moment.
    ///   - length: how long the simulation lasts.
    init(offset: Moment, length: Moment, canDrag: Bool, _ chance: inout FixedGenerator) {
        var moment: Moment = 0
        notice = 50_000 + offset
        phases = []
        for _ in 0..<chance.count(1...6) {
            phases.append(Phase(from: moment, conduct: Conduct(offset, canDrag: canDrag, &chance)))
            moment += chance.moment(of: 1...max(1, length / 3 / 1_000_000)) + 333
        }
        // Most worlds end well.
        if chance.happens(0.5) {
            phases.append(Phase(from: moment, conduct: .ready(after: 1_000_000 + offset)))
        }
    }
}

extension SimulatedServer.Conduct {
    fileprivate init(_ offset: Moment, canDrag: Bool, _ chance: inout FixedGenerator) {
        let delay = chance.pick([0, 1, 3, 20, 150, 900, 2500]) * 1_000_000 + offset
        // A few of them matter more than the many that are treated alike.
        let reason = chance.pick(
            Reason.allCases + [.auth, .denied, .noDatabase, .refused, .closed, .loading])
        switch chance.count(1...20) {
        case 1...6: self = .ready(after: delay)
        case 7...11:
            self = .fails(
                reason, isPermanent: reason == .tls ? chance.happens(0.5) : reason.isPermanent, after: delay)
        case 12...13: self = .wavers(reason, chance.pick([.auth, .refused, .starting]), after: delay)
        case 14...15: self = .flaps(reason, after: delay)
        case 16...17: self = .hangs
        case 18 where canDrag: self = .neverEnds
        case 19...20 where canDrag:
            self = .drags(isGood: chance.happens(0.5), by: chance.pick([1, 5, 700]) * 1_000_000 + offset)
        default: self = .fails(.refused, isPermanent: false, after: delay)
        }
    }
}

extension SimulatedServer: CustomStringConvertible {
    var description: String {
        phases.map { "from \($0.from.asTime) \($0.conduct)" }.joined(separator: ", ")
    }
}

extension SimulatedServer.Conduct: CustomStringConvertible {
    var description: String {
        switch self {
        case .ready(let delay): "ready after \(delay.asTime)"
        case .fails(let reason, let isPermanent, let delay):
            "\(reason.rawValue)\(isPermanent ? " (permanent)" : "") after \(delay.asTime)"
        case .flaps(let reason, let delay): "\(reason.rawValue) and ready by turns, after \(delay.asTime)"
        case .wavers(let first, let second, let delay):
            "\(first.rawValue) and \(second.rawValue) by turns, after \(delay.asTime)"
        case .hangs: "hangs"
        case .drags(let isGood, let delay): "\(isGood ? "ready" : "error") \(delay.asTime) after the deadline"
        case .neverEnds: "never ends"
        }
    }
}

extension Moment {
    /// Later than anything that happens, and far from what cannot be reckoned with.
    static let never = Moment.max / 4

    /// As seconds, with all digits that matter.
    var asTime: String {
        guard self < .never else { return "never" }
        let digits = String(1_000_000_000 + magnitude % 1_000_000_000).dropFirst()
        let fraction = String(digits.reversed().drop { $0 == "0" }.reversed())
        return "\(self < 0 ? "-" : "")\(magnitude / 1_000_000_000)\(fraction.isEmpty ? "" : ".")\(fraction)s"
    }
}

extension Duration {
    /// This many nanoseconds.
    static func moment(_ moment: Moment) -> Duration { .nanoseconds(moment) }
}

extension FixedGenerator {
    mutating func count(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func happens(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &self)]
    }

    /// A number of milliseconds, as a moment.
    mutating func moment(of milliseconds: ClosedRange<Int64>) -> Moment {
        Int64.random(in: milliseconds, using: &self) * 1_000_000
    }
}
