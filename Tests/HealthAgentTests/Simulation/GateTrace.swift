import HealthCore

/// What a simulated gate did, for two of them to be compared.
struct GateTrace: Equatable, Sendable {
    enum Step: Equatable, Sendable {
        case begins(at: Moment, deadline: Moment)
        case cancelled(at: Moment)
        /// It was counted; news is told to people.
        case ends(at: Moment, String, isNews: Bool)
    }

    struct Record: Equatable, Sendable {
        var name: String
        var isReady: Bool
        var attempts: Int
        /// By reason, without zeros.
        var failures: [String: Int]
        var successStreak: Int
        var failingStreak: Int
        var last: String?
    }

    /// `ready`, `timed out`, `failed NAME`, or `cancelled`.
    var verdict = ""
    var end: Moment = 0
    var steps: [String: [Step]] = [:]
    var records: [Record] = []
    /// Optional targets that were left.
    var left: [String] = []
    var reminders: [Moment] = []
}

extension GateTrace {
    /// The first thing in which the program and the model differ.
    func difference(from model: GateTrace) -> String? {
        settled.firstDifference(from: model.settled)
    }

    /// Without what began at the very moment of the end: after a stall all of it is due at once, and no text says in
    /// which order.
    private var settled: GateTrace {
        var trace = self
        trace.steps = steps.mapValues { steps in
            steps.filter { step in
                if case .begins(end, _) = step { false } else { step != .cancelled(at: end) }
            }
        }
        return trace
    }

    private func firstDifference(from model: GateTrace) -> String? {
        for name in Set(steps.keys).union(model.steps.keys).sorted() {
            let text = HealthAgentTests.firstDifference(steps[name] ?? [], model.steps[name] ?? [])
            if let text { return "\(name): \(text)\n" + endings(model) }
        }
        if (verdict, end) != (model.verdict, model.end) || left != model.left { return endings(model) }
        return HealthAgentTests.firstDifference(records, model.records)
            ?? HealthAgentTests.firstDifference(reminders, model.reminders)
    }

    private func endings(_ model: GateTrace) -> String {
        "program: \(verdict) at \(end.asTime), left \(left)\n"
            + "model:   \(model.verdict) at \(model.end.asTime), left \(model.left)"
    }
}

extension GateTrace.Step: CustomStringConvertible {
    var description: String {
        switch self {
        case .begins(let at, let deadline): "begins \(at.asTime), until \(deadline.asTime)"
        case .cancelled(let at): "cancelled \(at.asTime)"
        case .ends(let at, let word, let isNews): "ends \(at.asTime) \(word)\(isNews ? ", news" : "")"
        }
    }
}
