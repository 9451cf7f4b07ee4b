extension TargetRecord {
    /// The last answer as a sentence: reason, what was seen and where, what to check.
    package var sentence: String {
        switch lastOutcome?.result {
        case nil: return "not asked yet"
        case .ready(let detail): return "ready: \(address.map { "\($0) " } ?? "")\(detail)"
        case .notReady(let failure):
            let message = placedMessage ?? failure.message
            return "not ready: \(failure.reason.rawValue): \(message); \(advice(on: failure))"
        }
    }

    /// What the last failure said, and where: a message that names its addresses itself does not need
    /// one more.
    package var placedMessage: String? {
        guard let failure = lastOutcome?.failure else { return nil }
        let place = address.map { failure.message.mentions($0) ? "" : " (\($0))" } ?? ""
        return failure.message + place
    }

    /// The story of a wait: `61 attempts in 30s: refused ×58, starting ×3; last 127.0.0.1:5432`.
    package func story(over duration: Duration) -> String {
        let attempted = attempts == 1 ? "1 attempt" : "\(attempts) attempts"
        let reasons = failures.isEmpty ? "no answer yet" : story
        let last = address.map { "; last \($0)" } ?? ""
        return "\(attempted) in \(DurationText.describe(duration)): \(reasons)\(last)"
    }

    /// What the last failure said and what to check, to follow the story.
    package var explanation: String {
        guard let failure = lastOutcome?.failure else { return sentence }
        return "\(failure.message); \(advice(on: failure))"
    }

    /// Between us and a command there is no firewall, and a server that asks for much does answer.
    private func advice(on failure: Failure) -> String {
        if failure.reason == .timeout, failure.message.mentions("rounds of SCRAM") {
            return "allow more time, or set the password anew with fewer rounds"
        }
        let isCommand = kind == "exec" && failure.reason == .timeout
        return isCommand ? Reason.exitStatus.advice : failure.advice
    }
}
