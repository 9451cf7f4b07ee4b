/// The result of one attempt.
package struct Outcome: Sendable, Equatable {
    /// Whether the target is ready.
    package enum Result: Sendable, Equatable {
        /// The detail is one printable line of at most 200 bytes.
        case ready(String)
        case notReady(Failure)
    }

    package private(set) var result: Result
    /// The address that answered or was tried: one printable line.
    package let address: String?
    /// The end of the peer certificate's validity, in seconds since the epoch.
    package let certificateExpiry: Int64?
    /// The parts of the attempt, where they were measured.
    package var phases = Phases()

    /// An outcome of success.
    package static func ready(
        address: String?, detail: String, certificateExpiry: Int64? = nil
    ) -> Outcome {
        Outcome(
            result: .ready(PrintableText.line(detail)), address: address.map { PrintableText.line($0) },
            certificateExpiry: certificateExpiry)
    }

    /// An outcome of failure, with the failure's address moved to the outcome.
    package static func notReady(_ failure: Failure, certificateExpiry: Int64? = nil) -> Outcome {
        var failure = failure
        let address = failure.address
        failure.address = nil
        return Outcome(
            result: .notReady(failure), address: address, certificateExpiry: certificateExpiry)
    }

    /// The outcome as a success with another detail.
    package func forgiven(_ detail: String) -> Outcome {
        var forgiven = Outcome.ready(address: address, detail: detail, certificateExpiry: certificateExpiry)
        forgiven.phases = phases
        return forgiven
    }

    /// The outcome with some reasons counted as success (`--accept`).
    package func accepting(_ reasons: [Reason]) -> Outcome {
        guard let failure, failure.isAccepted(by: reasons) else { return self }
        return forgiven("accepted \(failure.reason.rawValue): \(failure.message)")
    }

    /// The outcome for who waits until nobody is there any more: success is that it is gone, and what it says is that it
    /// is not.
    package var ofAbsence: Outcome {
        guard let failure else {
            var copy = self
            copy.result = .notReady(Failure(.busy, message).advising(.notGone))
            return copy
        }
        if failure.isGone { return forgiven("\(failure.reason.rawValue): \(failure.message)") }
        var (copy, kept) = (self, failure.advising(.notGone))
        // It may end at any time.
        kept.isPermanent = false
        copy.result = .notReady(kept)
        return copy
    }

    /// The detail or the failure's message: one printable line of at most 200 bytes.
    package var message: String {
        switch result {
        case .ready(let detail): detail
        case .notReady(let failure): failure.message
        }
    }

    /// The outcome that counts: accepted reasons are success, and a success after the deadline is a timeout (D-25),
    /// which may be an accepted reason itself.
    package func judged(
        accepting reasons: [Reason], within timeout: Duration, from began: Instant, to ended: Instant
    ) -> Outcome {
        let duration = began.duration(to: ended)
        return accepting(reasons).punctual(duration, of: timeout).accepting(reasons)
    }

    private func punctual(_ duration: Duration, of timeout: Duration) -> Outcome {
        guard failure == nil, duration > timeout else { return self }
        var late = self
        late.result = .notReady(
            Failure(.timeout, "a good answer after \(DurationText.describe(duration)), too late"))
        return late
    }

    /// The failure; nil for a success.
    package var failure: Failure? {
        guard case .notReady(let failure) = result else { return nil }
        return failure
    }
}

/// Why a target is not ready. A mistake in the configuration is a `ConfigurationError` instead.
package struct Failure: Error, Sendable, Equatable {
    package var reason: Reason
    /// One printable line of at most 200 bytes.
    package var message: String
    /// The address that was tried, if any: one printable line, also for a socket's path.
    package var address: String? { didSet { address = address.map { PrintableText.line($0) } } }
    package var isPermanent: Bool
    /// Whether nobody was asked, and the failure of an earlier attempt is said once more.
    package var isRepeated = false
    /// Whether nobody is there: it refuses, or its name is gone. A peer or a resolver that says nothing may be there.
    package var isGone: Bool
    /// The server's error code, if the protocol has them: PostgreSQL's SQLSTATE.
    package var code: String?
    /// The advice of this failure, if its reason's own advice does not fit.
    package var hint: Advice?
    /// Whether the server itself said so in its own protocol, which for some reasons only the kind knows: a gRPC server
    /// answers that it has no health service, and `config` is otherwise said by us.
    private(set) var isSpokenByServer: Bool

    package init(_ reason: Reason, _ message: String, address: String? = nil, isPermanent: Bool? = nil) {
        self.reason = reason
        self.message = PrintableText.line(message)
        self.address = address.map { PrintableText.line($0) }
        self.isPermanent = isPermanent ?? reason.isPermanent
        isSpokenByServer = reason.isSpokenByServer
        isGone = reason == .refused || reason == .missing
    }

    /// The same failure as one that the server said.
    package func spokenByServer() -> Failure {
        var copy = self
        copy.isSpokenByServer = true
        copy.isGone = false
        return copy
    }

    /// The same failure as one of a peer that is there all the same.
    package func present() -> Failure {
        var copy = self
        copy.isGone = false
        return copy
    }

    /// Whether it counts as success for somebody who accepts these reasons. Who accepts all that servers say
    /// (`--for liveness`) accepts this one for who said it.
    func isAccepted(by reasons: [Reason]) -> Bool {
        reasons.contains(reason)
            || (isSpokenByServer && !reasons.isEmpty
                && TargetUse.liveness.accepted.allSatisfy(reasons.contains))
    }

    /// Advice to end a sentence that names the reason. A transient `config` failure is a shortage of this machine and
    /// no mistake in the settings.
    package var advice: String {
        if let hint { return hint.rawValue }
        return reason == .config && !isPermanent
            ? "allow this machine or container more of it" : reason.advice
    }

    /// The same failure with an advice of its own.
    package func advising(_ hint: Advice?) -> Failure {
        var copy = self
        copy.hint = hint
        return copy
    }

    /// The failure with an address.
    package func at(_ address: String) -> Failure {
        var copy = self
        copy.address = address
        return copy
    }
}

extension Failure {
    /// The message that replaces one that repeats a secret.
    static let withheld = "what it answers repeats a secret, and is not shown"

    /// The failure, its message replaced if it repeats a secret that the peer was sent.
    package func withholding(_ secret: Secret?) -> Failure {
        guard let secret, secret.isEchoed(in: message) else { return self }
        var copy = self
        copy.message = Self.withheld
        return copy
    }
}

/// One way of asking a target whether it is ready.
///
/// An attempt ends by `deadline`, closes its descriptors and returns an outcome. The outcome of a cancelled attempt
/// is ignored.
package protocol Probe: Sendable {
    func attempt(until deadline: Instant) async -> Outcome
}

/// The target that the running task probes, so that a report of a blocked loop can name it.
package enum ProbedTarget {
    /// The target's name; nil outside of a probe.
    @TaskLocal package static var name: String?
}
