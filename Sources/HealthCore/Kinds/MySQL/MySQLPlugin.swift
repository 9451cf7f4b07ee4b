/// The ways to log in that are spoken here. Another one is refused by its name.
package enum MySQLPlugin: String, Sendable {
    case native = "mysql_native_password"
    case cachingSHA2 = "caching_sha2_password"
    /// The password as it is.
    case clear = "mysql_clear_password"
}

/// Who may listen to what is sent.
package enum MySQLChannel: Sendable {
    case socket
    /// TLS with a certificate that was verified, or with any.
    case verifiedTLS, anyTLS
    case plain

    /// Whether nobody on the way reads it.
    package var isPrivate: Bool { self != .plain }
    /// Whether the peer has proved who it is.
    package var isProven: Bool { self == .socket || self == .verifiedTLS }
}

/// The failures of a login that was given up before the password was sent. The server gets an empty answer instead, so
/// that the handshake is a whole one: servers count the others, and block a host that makes too many.
package enum MySQLRefusal {
    /// The failure of a way to log in that is not gone.
    package static func failure(of plugin: String) -> Failure {
        if plugin == MySQLPlugin.clear.rawValue {
            return Failure(
                .auth, "\(plugin) sends the password as it is: and the server has not proved who it is"
            )
            .advising(.clearPassword)
        }
        let name = PrintableText.line(plugin, atMost: 60)
        return Failure(.auth, "the server asks for the plugin \(name), which is not spoken here").advising(
            .plugin)
    }

    /// The failure of `caching_sha2_password` where the server does not have the password in its cache.
    package static let needsTLS = Failure(
        .auth, "caching_sha2_password needs TLS for this login, or the server's key"
    )
    .advising(.passwordWantsTLS)

    /// The failure of a key for the password that is none.
    package static let noKey = Failure(.protocol, "what the server sends as its RSA key is none")
}
