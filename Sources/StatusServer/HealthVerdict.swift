internal import HealthCore

/// The checks of an endpoint for one client: without the checks that its query excludes, and without the messages that
/// it may not see.
struct HealthVerdict: Sendable {
    struct Line: Sendable {
        var name: String
        var isRequired: Bool
        /// Why the check fails: the reason, and the message if the client may see it.
        var failure: String?
        var reason: String?
        var isExcluded: Bool
    }

    let endpoint: HealthEndpoint
    let lines: [Line]
    /// The excluded names that no check has, as the client wrote them.
    let unmatched: [String]
    let isVerbose: Bool

    /// The most unmatched names that an answer repeats.
    private static let shownUnmatched = 8

    init(
        _ endpoint: HealthEndpoint, _ snapshot: AgentSnapshot, query: [RequestTarget.Parameter],
        exposesAll: Bool
    ) {
        var excluded = Set(query.filter { $0.name == "exclude" }.map(\.value))
        let wanted = excluded
        lines = snapshot.checks(of: endpoint).map { check in
            let isExcluded = wanted.contains(check.name)
            if isExcluded { excluded.remove(check.name) }
            return Line(check, isExcluded: isExcluded, exposesAll: exposesAll)
        }
        self.endpoint = endpoint
        unmatched = Array(excluded.sorted().prefix(Self.shownUnmatched))
        isVerbose = query.contains { $0.name == "verbose" }
    }

    /// The verdict on one check; nil if no check has that name.
    init?(_ endpoint: HealthEndpoint, _ snapshot: AgentSnapshot, only name: String, exposesAll: Bool) {
        guard let check = snapshot.checks(of: endpoint).first(where: { $0.name == name }) else { return nil }
        var line = Line(check, isExcluded: false, exposesAll: exposesAll)
        line.isRequired = true
        self.endpoint = endpoint
        lines = [line]
        unmatched = []
        isVerbose = false
    }

    var status: Status { lines.contains(where: \.fails) ? .serviceUnavailable : .ok }
}

extension HealthVerdict.Line {
    init(_ check: HealthCheck, isExcluded: Bool, exposesAll: Bool) {
        name = check.name
        isRequired = check.isRequired
        reason = check.failure?.reason
        failure = check.failure.map { failure in
            let message = exposesAll ? failure.message : nil
            return message.map { "\(failure.reason): \($0)" } ?? failure.reason
        }
        self.isExcluded = isExcluded
    }

    /// Whether the check fails the whole verdict.
    var fails: Bool { failure != nil && isRequired && !isExcluded }
}
