internal import COpenSSL
internal import HealthCore

/// What one connection may do and show: made anew for each, so that rotated certificates need no restart.
final class TLSContext {
    let raw: OpaquePointer

    init(_ settings: TLSSettings, trusting store: TrustStore?) throws(Failure) {
        OpenSSL.prepare()
        guard let raw = SSL_CTX_new(TLS_client_method()) else { throw Failure(.config, "out of memory") }
        self.raw = raw
        _ = copenssl_require_tls12(raw)
        copenssl_refuse_renegotiation(raw)
        SSL_CTX_set_verify(raw, store == nil ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nil)
        if let store { SSL_CTX_set1_cert_store(raw, store.raw) }
        if let file = settings.certificateFile { try show(file, key: settings.keyFile ?? file) }
    }

    deinit {
        SSL_CTX_free(raw)
    }

    private func show(_ file: String, key: String) throws(Failure) {
        defer { ERR_clear_error() }
        guard SSL_CTX_use_certificate_chain_file(raw, file) == 1 else {
            throw Failure(.config, "cannot read a certificate from \(file)")
        }
        guard SSL_CTX_use_PrivateKey_file(raw, key, SSL_FILETYPE_PEM) == 1 else {
            throw Failure(.config, "cannot read the key from \(key), or it is not the certificate's")
        }
    }
}
