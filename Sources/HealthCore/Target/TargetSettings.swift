/// What a target overrides of the settings of the whole run.
package struct TargetSettings: Sendable, Equatable {
    /// How long one attempt may take.
    package var timeout: Duration?
    /// The fixed pause between attempts.
    package var interval: Duration?
    /// What only an agent's health rules know, see `HealthPolicy`.
    package var retries: Int?
    package var startPeriod: Duration?
    package var startInterval: Duration?
    package var initialDelay: Duration?
    package var jitter: Double?
    /// Good answers in a row that are asked for.
    package var successThreshold: Int?
    /// How long the good answers must have lasted.
    package var stable: Duration?
    package var isOptional = false
    /// Reasons that count as success, besides those of the whole run.
    package var accepted: [Reason] = []
    package var use = TargetUse.readiness
    /// How long the peer's certificate must still be valid.
    package var minimumValidity: Duration?

    package init() {}

    /// Whether it has a `start_interval` for a start period that there is not.
    package var hasIdleStartInterval: Bool { startInterval != nil && startPeriod == .zero }

    /// What is said of that.
    package static let idleStartInterval = "has no meaning with a start_period of 0s"

    /// Every reason that counts as success for this target.
    package var allAccepted: [Reason] { accepted + use.accepted }
}

/// What the answer is for (`for`).
package enum TargetUse: String, Sendable {
    case readiness
    /// Whatever the server itself says is a sign of life.
    case liveness

    /// The reasons that count as success for this use.
    package var accepted: [Reason] {
        switch self {
        case .readiness: []
        case .liveness: Reason.allCases.filter(\.isSpokenByServer)
        }
    }
}
