/// A protocol whose server speaks first.
package enum Greeter: String, Sendable, CaseIterable {
    case smtp, imap, pop3, ftp

    /// The protocol in text for people.
    package var title: String { rawValue.uppercased() }

    /// The port, and the one over TLS (RFC 8314 §7, RFC 4217 §14).
    package var ports: (plain: UInt16, encrypted: UInt16) {
        switch self {
        case .smtp: (25, 465)
        case .imap: (143, 993)
        case .pop3: (110, 995)
        case .ftp: (21, 990)
        }
    }

    /// The command that ends a session; a server that gets none complains of a lost connection.
    package var farewell: [UInt8] { Array((self == .imap ? "a LOGOUT\r\n" : "QUIT\r\n").utf8) }
}
