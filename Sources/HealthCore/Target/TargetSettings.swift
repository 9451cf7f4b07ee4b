/// The settings of one target, which override those of the run.
package struct TargetSettings: Sendable, Equatable {
    /// The timeout of one attempt.
    package var timeout: Duration?
    /// The fixed pause between attempts.
    package var interval: Duration?
    /// Settings of an agent only, see `HealthPolicy`.
    package var retries: Int?
    package var startPeriod: Duration?
    package var startInterval: Duration?
    package var initialDelay: Duration?
    package var jitter: Double?
    /// The number of successes in a row that are needed.
    package var successThreshold: Int?
    /// The duration over which the successes must last.
    package var stable: Duration?
    package var isOptional = false
    /// Reasons that count as success, besides those of the run.
    package var accepted: [Reason] = []
    package var use = TargetUse.readiness
    /// The remaining validity that the peer's certificate must have.
    package var minimumValidity: Duration?
    /// What an agent runs on each change of the target's state.
    package var onChange: ExecService?

    package init() {}

    /// Whether `start_interval` is set although `start_period` is 0.
    package var hasIdleStartInterval: Bool { startInterval != nil && startPeriod == .zero }

    /// The message about an idle `start_interval`.
    package static let idleStartInterval = "has no meaning with a start_period of 0s"

    /// Every reason that counts as success for this target.
    package var allAccepted: [Reason] { accepted + use.accepted }
}

/// The purpose of the verdict (the key `for`).
package enum TargetUse: String, Sendable {
    case readiness
    /// Every answer of the server itself counts as success.
    case liveness

    /// The reasons that count as success for this use.
    package var accepted: [Reason] {
        switch self {
        case .readiness: []
        case .liveness: Reason.allCases.filter(\.isSpokenByServer)
        }
    }
}
