/// The replication role of a MySQL or MariaDB server.
package enum MySQLRole: String, Sendable {
    case primary, replica
}

/// The settings of a probe of MySQL or MariaDB.
package struct MySQLService: Sendable, Equatable {
    package var user: String
    package var userOrigin: Origin
    /// The database to enter; nil for none.
    package var database: String?
    package var databaseOrigin = Origin.ours
    package var password = PasswordSource.none
    /// Whether an empty password was written, as in `app:@db`: nobody's password, but somebody's login.
    package var hasEmptyPassword = false
    /// The explicit level; nil for the default.
    package var chosenLevel: SQLLevel?
    package var query: Secret?
    package var expectedValue: Secret?
    package var role: MySQLRole?
    package var maximumLag: Duration?
    /// The explicit mode of TLS; nil for the default.
    package var chosenMode: MySQLTLSMode?
    /// The certificates of TLS, and the name to verify.
    package var tls = TLSSettings()
    /// The server's RSA key, for a password without TLS.
    package var publicKeyFile: String?
    /// Whether the server may say its RSA key itself, which a man in the middle could as well.
    package var asksPublicKey = false
    /// Where to look when nobody answers at the endpoint, in this order.
    package var alternatives: [Endpoint] = []

    package init(user: String, userOrigin: Origin) {
        (self.user, self.userOrigin) = (user, userOrigin)
    }

    /// The source of a name of a user or a database.
    package enum Origin: Sendable {
        /// The target itself, or `--set`.
        case target
        /// MYSQL_USER, MARIADB_DATABASE and so on: the variables of the images.
        case imageVariable
        /// Our default.
        case ours
    }

    /// The mode of TLS in force. Who names the authority wants the certificate verified, whatever mode stands beside it;
    /// who names the server wants its name verified, if nobody says otherwise.
    package var mode: MySQLTLSMode {
        if chosenMode == .disabled { return .disabled }
        if chosenMode == nil, tls.serverName != nil { return .verifyIdentity }
        return tls.authorityFile == nil
            ? chosenMode ?? .preferred : MySQLTLSMode.stronger(chosenMode, .verifyCA)
    }

    /// Whether a server that is let through has proved who it is: a public authority signs for everybody.
    package var provesServer: Bool {
        mode == .verifyIdentity || (mode == .verifyCA && tls.authorityFile != nil)
    }

    /// The level in force. The default is `query` with a password, because the app must be able to log in, and for
    /// settings that need a login.
    package var level: SQLLevel {
        if let chosenLevel { return chosenLevel }
        return password != .none || hasEmptyPassword || needsLogin != nil ? .query : .ping
    }

    /// The key of the first setting that needs a login; nil without one.
    package var needsLogin: String? {
        if query != nil { return "query" }
        if expectedValue != nil { return "expect_value" }
        if role != nil { return "role" }
        return maximumLag == nil ? nil : "max_lag"
    }

    /// Whether a ping's login was refused only for a user or a database that nobody named: such a server accepts
    /// connections. Who gives a password has named somebody.
    package func forgives(_ refusal: Failure) -> Bool {
        guard level == .ping, password == .none, !hasEmptyPassword,
            let number = refusal.code.flatMap({ UInt16($0, radix: 10) })
        else { return false }
        return switch MySQLError.subject(of: number) {
        case .user: userOrigin != .target
        case .database: database != nil && databaseOrigin != .target
        case nil: false
        }
    }
}
