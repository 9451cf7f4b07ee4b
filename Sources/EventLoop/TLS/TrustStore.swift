internal import COpenSSL
internal import Files
internal import Glibc
internal import HealthCore

/// The certificates to trust, read again only when their file changes: a bundle of 140 costs milliseconds to read.
///
/// `@unchecked Sendable`: OpenSSL counts references to a store and locks it; the store never changes.
final class TrustStore: @unchecked Sendable {
    let raw: OpaquePointer

    /// Reads the text of a PEM file; nil if it has no certificate.
    fileprivate init?(_ text: [UInt8]) {
        OpenSSL.prepare()
        guard let raw = X509_STORE_new() else { return nil }
        defer { ERR_clear_error() }
        guard copenssl_add_authorities(raw, text, Int32(clamping: text.count)) > 0 else {
            X509_STORE_free(raw)
            return nil
        }
        // A trusted certificate need not be a root, as for curl and Go.
        X509_STORE_set_flags(raw, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        self.raw = raw
    }

    deinit {
        X509_STORE_free(raw)
    }
}

/// The trust stores, by file.
package actor TrustStores {
    /// The most bytes of a CA file: some twenty times the bundle of the public authorities.
    private static let sizeLimit = 4 << 20

    private struct Known {
        var identity: FileIdentity
        var store: TrustStore
    }

    private nonisolated let executor: EventLoop.ActorExecutor
    private var known: [String: Known] = [:]

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(_ loop: EventLoop) {
        executor = loop.actorExecutor
    }

    /// The trust store of `file`, or of this system's bundle.
    func store(_ file: String?) throws(Failure) -> TrustStore {
        let path = file ?? Self.systemFile
        if let same = known[path], same.identity == FileIdentity(path) { return same.store }
        let (text, identity): ([UInt8], FileIdentity)
        do throws(SmallFile.ReadError) {
            let source = try SmallFile(path)
            (text, identity) = (try source.contents(atMost: Self.sizeLimit), source.identity)
        } catch {
            throw SystemFailure.failure(error) { Self.failure(file, path, ": \($0)") }
        }
        guard let store = TrustStore(text) else { throw Self.failure(file, path, "") }
        known[path] = Known(identity: identity, store: store)
        return store
    }

    private static func failure(_ file: String?, _ path: String, _ why: String) -> Failure {
        file == nil
            ? Failure(
                .config,
                "no CA certificates on this system: name a file of them with ca_file or SSL_CERT_FILE")
            : Failure(.config, "cannot read certificates from the CA file \(path)\(why)")
    }

    /// The bundle of this system, where curl and Go look for it.
    package static var systemFile: String {
        let usual = [
            "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/ssl/ca-bundle.pem",
            "/etc/pki/tls/cacert.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
            "/etc/ssl/cert.pem",
        ]
        if let named = getenv("SSL_CERT_FILE").map({ String(cString: $0) }), !named.isEmpty { return named }
        return usual.first { access($0, R_OK) == 0 } ?? usual[0]
    }
}
