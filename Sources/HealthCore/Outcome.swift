/// What one attempt found.
package enum Outcome: Sendable, Equatable {
    /// The target did what it exists for; `detail` says what was seen, `address` who said it, and
    /// `certificateExpiry` until when its certificate is valid (seconds since the epoch).
    case ready(address: String?, detail: String, certificateExpiry: Int64? = nil)
    case notReady(Failure)

    /// The same outcome, with the named reasons counted as success (`--accept`).
    package func accepting(_ reasons: [Reason]) -> Outcome {
        guard case .notReady(let failure) = self, reasons.contains(failure.reason) else { return self }
        let detail = PrintableText.line("accepted \(failure.reason.rawValue): \(failure.message)")
        return .ready(
            address: failure.address, detail: detail, certificateExpiry: failure.certificateExpiry)
    }

    /// Who answered, or who was tried: one printable line.
    package var address: String? {
        switch self {
        case .ready(let address, _, _): address.map { PrintableText.line($0) }
        case .notReady(let failure): failure.address
        }
    }

    /// What was seen: one printable line, at most 200 bytes.
    package var message: String {
        switch self {
        case .ready(_, let detail, _): PrintableText.line(detail)
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
        guard case .ready(let address, _, let expiry) = self, duration > timeout else { return self }
        let late = DurationText.describe(duration)
        var failure = HealthCore.Failure(.timeout, "a good answer after \(late), too late", address: address)
        failure.certificateExpiry = expiry
        return .notReady(failure)
    }

    /// When the certificate ends that was seen, if one was.
    package var certificateExpiry: Int64? {
        switch self {
        case .ready(_, _, let expiry): expiry
        case .notReady(let failure): failure.certificateExpiry
        }
    }

    /// Why not, if it is a failure.
    package var reason: Reason? {
        guard case .notReady(let failure) = self else { return nil }
        return failure.reason
    }

    /// The failure, if it is one.
    package var failure: Failure? {
        guard case .notReady(let failure) = self else { return nil }
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
    /// When the certificate ends that was seen on the way, in seconds since the epoch.
    package var certificateExpiry: Int64?

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
    /// The same failure without the peer's words, if they repeat a secret that it was sent.
    package func withholding(_ secret: Secret?) -> Failure {
        guard let secret, secret.isEchoed(in: message) else { return self }
        var copy = self
        copy.message = "what it answers repeats a secret, and is not shown"
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
