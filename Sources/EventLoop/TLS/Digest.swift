internal import COpenSSL

/// OpenSSL's digests, as total functions.
package enum Digest {
    case sha1, sha256

    /// The digest of bytes; empty where OpenSSL has no memory for it, which no server takes for a login.
    package func of(_ bytes: [UInt8]) -> [UInt8] {
        OpenSSL.prepare()
        var size: UInt32 = 0
        let digest = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
            let method = self == .sha1 ? EVP_sha1() : EVP_sha256()
            let isDone = EVP_Digest(bytes, bytes.count, buffer.baseAddress, &size, method, nil) == 1
            count = isDone ? Int(size) : 0
        }
        return digest
    }
}
