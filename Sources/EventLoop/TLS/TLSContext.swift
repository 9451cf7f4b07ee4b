internal import COpenSSL
internal import Files
internal import Glibc
internal import HealthCore

/// The TLS settings of one connection: made anew for each connection, so that rotated certificates need no restart.
package final class TLSContext {
    /// The most bytes of a certificate or key file: room for a chain of ten very large certificates.
    private static let sizeLimit = 256 * 1024

    let raw: OpaquePointer
    let settings: TLSSettings

    /// - Parameter verifiesLater: whether a certificate that does not verify ends no handshake; the stream's
    ///   `requireVerified` tells it afterwards.
    init(
        _ settings: TLSSettings, trusting store: TrustStore?, verifiesLater: Bool = false
    ) throws(Failure) {
        OpenSSL.prepare()
        guard let raw = SSL_CTX_new(TLS_client_method()) else { throw SystemFailure.failure(ENOMEM) }
        (self.raw, self.settings) = (raw, settings)
        _ = copenssl_require_tls12(raw)
        copenssl_refuse_renegotiation(raw)
        copenssl_return_after_each_message(raw)
        SSL_CTX_set_verify(raw, store == nil || verifiesLater ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nil)
        if let store { SSL_CTX_set1_cert_store(raw, store.raw) }
        if let file = settings.certificateFile { try show(file, key: settings.keyFile ?? file) }
    }

    deinit {
        SSL_CTX_free(raw)
    }

    private func show(_ file: String, key: String) throws(Failure) {
        defer { ERR_clear_error() }
        let certificate = try Self.text(of: file)
        guard copenssl_use_certificate_chain(raw, certificate, Int32(clamping: certificate.count)) else {
            throw Failure(.config, "cannot read a certificate from \(file)")
        }
        let secret = try Self.text(of: key)
        var isEncrypted = false
        guard copenssl_use_private_key(raw, secret, Int32(clamping: secret.count), &isEncrypted) else {
            // No pass phrase is asked for: neither the terminal nor the command's stdin is ours.
            throw Failure(
                .config,
                isEncrypted
                    ? "the key is encrypted: \(key) must be one without a pass phrase"
                    : "cannot read the key from \(key), or it is not the certificate's")
        }
    }

    private static func text(of file: String) throws(Failure) -> [UInt8] {
        do throws(SmallFile.ReadError) {
            return try SmallFile(file).contents(atMost: sizeLimit)
        } catch {
            throw SystemFailure.failure(error) { Failure(.config, "cannot read \(file): \($0)") }
        }
    }
}
