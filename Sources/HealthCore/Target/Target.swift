/// Where a target is: a host and port to resolve and dial, or a socket in the file system.
package enum Endpoint: Sendable, Equatable, CustomStringConvertible {
    case network(host: String, port: UInt16)
    case unixSocket(path: String)

    /// `db:5432`, `[::1]:5432` or the path.
    package var description: String {
        switch self {
        case .network(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket(let path): path
        }
    }
}

/// Something to wait for, with all that is needed to ask it.
package struct Target: Sendable, Equatable {
    /// The word for it in every output; unique among the targets of a run.
    package var name: String
    package var endpoint: Endpoint
    package var service: Service
    package var settings: TargetSettings
    /// Whether the kind was inferred from a well-known port.
    package var isInferred: Bool
    /// Whether its password was an argument, where `ps` and `docker inspect` show it.
    package var hasPasswordInArguments = false
    /// What `-v` says about how the target was read.
    package var notes: [String]

    /// What answers there, and how deep the question goes.
    package enum Service: Sendable, Equatable {
        case postgres(PostgresService)
        case redis(RedisService)
        case connect
    }

    /// The kind as a person calls it.
    package var title: String {
        switch (service, endpoint) {
        case (.postgres, _): "PostgreSQL"
        case (.redis, _): "Redis"
        case (.connect, .network): "TCP"
        case (.connect, .unixSocket): "Unix socket"
        }
    }

    /// The word for the kind in reports.
    package var kind: String {
        switch (service, endpoint) {
        case (.postgres, _): "postgres"
        case (.redis, _): "redis"
        case (.connect, .network): "tcp"
        case (.connect, .unixSocket): "unix"
        }
    }
}

/// What a target overrides of the settings of the whole run.
package struct TargetSettings: Sendable, Equatable {
    /// How long one attempt may take.
    package var timeout: Duration?
    /// The fixed pause between attempts.
    package var interval: Duration?
    /// What only an agent's health rules know, see `HealthPolicy`.
    package var retries: Int?
    package var startPeriod: Duration?
    package var startInterval: Duration?
    package var initialDelay: Duration?
    package var jitter: Double?
    /// Good answers in a row that are asked for.
    package var successThreshold: Int?
    /// How long the good answers must have lasted.
    package var stable: Duration?
    package var isOptional = false
    /// Reasons that count as success, besides those of the whole run.
    package var accepted: [Reason] = []
    package var use = Use.readiness

    package init() {}

    /// Every reason that counts as success for this target.
    package var allAccepted: [Reason] { accepted + use.accepted }
}

/// What the answer is for (`for`).
package enum Use: String, Sendable {
    case readiness
    /// Whatever the server itself says is a sign of life.
    case liveness

    /// The reasons that count as success for this use.
    package var accepted: [Reason] {
        switch self {
        case .readiness: []
        case .liveness: Reason.allCases.filter(\.isSpokenByServer)
        }
    }
}

/// How deep a PostgreSQL probe looks.
package enum PostgresLevel: String, Sendable, CaseIterable {
    case ping, query, writable
}

/// How to ask a PostgreSQL server.
package struct PostgresService: Sendable, Equatable {
    package var user: String
    package var userOrigin: Origin
    package var database: String
    package var databaseOrigin: Origin
    package var password = PasswordSource.none
    package var level = PostgresLevel.ping
    /// Whether somebody chose the level, so that a password does not choose it.
    package var isLevelChosen = false
    /// The query of the levels `query` and `writable`.
    package var query = Secret("SELECT 1".utf8)
    /// The address to dial instead of the host's own (libpq's `hostaddr`).
    package var hostAddress: String?
    /// libpq's other parameters, as given.
    package var parameters: [Parameter] = []

    /// One of libpq's parameters, as given.
    package struct Parameter: Sendable, Equatable {
        package var key: String
        package var value: Secret
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

/// How to ask a Redis or Valkey server.
package struct RedisService: Sendable, Equatable {
    package var user: String?
    package var password = PasswordSource.none
    /// Whether the password came from the surroundings: then "no password configured" is ignored.
    package var passwordIsAmbient = false
    package var database = 0
}

/// Where the password of a target is; files are read anew for every connection.
package enum PasswordSource: Sendable, Equatable {
    case none
    case given(Secret)
    case file(path: String)
    case passFile(path: String)
}
