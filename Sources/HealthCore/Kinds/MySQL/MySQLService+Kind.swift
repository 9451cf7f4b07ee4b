extension MySQLService: SQLService {
    package static let word = "mysql"
    package static let title = "MySQL"
    package static let wellKnownPort: UInt16? = 3306

    package static var hasOpaqueForm: Bool { true }
    package static var forms: [TargetForm] {
        let uri: TargetForm.Reader = { text, context throws(TargetError) in
            try MySQLTarget(uri: text, isSocket: false, context).reading
        }
        return [
            TargetForm(
                "mysql", of: Self.self, like: "mysql://USER:PASSWORD@db/app",
                aliases: [
                    "mariadb", "mysql2", "mysqli", "mysqldb", "pymysql", "pdo-mysql", "pdo_mysql", "trilogy",
                    "percona", "tidb", "aurora-mysql",
                ], read: uri),
            TargetForm(
                "mysql+unix", of: Self.self, like: "mysql+unix:///run/mysqld/mysqld.sock?db=app",
                aliases: ["mariadb+unix", "mysql+socket", "mariadb+socket", "unix+mysql"]
            ) { text, context throws(TargetError) in
                try MySQLTarget(uri: text, isSocket: true, context).reading
            },
            // PDO writes `mysql:host=db;dbname=app`.
            TargetForm(
                "mariadb", of: Self.self, like: "mariadb:host=db;dbname=app", aliases: ["mysql"],
                isOpaque: true
            ) { text, context throws(TargetError) in
                if text.starts(with: "//".utf8) { return try uri(text, context) }
                return try MySQLTarget(pdo: text, context).reading
            },
        ]
    }

    package static func bare(_ endpoint: Endpoint, _ context: ReadingContext) -> MySQLService? {
        MySQLTarget(at: endpoint, context).service
    }

    package static func isPairs(_ text: ArraySlice<UInt8>) -> Bool { ConnectorNetText.pairs(text) != nil }

    package static func read(pairs text: ArraySlice<UInt8>, _ context: ReadingContext) throws(TargetError)
        -> Reading?
    {
        guard let pairs = ConnectorNetText.pairs(text) else { return nil }
        return try MySQLTarget(pairs, at: text.startIndex, context).reading
    }

    package static func prefix(of text: String, for word: String) -> String {
        if GoAddress(Array(text.utf8)[...]) != nil, !text.mentions("://") { return "" }
        return text.mentions("://") ? "" : text.mentions("=") ? "mariadb:" : "mysql://"
    }

    package var namePath: String { database.map { "/\($0)" } ?? "" }

    package var namesUser: Bool { userOrigin == .target }

    package static var secrets: SecretPlaces { SecretPlaces(better: ["password_file", "MYSQL_PWD"]) }

    package var passwordSource: PasswordSource? {
        get { password }
        set { if let newValue { password = newValue } }
    }

    package var reasons: [Reason] {
        [
            .tls, .protocol, .starting, .shuttingDown, .tooManyConnections, .auth, .noDatabase, .denied,
            .busy, .readOnly, .config, .error,
        ] + (role != nil ? [.role] : []) + (maximumLag != nil ? [.lag, .linkDown] : [])
            + (expectedValue != nil ? [.bodyMismatch] : [])
    }

    package func address(at endpoint: Endpoint) -> [(key: String, value: String)] {
        var fields = endpoint.parts
        if !alternatives.isEmpty {
            let hosts = ([endpoint] + alternatives).map(\.description)
            fields = [("hosts", hosts.joined(separator: ","))]
        }
        fields.append(("user", user))
        if let database { fields.append(("database", database)) }
        return fields
    }

    package var seesCertificate: Bool { mode != .disabled }
    package var adviceOnTLS: String {
        "ssl_mode says how much of it: REQUIRED takes any certificate, VERIFY_IDENTITY one of this name"
    }

    package var shown: [(key: String, value: String)] {
        [("level", level.rawValue), ("ssl_mode", mode.rawValue)]
            + (role.map { [("role", $0.rawValue)] } ?? [])
    }

    /// Takes MYSQL_PWD if the target names a user, as mysql's clients do.
    package mutating func takeAmbientPassword(_ context: ReadingContext, isOnly: Bool) {
        guard password == .none, !hasEmptyPassword, userOrigin == .target,
            let value = context.meaningful("MYSQL_PWD")
        else { return }
        password = .given(Secret(value.utf8))
    }

    package func conflict(_ context: ReadingContext) -> SettingConflict? {
        if chosenLevel == .ping, let key = needsLogin {
            return (key: key, message: "level ping asks nothing after the login, and cannot tell")
        }
        let isNamed = !tls.files.isEmpty || tls.serverName != nil
        if mode == .disabled, isNamed {
            return (key: "ssl_mode", message: "DISABLED has no use for certificates and their names")
        }
        if tls.serverName != nil, mode != .verifyIdentity {
            return (key: "server_name", message: "only ssl_mode VERIFY_IDENTITY looks at the name")
        }
        if let publicKeyFile, context.secretFile(publicKeyFile) == nil {
            return (key: "server_public_key_file", message: Target.unreadable(publicKeyFile, context))
        }
        return tls.conflict(context)
    }
}

extension MySQLTarget {
    var reading: Reading { Reading(endpoint: endpoint, service: service, warnings: warnings) }
}
