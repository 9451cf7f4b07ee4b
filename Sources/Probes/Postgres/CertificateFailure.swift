internal import EventLoop
internal import HealthCore

/// Explains a certificate that does not verify, of which libpq gives no reason: the handshake is made once more, by us,
/// and its failure tells whether the certificate has expired or who its issuer is.
struct CertificateFailure {
    let service: PostgresService
    let place: Endpoint
    let dialer: Dialer

    /// The SSLRequest message, which comes before the startup packet.
    private static let sslRequest: [UInt8] = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F]

    /// The failure of our own handshake if it fails over TLS, too; otherwise the given failure.
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
            return error.reason == .tls ? Self.inWordsOfLibPQ(error) : failure
        }
    }

    /// The same failure, with libpq's name for the setting in its message.
    private static func inWordsOfLibPQ(_ failure: Failure) -> Failure {
        let words = failure.message.split(separator: " ", omittingEmptySubsequences: false)
        var copy = failure
        copy.message = words.map { $0 == "ca_file" ? "sslrootcert" : $0 }.joined(separator: " ")
        return copy
    }

    /// libpq's parameters as TLS settings. Names are not verified: whatever `sslmode`, libpq compares names only after
    /// a successful handshake, and reports a wrong name itself.
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
