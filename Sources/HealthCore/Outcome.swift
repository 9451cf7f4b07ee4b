/// What one attempt found.
package struct Outcome: Sendable, Equatable {
    /// Whether the target did what it exists for.
    package enum Result: Sendable, Equatable {
        /// What was seen: one printable line, at most 200 bytes.
        case ready(String)
        case notReady(Failure)
    }

    package private(set) var result: Result
    /// Who answered, or who was tried: one printable line.
    package let address: String?
    /// When the certificate ends that was seen, in seconds since the epoch.
    package let certificateExpiry: Int64?

    /// A good answer.
    package static func ready(
        address: String?, detail: String, certificateExpiry: Int64? = nil
    ) -> Outcome {
        Outcome(
            result: .ready(PrintableText.line(detail)), address: address.map { PrintableText.line($0) },
            certificateExpiry: certificateExpiry)
    }

    /// A failure; where it was seen is the outcome's from here on.
    package static func notReady(_ failure: Failure, certificateExpiry: Int64? = nil) -> Outcome {
        var failure = failure
        let address = failure.address
        failure.address = nil
        return Outcome(
            result: .notReady(failure), address: address, certificateExpiry: certificateExpiry)
    }

    /// The same attempt, whose failure is none.
    package func forgiven(_ detail: String) -> Outcome {
        .ready(address: address, detail: detail, certificateExpiry: certificateExpiry)
    }

    /// The same outcome, with the named reasons counted as success (`--accept`).
    package func accepting(_ reasons: [Reason]) -> Outcome {
        guard let failure, reasons.contains(failure.reason) else { return self }
        return forgiven("accepted \(failure.reason.rawValue): \(failure.message)")
    }

    /// What was seen: one printable line, at most 200 bytes.
    package var message: String {
        switch result {
        case .ready(let detail): detail
        case .notReady(let failure): failure.message
        }
    }

    /// What an attempt comes to: named reasons are success, and success after the deadline is a timeout (D-25),
    /// which may be named as well.
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

    /// The failure, if it is one.
    package var failure: Failure? {
        guard case .notReady(let failure) = result else { return nil }
        return failure
    }
}

/// A target that is not ready: expected, and another type than a mistake in the configuration.
package struct Failure: Error, Sendable, Equatable {
    package var reason: Reason
    /// What was seen: one printable line, at most 200 bytes.
    package var message: String
    /// The address that was tried, if it came to that: one printable line, whatever a socket is called.
    package var address: String? { didSet { address = address.map { PrintableText.line($0) } } }
    package var isPermanent: Bool
    /// The code that the server gave for it, where its protocol has codes: PostgreSQL's SQLSTATE.
    package var code: String?

    package init(_ reason: Reason, _ message: String, address: String? = nil, isPermanent: Bool? = nil) {
        self.reason = reason
        self.message = PrintableText.line(message)
        self.address = address.map { PrintableText.line($0) }
        self.isPermanent = isPermanent ?? reason.isPermanent
    }

    /// What to look at first, as the end of a sentence that named the reason. What is wrong with us and may pass is
    /// no mistake in the settings.
    package var advice: String {
        reason == .config && !isPermanent ? "allow this machine or container more of it" : reason.advice
    }

    /// The same failure, seen at an address.
    package func at(_ address: String) -> Failure {
        var copy = self
        copy.address = address
        return copy
    }
}

extension Failure {
    /// What is said instead of words that repeat a secret.
    static let withheld = "what it answers repeats a secret, and is not shown"

    /// The same failure without the peer's words, if they repeat a secret that it was sent.
    package func withholding(_ secret: Secret?) -> Failure {
        guard let secret, secret.isEchoed(in: message) else { return self }
        var copy = self
        copy.message = Self.withheld
        return copy
    }
}

/// One way of asking a target whether it is ready.
///
/// An attempt ends by `deadline`, reports and closes what it opened; it never judges more than
/// what it saw. An attempt whose task was cancelled may return anything: its outcome is no verdict.
package protocol Probe: Sendable {
    func attempt(until deadline: Instant) async -> Outcome
}

/// Which target the running task probes, so that a loop that stood still can say for whom.
package enum ProbedTarget {
    /// The target's name; nil outside of a probe.
    @TaskLocal package static var name: String?
}
