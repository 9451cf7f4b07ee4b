internal import CLinux
internal import COpenSSL
package import HealthCore

extension Dialer {
    /// An encrypted stream to an endpoint; the certificate is verified against the endpoint's name, whatever address
    /// was dialled.
    ///
    /// - Parameters:
    ///   - minimumValidity: how long the certificate must still be valid.
    ///   - application: the protocol that the server must agree to (ALPN, RFC 7301).
    ///   - evidence: gets the address and the certificate's end as soon as they are known, also when a failure
    ///     follows.
    ///   - prepare: exchanges bytes in the clear before the handshake.
    ///   - ask: is called while the server says nothing to the handshake, and may throw what it finds out.
    @inline(never)
    package func openTLS(
        _ endpoint: Endpoint, _ settings: TLSSettings, minimumValidity: Duration? = nil,
        offering application: String? = nil,
        until deadline: Instant,
        recording evidence: inout ConnectionEvidence,
        after prepare: (Socket) async throws(Failure) -> Void = { _ in },
        ifSilent ask: ((Instant) async throws(Failure) -> Void)? = nil
    ) async throws(Failure) -> TLSStream {
        // A mistake in the settings is reported before the server is dialled.
        let context = try await context(settings)
        let socket = try await open(endpoint, until: deadline, recording: &evidence)
        enter(.tls, &evidence)
        try await prepare(socket)
        return try await secure(
            socket, to: endpoint, context, minimumValidity: minimumValidity, offering: application,
            until: deadline, recording: &evidence, ifSilent: ask)
    }

    /// What a session needs of files, before anything is dialled.
    ///
    /// - Parameter verifiesLater: whether the caller asks for `requireVerified` itself, after the handshake.
    package func context(
        _ settings: TLSSettings, verifyingLater verifiesLater: Bool = false
    ) async throws(Failure) -> TLSContext {
        let store = settings.isInsecure ? nil : try await trust.store(settings.authorityFile)
        return try TLSContext(settings, trusting: store, verifiesLater: verifiesLater)
    }

    /// Goes on over TLS on a socket that is connected to an endpoint, as STARTTLS does. The certificate is verified
    /// against the endpoint's name.
    ///
    /// - Parameter read: gets the beginning of what the server says in the clear instead of a handshake, or nothing if it
    ///   has hung up, and may throw what that means.
    package func secure(
        _ socket: Socket, to endpoint: Endpoint, _ context: TLSContext, minimumValidity: Duration? = nil,
        offering application: String? = nil, until deadline: Instant,
        recording evidence: inout ConnectionEvidence,
        ifSilent ask: ((Instant) async throws(Failure) -> Void)? = nil,
        ifPlain read: (([UInt8]) async throws(Failure) -> Void)? = nil
    ) async throws(Failure) -> TLSStream {
        let settings = context.settings
        // A certificate has the name without the dot that makes it absolute.
        let host = endpoint.host.hasSuffix(".") ? String(endpoint.host.dropLast()) : endpoint.host
        let name = settings.serverName ?? host
        let stream = try TLSStream(
            over: socket, in: context, as: name, verifyingName: settings.verifiesName, offering: application)
        do throws(Failure) {
            try await stream.handshake(as: name, until: deadline, ifSilent: ask)
        } catch {
            evidence.certificateExpiry = stream.certificate?.expiry
            if let read, [.protocol, .closed].contains(error.reason) { try await read(stream.beginning) }
            throw error
        }
        guard let certificate = stream.certificate else {
            throw Failure(.tls, "the server has shown no certificate", isPermanent: true)
        }
        evidence.certificateExpiry = certificate.expiry
        if let minimumValidity { try CertificateValidity.require(minimumValidity, until: certificate.expiry) }
        guard stream.agrees(to: application) else { throw TLSFailure.noAgreement }
        return stream
    }
}

/// The address and the certificate that an attempt has seen, whether it succeeds or fails.
package struct ConnectionEvidence: Sendable {
    package var address: String?
    /// When the peer's certificate ends, in seconds since the epoch.
    package var certificateExpiry: Int64?
    /// The phases of the attempt, where they are measured.
    package var phases = Phases()

    package init() {}
}

/// The end of a certificate, compared with the wall clock.
package enum CertificateValidity {
    /// The end of the certificate that a session of libpq's has received. The session is an `SSL *`, and is used only
    /// within the call.
    package static func end(ofSession session: UnsafeMutableRawPointer) -> Int64? {
        PeerCertificate(of: OpaquePointer(session))?.expiry
    }

    /// Bounds the key exchange of a session of libpq's as that of our own sessions, however large a number the server
    /// chooses. The session is an `SSL *`, and is used only within the call.
    package static func bound(_ session: UnsafeMutableRawPointer) {
        copenssl_bound_key_exchange(OpaquePointer(session))
    }

    /// Refuses an end (seconds since the epoch) that is nearer than `minimum`.
    package static func require(_ minimum: Duration, until expiry: Int64) throws(Failure) {
        let left = expiry - clinux_unix_milliseconds() / 1000
        guard left < minimum.components.seconds else { return }
        let date = Timestamp.date(unixSeconds: expiry)
        let wanted = DurationText.describe(minimum)
        throw Failure(
            .tls, "the certificate ends on \(date): less than \(wanted) from now", isPermanent: true)
    }
}
