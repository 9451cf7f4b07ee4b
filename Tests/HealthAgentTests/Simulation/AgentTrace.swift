import HealthCore

/// What a simulated agent did, for two of them to be compared.
struct AgentTrace: Equatable, Sendable {
    /// What happened to a target's probe.
    enum Step: Equatable, Sendable {
        case begins(at: Moment, deadline: Moment)
        case cancelled(at: Moment)
        case ends(at: Moment, String, leadingTo: String, streak: Int, isChange: Bool)
    }

    /// What the metrics and reports say of a target.
    struct Row: Equatable, Sendable {
        var name: String
        var isRequired: Bool
        var status: String
        var failingStreak: Int
        var successStreak: Int
        var probes: Int
        /// By reason, without zeros.
        var failures: [String: Int]
        var timesHealthy: Int
        var timesUnhealthy: Int
        var last: String?
        var lastDuration: Moment
        /// In milliseconds since 1970.
        var lastSuccess: Int64?
        var since: Int64
        var runningSince: Moment?
        /// Whether /readyz has something against it.
        var isReady: Bool
        /// Whether /startupz has something against it.
        var hasStarted: Bool
    }

    /// What the endpoints say at a moment.
    struct Answer: Equatable, Sendable {
        var at: Moment
        var livez: Int
        var startupz: Int
        var readyz: Int
        /// The largest lateness of a probe so far, in milliseconds.
        var lag: Int64
        var rows: [Row]
    }

    /// How many targets a reload kept, changed, added and removed.
    struct Reload: Equatable, Sendable {
        var at: Moment
        var kept: Int
        var changed: Int
        var added: Int
        var removed: Int
    }

    var steps: [String: [Step]] = [:]
    var answers: [Answer] = []
    var reloads: [Reload] = []
    /// Series of /metrics at the end that are not 0.
    var metrics: [String: Int] = [:]
}

extension AgentTrace {
    /// The first thing in which the program and the model differ.
    func difference(from model: AgentTrace) -> String? {
        for name in Set(steps.keys).union(model.steps.keys).sorted() {
            let text = firstDifference(steps[name] ?? [], model.steps[name] ?? [])
            if let text { return "\(name): \(text)" }
        }
        if let text = firstDifference(reloads, model.reloads) { return text }
        for (answer, other) in zip(answers, model.answers) where answer != other {
            var (bare, otherBare) = (answer, other)
            bare.rows = []
            otherBare.rows = []
            if bare != otherBare { return "program: \(bare)\nmodel:   \(otherBare)" }
            return firstDifference(answer.rows, other.rows).map { "at \(answer.at.asTime) \($0)" }
        }
        guard answers.count == model.answers.count else { return "not all questions were answered" }
        func lines(_ metrics: [String: Int]) -> [String] { metrics.map { "\($0) \($1)" }.sorted() }
        return firstDifference(lines(metrics), lines(model.metrics))
    }
}

/// The first elements that differ, after those before them that do not.
func firstDifference<Element: Equatable>(_ program: [Element], _ model: [Element]) -> String? {
    guard program != model else { return nil }
    let equal = zip(program, model).prefix { $0 == $1 }.count
    let before = program[..<equal].suffix(4).map { "         \($0)\n" }.joined()
    func text(_ elements: [Element]) -> String {
        equal < elements.count ? "\(elements[equal])" : "nothing more"
    }
    return "after \(equal) equal ones\n\(before)program: \(text(program))\nmodel:   \(text(model))"
}

extension AgentTrace.Step: CustomStringConvertible {
    var description: String {
        switch self {
        case .begins(let at, let deadline): "begins \(at.asTime), until \(deadline.asTime)"
        case .cancelled(let at): "cancelled \(at.asTime)"
        case .ends(let at, let word, let status, let streak, let isChange):
            "ends \(at.asTime) \(word): \(status), failing streak \(streak)\(isChange ? ", a change" : "")"
        }
    }
}
