import HealthCore

/// A target of a test as an agent watches it: `db:80`, from moment zero.
func watched(
    _ name: String = "db", _ text: String = "db:80", dueAt due: Duration = .zero,
    _ change: (inout Target) -> Void = { _ in }
) throws -> TargetHealth {
    var target = try read("\(name)=\(text)")
    change(&target)
    return TargetHealth(target, HealthPolicy(target.settings), startedAt: .at(.zero), due: .at(due))
}

extension TargetHealth {
    /// Records a probe that began and ended at these moments, without jitter.
    @discardableResult
    mutating func probed(
        _ outcome: Outcome, at began: Duration, took duration: Duration = .zero
    ) -> TargetRecord.State? {
        begin(at: .at(began))
        return record(outcome, startedAt: .at(began), endedAt: .at(began + duration), jitter: 0)
    }
}

extension Outcome {
    static let good = Outcome.ready(address: nil, detail: "connects")

    static func failed(_ reason: Reason, _ message: String = "seen", address: String? = nil) -> Outcome {
        .notReady(Failure(reason, message, address: address))
    }
}
