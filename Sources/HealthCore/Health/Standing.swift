/// What is shown of a target in one word: its state, or that nobody knows it any more.
package enum Standing: String, CaseIterable, Sendable {
    case unhealthy, stale, starting, healthy

    package init(_ state: TargetRecord.State, isStale: Bool) {
        if isStale {
            self = .stale
        } else {
            switch state {
            case .unhealthy: self = .unhealthy
            case .starting: self = .starting
            case .healthy: self = .healthy
            }
        }
    }

    /// How far down a target belongs where the worst comes first: zero is worst.
    package func rank(isRequired: Bool, isFailing: Bool) -> Int {
        let step =
            switch self {
            case .unhealthy, .stale: 0
            case .starting: 1
            case .healthy: isFailing ? 2 : 3
            }
        return step * 2 + (isRequired ? 0 : 1)
    }
}
