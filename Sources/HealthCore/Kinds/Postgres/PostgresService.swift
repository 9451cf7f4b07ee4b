/// The replication role of a PostgreSQL server.
package enum PostgresRole: String, Sendable {
    case primary, standby
}

/// The settings of a PostgreSQL probe.
package struct PostgresService: Sendable, Equatable {
    package var user: String
    package var userOrigin: Origin
    package var database: String
    package var databaseOrigin: Origin
    /// libpq's list of hosts, tried in this order; at least one.
    package var places: [Place]
    package var password = PasswordSource.none
    /// Whether an empty password was written, as in `app:@db`: nobody's password, but somebody's login.
    package var hasEmptyPassword = false
    /// The named password file that has no line for the target: nobody's password, too, but somebody's login.
    package var uselessPassFile: String?
    /// The explicit level; nil for the default.
    package var chosenLevel: SQLLevel?
    /// The query of the levels `query` and `writable`; nil for `SELECT 1`.
    package var query: Secret?
    /// The expected first value of the first row.
    package var expectedValue: Secret?
    package var role: PostgresRole?
    /// The maximum replication lag of a standby.
    package var maximumLag: Duration?
    /// libpq's other parameters, as given.
    package var parameters: [Parameter] = []

    /// One host of the list.
    package struct Place: Sendable, Equatable {
        /// A name or an address; or the directory of a socket, which begins with `/`, or with `@` for an abstract
        /// socket.
        package let host: String
        package let port: UInt16
        /// The address to dial instead of the host's own (libpq's `hostaddr`).
        package let address: String?

        /// Whether its host is the directory of a socket.
        package var isSocket: Bool { host.hasPrefix("/") || host.hasPrefix("@") }

        package var endpoint: Endpoint {
            isSocket
                ? .unixSocket(path: "\(host)/\(Self.socketPrefix)\(port)") : .network(host: host, port: port)
        }

        /// The name of a server's socket file without its port.
        static var socketPrefix: String { ".s.PGSQL." }

        /// The endpoint to dial.
        package var dialled: Endpoint { address.map { .network(host: $0, port: port) } ?? endpoint }
    }

    /// One of libpq's parameters, as given.
    package struct Parameter: Sendable, Equatable {
        package var key: String
        package var value: Secret

        package init(key: String, value: Secret) {
            self.key = key
            self.value = value
        }
    }

    /// The level in force. The default is `query` with a password, because the app must be able to log in, and for
    /// settings that need a login.
    package var level: SQLLevel {
        if let chosenLevel { return chosenLevel }
        let logsIn = password != .none || hasEmptyPassword || uselessPassFile != nil || needsLogin != nil
        return logsIn ? .query : .ping
    }

    /// The key of the first setting that needs a login; nil without one.
    package var needsLogin: String? {
        if query != nil { return "query" }
        if expectedValue != nil { return "expect_value" }
        if role != nil { return "role" }
        if maximumLag != nil { return "max_lag" }
        return sessionAttributes == "any" ? nil : "target_session_attrs"
    }

    /// libpq's `target_session_attrs`.
    package var sessionAttributes: String {
        let given = parameters.last { $0.key == "target_session_attrs" && !$0.value.isEmpty }
        return given?.value.reveal { String(decoding: $0, as: UTF8.self) } ?? "any"
    }

    /// The source of a user or database name. With a name that is `ours`, an error about it is no failure of `ping`.
    package enum Origin: Sendable {
        /// The target itself, or `--set`.
        case target
        /// PGUSER, PGDATABASE.
        case libpqVariable
        /// POSTGRES_USER, POSTGRES_DB: the variables of the official image.
        case imageVariable
        /// Our default.
        case ours
    }
}
