/// How deep a PostgreSQL probe looks.
package enum PostgresLevel: String, Sendable, CaseIterable {
    case ping, query, writable
}

/// What a PostgreSQL server is to the others.
package enum PostgresRole: String, Sendable {
    case primary, standby
}

/// How to ask a PostgreSQL server.
package struct PostgresService: Sendable, Equatable {
    package var user: String
    package var userOrigin: Origin
    package var database: String
    package var databaseOrigin: Origin
    /// Where to look, in this order: libpq's list of hosts, at least one.
    package var places: [Place]
    package var password = PasswordSource.none
    /// Whether an empty password was written, as in `app:@db`: nobody's password, but somebody's login.
    package var hasEmptyPassword = false
    /// The level that somebody chose.
    package var chosenLevel: PostgresLevel?
    /// The query of the levels `query` and `writable`; nil for `SELECT 1`.
    package var query: Secret?
    /// What the first value of its first row must be.
    package var expectedValue: Secret?
    package var role: PostgresRole?
    /// How far a standby may be behind.
    package var maximumLag: Duration?
    /// libpq's other parameters, as given.
    package var parameters: [Parameter] = []

    /// One of several hosts.
    package struct Place: Sendable, Equatable {
        /// A name or an address; or the directory of a socket, which begins with `/`, or with `@` where it is in no
        /// file system.
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

        /// A server's socket file is called this and its port.
        static var socketPrefix: String { ".s.PGSQL." }

        /// What is dialled.
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

    /// Who gives a password wants to know whether the app can log in, not whether a port speaks; and some
    /// questions need a login.
    package var level: PostgresLevel {
        chosenLevel ?? (password != .none || hasEmptyPassword || needsLogin != nil ? .query : .ping)
    }

    /// What can only be answered to somebody who has logged in, by the key that asks for it.
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

    /// Who named a user or a database. Only an error about what is `ours` is no failure of `ping`.
    package enum Origin: Sendable {
        /// The target itself, or `--set`.
        case target
        /// PGUSER, PGDATABASE.
        case libpqVariable
        /// POSTGRES_USER, POSTGRES_DB: the variables of the official image.
        case imageVariable
        /// Nobody.
        case ours
    }
}
