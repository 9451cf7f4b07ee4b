extension TargetRecord {
    /// The last outcome as a sentence: reason, message, address, advice.
    package var sentence: String {
        switch lastOutcome?.result {
        case nil: return "not asked yet"
        case .ready(let detail): return "\(goal): \(address.map { "\($0) " } ?? "")\(detail)"
        case .notReady(let failure):
            let message = placedMessage ?? failure.message
            return "not \(goal): \(failure.reason.rawValue): \(message); \(advice(on: failure))"
        }
    }

    /// The message of the last failure with its address, unless the message contains that already.
    package var placedMessage: String? {
        guard let failure = lastOutcome?.failure else { return nil }
        let place = address.map { failure.message.mentions($0) ? "" : " (\($0))" } ?? ""
        return failure.message + place
    }

    /// How long the last attempt took, with its phases where they were measured: `12ms: connect 1ms, query 11ms`.
    package var timing: String {
        let total = DurationText.describe(lastDuration)
        guard let lastPhases else { return total }
        let phases = lastPhases.map { "\($0.phase.rawValue) \(DurationText.describe($0.duration))" }
        return "\(total): \(phases.joined(separator: ", "))"
    }

    /// The summary of a wait: `61 attempts in 30s: refused ×58, starting ×3; last 127.0.0.1:5432`.
    package func story(over duration: Duration) -> String {
        let attempted = attempts == 1 ? "1 attempt" : "\(attempts) attempts"
        let reasons = failures.isEmpty ? "no answer yet" : story
        let last = address.map { "; last \($0)" } ?? ""
        return "\(attempted) in \(DurationText.describe(duration)): \(reasons)\(last)"
    }

    /// The message of the last failure and its advice, to follow `story`.
    package var explanation: String {
        guard let failure = lastOutcome?.failure else { return sentence }
        return "\(failure.message); \(advice(on: failure))"
    }

    /// The advice for a timeout depends on its cause: a command has no firewall, and a server with many rounds of SCRAM
    /// does answer.
    private func advice(on failure: Failure) -> String {
        if failure.reason == .timeout, failure.message.mentions("rounds of SCRAM") {
            return "allow more time, or set the password anew with fewer rounds"
        }
        let isCommand = kind == "exec" && failure.reason == .timeout
        return isCommand ? Reason.exitStatus.advice : failure.advice
    }
}
