import COpenSSL
import HealthCore
import Testing

@testable import EventLoop

@Suite("Why there is no encrypted connection")
struct TLSProblemTests {
    /// What is said of an error in OpenSSL's queue, or of a certificate that was found so.
    private func failure(_ reason: Int32?, verified result: Int32 = X509_V_OK) throws -> Failure {
        let context = try TLSContext(TLSSettings(), trusting: nil)
        let session = try #require(SSL_new(context.raw))
        defer { SSL_free(session) }
        SSL_set_verify_result(session, Int(result))
        ERR_clear_error()
        if let reason {
            ERR_new()
            withVaList([]) { ERR_vset_error(ERR_LIB_SSL, reason, nil, $0) }
        }
        let failure = TLSFailure.failure(of: session, as: "db.test")
        #expect(ERR_peek_error() == 0, "the queue of errors is not empty")
        return failure
    }

    @Test("a peer that answers without TLS does not speak it: protocol, and no trouble with TLS")
    func noTLS() throws {
        for reason in [
            SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_UNKNOWN_PROTOCOL,
            SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_BAD_RECORD_TYPE, SSL_R_UNEXPECTED_MESSAGE,
        ] {
            #expect(try failure(reason) == Failure(.protocol, "it does not speak TLS"), "\(reason)")
        }
    }

    @Test("no version in common is told as that, and someone must act")
    func versions() throws {
        for reason in [
            SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_VERSION_TOO_LOW,
        ] {
            let failure = try failure(reason)
            #expect(failure.reason == .tls && failure.isPermanent, "\(reason)")
            #expect(failure.message.contains("TLS 1.2 or 1.3"), "\(failure.message)")
        }
    }

    @Test(
        "a client certificate that is asked for, or refused, is told with what to set or with the server's words"
    )
    func clientCertificate() throws {
        let asked = try failure(SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED)
        #expect(asked.isPermanent && asked.message.contains("cert_file, key_file"), "\(asked.message)")
        for reason in [
            SSL_R_TLSV1_ALERT_UNKNOWN_CA, SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
            SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN,
            SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
            SSL_R_TLSV1_ALERT_ACCESS_DENIED,
        ] {
            let failure = try failure(reason)
            let start = "the server refuses the client certificate: "
            #expect(failure.reason == .tls && failure.isPermanent, "\(reason)")
            #expect(
                failure.message.hasPrefix(start) && failure.message.count > start.count, "\(failure.message)")
        }
    }

    @Test("a name that the server does not know is told by what was asked for")
    func unknownName() throws {
        let failure = try failure(SSL_R_TLSV1_UNRECOGNIZED_NAME)
        #expect(
            failure == Failure(.tls, "the server has no certificate for db.test", isPermanent: true))
    }

    @Test("a certificate that does not verify says why, and someone must act")
    func certificates() throws {
        let issuers = [
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
        ].map { ($0, "unknown issuer") }
        let results =
            issuers + [
                (X509_V_ERR_CERT_HAS_EXPIRED, "has expired"),
                (X509_V_ERR_CERT_NOT_YET_VALID, "is a clock wrong?"),
                (X509_V_ERR_HOSTNAME_MISMATCH, "and not for db.test"),
                (X509_V_ERR_IP_ADDRESS_MISMATCH, "and not for db.test"),
                (X509_V_ERR_CERT_REVOKED, "does not verify: certificate revoked"),
            ]
        for (result, words) in results {
            let failure = try failure(SSL_R_CERTIFICATE_VERIFY_FAILED, verified: result)
            #expect(failure.reason == .tls && failure.isPermanent, "\(result)")
            #expect(failure.message.contains(words), "\(failure.message)")
        }
    }

    @Test("anything else is TLS in OpenSSL's words, may pass, and is never nothing")
    func others() throws {
        let known = try failure(SSL_R_NO_SHARED_CIPHER)
        #expect(known == Failure(.tls, "no shared cipher").advising(.handshake))
        #expect(try failure(nil) == Failure(.tls, "the TLS connection failed").advising(.handshake))
    }
}
