extension PostgresService: SQLService {
    package static let word = "postgres"
    package static let title = "PostgreSQL"
    package static let wellKnownPort: UInt16? = 5432

    package static var hasOpaqueForm: Bool { true }
    package static var forms: [TargetForm] {
        let uri: TargetForm.Reader = { text, context throws(TargetError) in
            try PostgresTarget(uri: text, context).reading
        }
        return [
            TargetForm(
                "postgres", of: Self.self, like: "postgres://USER:PASSWORD@db/app",
                aliases: [
                    "psql", "pgsql", "pgx", "pgx4", "pgx5", "ecto", "postgis", "timescale", "timescaledb",
                    "timescalegis", "cockroach", "cockroachdb", "redshift", "asyncpg", "pdo-pgsql",
                    "pdo_pgsql", "crdb", "crdb-postgres", "yugabyte", "yugabytedb", "edb", "psycopg2",
                    "psycopg3", "postgresext", "postgresqlext", "awspostgres",
                ], read: uri),
            TargetForm(
                "postgresql", of: Self.self, like: "postgresql:///app?host=/run/postgresql", read: uri),
            // PDO writes `pgsql:host=db;dbname=app`; both words are schemes of URIs as well.
            TargetForm(
                "pg", of: Self.self, like: "pg:host=db user=app", aliases: ["pgsql"], isOpaque: true
            ) { text, context throws(TargetError) in
                if text.starts(with: "//".utf8) { return try uri(text, context) }
                // In libpq's pairs a semicolon is a part of a value, which a password may be.
                if !text.contains(where: ASCII.isSpace), let pairs = NpgsqlText.pairs(text),
                    pairs.first?.key != "password"
                {
                    return try PostgresTarget(npgsql: pairs, context).reading
                }
                return try PostgresTarget(conninfo: text, context).reading
            },
        ]
    }

    package static func bare(_ endpoint: Endpoint, _ context: ReadingContext) -> PostgresService? {
        guard case .network(let host, let port) = endpoint else { return nil }
        return PostgresTarget(host: host, port: port, context).service
    }

    package static func isPairs(_ text: ArraySlice<UInt8>) -> Bool {
        NpgsqlText.pairs(text).map { !ConnectorNetText.isMeant($0) } ?? false
            || PostgresTarget.isConninfo(text)
    }

    package static func read(pairs text: ArraySlice<UInt8>, _ context: ReadingContext) throws(TargetError)
        -> Reading?
    {
        if let pairs = NpgsqlText.pairs(text) {
            guard !ConnectorNetText.isMeant(pairs) else { return nil }
            try ConnectorNetText.requireTold(pairs, in: text)
            return try PostgresTarget(npgsql: pairs, context).reading
        }
        return PostgresTarget.isConninfo(text) ? try PostgresTarget(conninfo: text, context).reading : nil
    }

    package static func prefix(of text: String, for word: String) -> String {
        text.mentions("://") ? "" : text.mentions("=") ? "pg:" : "postgres://"
    }

    package var namePath: String { "/\(database)" }

    package var namesUser: Bool { userOrigin == .target }

    package var hasWrittenSecret: Bool { parameters.contains { $0.key == "sslpassword" } }

    package static var secrets: SecretPlaces { SecretPlaces(better: ["password_file", "PGPASSFILE"]) }

    package var passwordSource: PasswordSource? {
        get { password }
        set { if let newValue { password = newValue } }
    }

    package var reasons: [Reason] {
        let hasRole = role != nil || sessionAttributes != "any"
        return [
            .tls, .protocol, .starting, .shuttingDown, .recovering, .tooManyConnections, .auth, .noDatabase,
            .denied, .busy, .readOnly, .config, .error,
        ] + (hasRole ? [.role] : []) + (maximumLag != nil ? [.lag, .linkDown] : [])
            + (expectedValue != nil ? [.bodyMismatch] : [])
    }

    /// The address's parts in libpq's terms: lists of hosts, ports (one, if all are equal) and `hostaddr`.
    package func address(at endpoint: Endpoint) -> [(key: String, value: String)] {
        var fields = endpoint.parts
        if places.count > 1 {
            let ports = places.filter { !$0.isSocket }.map { "\($0.port)" }
            let isOne = ports.count == places.count && Set(ports).count == 1
            fields = [("host", places.map(\.endpoint.host).joined(separator: ","))]
            if !ports.isEmpty { fields.append(("port", isOne ? ports[0] : ports.joined(separator: ","))) }
        }
        if places.contains(where: { $0.address != nil }) {
            fields.append(("hostaddr", places.map { $0.address ?? "" }.joined(separator: ",")))
        }
        fields += [("user", user), ("database", database)]
        for key in ["sslmode", "target_session_attrs"] {
            guard let given = parameters.last(where: { $0.key == key }) else { continue }
            fields.append((key, given.value.reveal { String(decoding: $0, as: UTF8.self) }))
        }
        return fields
    }

    package var seesCertificate: Bool { true }
    package var adviceOnTLS: String { "libpq's own, in the URI: sslmode, sslrootcert, sslcert, sslkey" }

    package var shown: [(key: String, value: String)] {
        [("level", level.rawValue)] + (role.map { [("role", $0.rawValue)] } ?? [])
    }

    /// Takes PGPASSWORD if the user is named explicitly, or else a libpq password file with a line for the target.
    package mutating func takeAmbientPassword(_ context: ReadingContext, isOnly: Bool) {
        var path: String?
        var isNamed = false
        switch password {
        case .given, .file, .variable: return
        case .passFile(let named):
            // A target with a password file asks for a login, and its probe says why libpq ignores the file.
            if context.ignoresPassFile(named) { return }
            (path, isNamed) = (named, true)
        case .none:
            let userIsNamed = userOrigin == .target || userOrigin == .libpqVariable
            if userIsNamed, let value = context.meaningful("PGPASSWORD") {
                password = .given(Secret(value.utf8))
                return
            }
            path =
                context.meaningful("PGPASSFILE")
                ?? context.meaningful("HOME").map { $0 + "/.pgpass" }
        }
        password = .none
        guard let path, let contents = context.passFile(path),
            PassFile.hasLine(contents, for: self)
        else {
            if isNamed { uselessPassFile = path }
            return
        }
        password = .passFile(path: path)
    }

    /// A warning about a password file: of the target's own, if there is nothing in it for the target; of PGPASSFILE, if
    /// there is and libpq ignores the file for its mode.
    package func warnings(_ context: ReadingContext) -> [String] {
        if let path = uselessPassFile {
            let shown = PrintableText.line(path)
            return [
                context.passFile(path) == nil
                    ? "its password file \(shown) cannot be read: \(context.whyUnreadable(path))"
                    : "its password file \(shown) has no line for it"
            ]
        }
        guard password == .none, let path = context.meaningful("PGPASSFILE"), context.ignoresPassFile(path),
            let contents = context.secretFile(path), PassFile.hasLine(contents, for: self)
        else { return [] }
        return [
            "the password file \(PrintableText.line(path)) of PGPASSFILE is not used, as by libpq, because group or"
                + " others have access to it: chmod 600"
        ]
    }

    package func conflict(_ context: ReadingContext) -> SettingConflict? {
        if let conflict = LibPQParameters.conflict(besides: parameters, context) { return conflict }
        guard chosenLevel == .ping, let key = needsLogin else { return nil }
        return (key: key, message: "level ping does not log in, and cannot tell")
    }
}

extension PostgresTarget {
    var reading: Reading {
        Reading(
            endpoint: service.places[0].endpoint, service: service, notes: notes, warnings: warnings)
    }
}
