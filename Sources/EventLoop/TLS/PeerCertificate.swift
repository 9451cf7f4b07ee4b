internal import COpenSSL
internal import HealthCore

/// The expiry, names and issuer of the certificate that a server has shown, verified or not.
struct PeerCertificate {
    /// The end of the certificate, in seconds since the epoch.
    let expiry: Int64
    /// The first DNS names of the certificate.
    let names: String
    let issuer: String
    /// Whether the server has sent no other certificate with this one.
    let isAlone: Bool
    let isSelfSigned: Bool

    /// The certificate of a session; nil before the server has shown one.
    init?(of session: OpaquePointer) {
        let chain = SSL_get0_verified_chain(session)
        guard let certificate = SSL_get0_peer_certificate(session) ?? Self.first(of: chain) else {
            return nil
        }
        expiry = copenssl_expiry(certificate)
        var text = [CChar](repeating: 0, count: 120)
        copenssl_alternative_names(certificate, &text, text.count)
        names = PrintableText.line(text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)))
        issuer = Self.text(of: X509_get_issuer_name(certificate))
        isAlone = SSL_get_peer_cert_chain(session).map { OPENSSL_sk_num($0) < 2 } ?? true
        isSelfSigned =
            X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_subject_name(certificate)) == 0
    }

    private static func first(of chain: OpaquePointer?) -> OpaquePointer? {
        guard let chain, OPENSSL_sk_num(chain) > 0 else { return nil }
        return OPENSSL_sk_value(chain, 0).map { OpaquePointer($0) }
    }

    private static func text(of name: OpaquePointer?) -> String {
        guard let name, let line = copenssl_name(name) else { return "nobody" }
        defer { copenssl_free(line) }
        return PrintableText.line(String(cString: line))
    }

    /// The date of the expiry: `2027-01-31`.
    var endDate: String { Timestamp.date(unixSeconds: expiry) }
}
