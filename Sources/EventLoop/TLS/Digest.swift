internal import COpenSSL

/// OpenSSL's digests, as total functions.
package enum Digest {
    case sha1, sha256

    private var size: Int { self == .sha1 ? Int(SHA_DIGEST_LENGTH) : Int(SHA256_DIGEST_LENGTH) }

    /// The digest of bytes.
    package func of(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            switch self {
            case .sha1: copenssl_sha1(bytes, bytes.count, buffer.baseAddress)
            case .sha256: copenssl_sha256(bytes, bytes.count, buffer.baseAddress)
            }
            count = size
        }
    }
}
