internal import COpenSSL
internal import Files
internal import Glibc
internal import HealthCore

/// The certificates to trust, read again only when their file changes: a bundle of 140 costs milliseconds to read.
///
/// `@unchecked Sendable`: OpenSSL counts references to a store and locks it; the store never changes.
final class TrustStore: @unchecked Sendable {
    let raw: OpaquePointer

    /// Reads the texts of PEM files; nil if they have no certificate.
    fileprivate init?(_ texts: [[UInt8]]) {
        OpenSSL.prepare()
        guard let raw = X509_STORE_new() else { return nil }
        defer { ERR_clear_error() }
        var count: Int32 = 0
        for text in texts { count += copenssl_add_authorities(raw, text, Int32(clamping: text.count)) }
        guard count > 0 else {
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
    static let sizeLimit = 4 << 20

    private struct Known {
        var identities: [FileIdentity?]
        var store: TrustStore
    }

    private nonisolated let executor: EventLoop.ActorExecutor
    private var known: [String: Known] = [:]

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(_ loop: EventLoop) {
        executor = loop.actorExecutor
    }

    /// The trust store of `file`; or of this system's bundle and the folders of SSL_CERT_DIR.
    func store(_ file: String?) throws(Failure) -> TrustStore {
        let path = file ?? Self.systemFile
        let folders = file == nil ? Self.systemFolders : []
        let others = folders.map { FileIdentity($0) }
        if let same = known[path], same.identities == [FileIdentity(path)] + others { return same.store }
        var texts: [[UInt8]] = []
        var identity: FileIdentity?
        do throws(SmallFile.ReadError) {
            let source = try SmallFile(path)
            texts = [try source.contents(atMost: Self.sizeLimit)]
            identity = source.identity
        } catch {
            guard !folders.isEmpty, case .system(let number) = error, SystemFailure.shortage(number) == nil
            else {
                throw SystemFailure.failure(error) { Self.failure(file, path, ": \($0)") }
            }
        }
        texts += Self.texts(in: folders)
        guard let store = TrustStore(texts) else { throw Self.failure(file, path, "") }
        known[path] = Known(identities: [identity] + others, store: store)
        return store
    }

    /// The small files in folders, as far as they are readable: a folder of certificates has other files too.
    static func texts(in folders: [String]) -> [[UInt8]] {
        var left = sizeLimit
        return folders.flatMap { Folder.files(in: $0) }.compactMap { path in
            guard let text = try? SmallFile(path).contents(atMost: left) else { return nil }
            left -= text.count
            return text
        }
    }

    /// The folders of SSL_CERT_DIR, between colons as for OpenSSL and Go.
    static var systemFolders: [String] {
        let list = getenv("SSL_CERT_DIR").map { String(cString: $0) } ?? ""
        return list.split(separator: ":").map(String.init)
    }

    private static func failure(_ file: String?, _ path: String, _ why: String) -> Failure {
        file == nil
            ? Failure(
                .config,
                "no CA certificates on this system: name a file of them with ca_file or SSL_CERT_FILE, or a folder with"
                    + " SSL_CERT_DIR")
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
