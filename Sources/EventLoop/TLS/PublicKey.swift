internal import COpenSSL

/// A server's public RSA key, for a password that it alone can read.
package enum PublicKey {
    /// The most bits of a key: a larger one would hold the loop.
    private static let mostBits: Int32 = 8192
    private static let mostBytes = 16 * 1024

    /// Encrypts bytes with the key of a PEM text (OAEP with SHA-1); nil if the text is no such key, or the bytes do not
    /// fit into it.
    package static func encrypted(_ bytes: [UInt8], withKeyIn text: [UInt8]) -> [UInt8]? {
        OpenSSL.prepare()
        defer { ERR_clear_error() }
        guard text.count <= mostBytes,
            let key = copenssl_rsa_key(text, Int32(clamping: text.count), mostBits)
        else { return nil }
        defer { EVP_PKEY_free(key) }
        var size = Int(mostBits) / 8
        var result = [UInt8](repeating: 0, count: size)
        guard copenssl_encrypt(key, bytes, bytes.count, &result, &size) else { return nil }
        return Array(result.prefix(size))
    }
}
