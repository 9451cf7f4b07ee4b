internal import COpenSSL

/// OpenSSL, set up once and without a configuration file: a file in the image could load engines, providers and
/// settings that nobody asked this program to use.
package enum OpenSSL {
    private static let isReady: Bool =
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil) == 1

    /// Sets OpenSSL up; must be called before any other code uses the library, libpq included.
    package static func prepare() {
        precondition(isReady, "OpenSSL could not be initialised")
    }

    /// `OpenSSL 3.0.22 …`
    package static var version: String {
        String(cString: OpenSSL_version(OPENSSL_VERSION))
    }
}
