internal import EventLoop
internal import HealthCore

/// What libpq does not tell: of every certificate that does not verify it says just that. So the handshake is
/// made once more, by us, and its failure tells whether the certificate has expired or who its issuer is.
struct CertificateFailure {
    let service: PostgresService
    let place: Endpoint
    let dialer: Dialer

    /// The request to speak TLS, before anything else.
    private static let sslRequest: [UInt8] = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F]

    /// A failure that says more, or the same one.
    func explained(
        _ failure: Failure, until deadline: Instant, recording evidence: inout ConnectionEvidence
    ) async -> Failure {
        guard failure.reason == .tls, failure.message.mentions("certificate verify failed") else {
            return failure
        }
        do throws(Failure) {
            _ = try await dialer.openTLS(place, settings, until: deadline, recording: &evidence) {
                socket throws(Failure) in
                try await socket.send(Self.sslRequest, until: deadline)
                guard try await socket.receive(atMost: 1, until: deadline) == [UInt8(ascii: "S")] else {
                    throw failure
                }
            }
            return failure
        } catch {
            return error.reason == .tls ? error : failure
        }
    }

    /// libpq's parameters, as ours. Whatever `sslmode`, libpq compares names after the handshake, in which this failed,
    /// and of a wrong name it says so itself.
    private var settings: TLSSettings {
        var settings = TLSSettings()
        settings.verifiesName = false
        settings.authorityFile = parameter("sslrootcert")
        if settings.authorityFile == "system" { settings.authorityFile = nil }
        return settings
    }

    private func parameter(_ key: String) -> String? {
        let given = service.parameters.last { $0.key == key && !$0.value.isEmpty }
        return given?.value.reveal { String(decoding: $0, as: UTF8.self) }
    }
}
