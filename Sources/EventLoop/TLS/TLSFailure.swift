internal import COpenSSL
internal import HealthCore

/// Turns an error of OpenSSL into a failure whose message a person can act on.
enum TLSFailure {
    /// The failure of the last call of OpenSSL, whose queue of errors is emptied. `answer` is the beginning of what the
    /// peer said instead of a handshake.
    static func failure(of session: OpaquePointer, as name: String, answering answer: [UInt8] = []) -> Failure
    {
        let code = ERR_peek_last_error()
        defer { ERR_clear_error() }
        let reason = Int32(truncatingIfNeeded: code & 0x7F_FFFF)
        switch reason {
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            return unverified(session, as: name)
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_UNKNOWN_PROTOCOL,
            SSL_R_PACKET_LENGTH_TOO_LONG,
            SSL_R_BAD_RECORD_TYPE, SSL_R_UNEXPECTED_MESSAGE:
            return ForeignProtocol.withoutTLS(answer)
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_VERSION_TOO_LOW:
            return Failure(
                .tls, "no version of TLS in common: TLS 1.2 or 1.3 is asked for", isPermanent: true
            ).advising(.handshake)
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
            return Failure(
                .tls, "the server asks for a client certificate: cert_file, key_file", isPermanent: true
            ).advising(.clientCertificate)
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA, SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
            SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
            SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED,
            SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, SSL_R_TLSV1_ALERT_ACCESS_DENIED:
            return Failure(
                .tls, "the server refuses the client certificate: \(text(code))", isPermanent: true
            ).advising(.clientCertificate)
        case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: return noAgreement
        case SSL_R_TLSV1_UNRECOGNIZED_NAME:
            return Failure(.tls, "the server has no certificate for \(name)", isPermanent: true)
        default:
            return Failure(.tls, text(code)).advising(.handshake)
        }
    }

    /// The failure of a session whose certificate does not verify.
    static func unverified(_ session: OpaquePointer, as name: String) -> Failure {
        let result = SSL_get_verify_result(session)
        var words = unverified(result, PeerCertificate(of: session), name)
        // An authority whose key OpenSSL cannot read is none for it.
        let others = [
            X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_HOSTNAME_MISMATCH,
            X509_V_ERR_IP_ADDRESS_MISMATCH,
        ]
        if !others.contains(Int32(truncatingIfNeeded: result)),
            let algorithm = copenssl_unknown_signature(SSL_get_peer_cert_chain(session))
        {
            words += "; signed with \(String(cString: algorithm)), which this program does not have"
        }
        return Failure(.tls, words, isPermanent: true)
    }

    /// The failure of a server that does not agree to the protocol that is to be spoken over TLS.
    static let noAgreement = Failure(
        .protocol, "it speaks TLS, and does not agree to HTTP/2 over it (ALPN h2)"
    ).advising(.noGRPC)

    /// Why the certificate that was shown does not verify.
    private static func unverified(_ result: Int, _ shown: PeerCertificate?, _ name: String) -> String {
        switch Int32(result) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            let end = shown.map { " (its own end: \($0.endDate))" } ?? ""
            return "the certificate, or one above it, has expired\(end)"
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return "the certificate is not valid yet: is a clock wrong?"
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            let names = shown.map { $0.names.isEmpty ? "no name" : $0.names } ?? "another name"
            return "the certificate is for \(names), and not for \(name)"
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            let isAlone = shown.map { $0.isAlone && !$0.isSelfSigned } ?? false
            let chain =
                isAlone ? ", whose certificate it did not send: its chain may lack the intermediate; or" : ":"
            return "unknown issuer \(shown?.issuer ?? "")\(chain) name its certificate with ca_file"
        default:
            return
                "the certificate does not verify: \(String(cString: X509_verify_cert_error_string(result)))"
        }
    }

    private static func text(_ code: UInt) -> String {
        guard code != 0, let words = ERR_reason_error_string(code) else { return "the TLS connection failed" }
        return String(cString: words)
    }
}
