/// How much TLS a connection has to MySQL or MariaDB; the weakest first.
package enum MySQLTLSMode: String, Sendable, CaseIterable {
    case disabled = "DISABLED"
    /// Encrypted where the server offers it, by whatever certificate.
    case preferred = "PREFERRED"
    case required = "REQUIRED"
    /// The certificate is verified, and not its name.
    case verifyCA = "VERIFY_CA"
    case verifyIdentity = "VERIFY_IDENTITY"

    /// The modes, as the end of a sentence.
    static let words = "DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY"

    /// Reads a mode by the words of MySQL, and of drivers that have others, in whatever letters.
    package init?(word: String) {
        switch String(word.lowercased().filter { !"_- ".contains($0) }) {
        case "disabled", "disable", "none": self = .disabled
        case "preferred", "prefer": self = .preferred
        case "required", "require", "trust", "skipverify": self = .required
        case "verifyca": self = .verifyCA
        case "verifyidentity", "verifyfull": self = .verifyIdentity
        default: return nil
        }
    }

    /// Whether a connection without TLS will not do.
    package var isRequired: Bool { self != .disabled && self != .preferred }
    /// Whether the certificate is verified.
    package var verifies: Bool { self == .verifyCA || self == .verifyIdentity }

    /// The stronger of two modes: nothing that somebody wrote is weakened.
    static func stronger(_ one: MySQLTLSMode?, _ other: MySQLTLSMode) -> MySQLTLSMode {
        allCases.last { $0 == one || $0 == other } ?? other
    }
}
