/// libpq's parameters: those passed to libpq, those read by us, and those dropped.
package enum LibPQParameters {
    /// Parameters passed to libpq unchanged.
    private static let passed: Set<String> = [
        "client_encoding", "options", "application_name", "fallback_application_name", "keepalives",
        "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout", "sslmode",
        "sslcompression", "sslcert", "sslkey", "sslpassword", "sslrootcert", "sslcrl", "sslcrldir", "sslsni",
        "requirepeer", "ssl_min_protocol_version", "ssl_max_protocol_version", "gssencmode", "krbsrvname",
        "gsslib", "replication", "target_session_attrs", "channel_binding",
    ]

    /// Parameters read by us: host, user, database and password.
    private static let ours: Set<String> = [
        "host", "hostaddr", "port", "user", "dbname", "password", "passfile", "service", "connect_timeout",
    ]

    /// Parameters newer than libpq 15: their version, and the values that do not matter to a probe (nil: all).
    private static let newer: [String: (since: Int, idle: [String]?)] = [
        "load_balance_hosts": (16, nil), "gssdelegation": (16, nil), "sslcertmode": (16, ["allow"]),
        "require_auth": (16, []), "sslnegotiation": (17, ["postgres"]),
        "min_protocol_version": (18, ["3.0"]), "max_protocol_version": (18, nil),
        "scram_client_key": (18, []), "scram_server_key": (18, []), "sslkeylogfile": (18, nil),
        "servicefile": (19, []), "oauth_issuer": (18, []), "oauth_client_id": (18, []),
        "oauth_client_secret": (18, []), "oauth_scope": (18, []),
    ]

    /// The parameters that a libpq of this version takes.
    package static func known(to version: Int) -> Set<String> {
        passed.union(ours).union(newer.filter { version / 10_000 >= $0.value.since }.keys)
    }

    /// `15.20` for 150020.
    package static func describe(version: Int) -> String { "\(version / 10_000).\(version % 10_000)" }

    /// The handling of a parameter.
    enum Handling {
        /// The parameter is read by us.
        case ours
        /// libpq knows the key, and it means nothing to a probe.
        case idle(note: String)
        /// No libpq knows the key.
        case dropped
        case passed(key: String, value: [UInt8])
        case refused(advice: String)
    }

    /// What becomes of a parameter with a libpq of this version.
    static func handling(of key: String, _ value: [UInt8], by version: Int) -> Handling {
        let text = String(decoding: value, as: UTF8.self)
        if ours.contains(key) { return .ours }
        switch (key, text) {
        case ("requiressl", _):
            let mode = text.hasPrefix("1") ? "require" : "prefer"
            return .passed(key: "sslmode", value: Array(mode.utf8))
        case ("gssencmode", "require"):
            return .refused(advice: "gssencmode=require: this program has no Kerberos")
        default: break
        }
        if known(to: version).contains(key) { return .passed(key: key, value: value) }
        guard let (since, idle) = newer[key] else { return unknown(key) }
        if value.isEmpty || idle?.contains(text) ?? true {
            return .idle(note: "\(key) means nothing to a probe: dropped")
        }
        // An older libpq sends no certificate if there is no file.
        if key == "sslcertmode", text == "disable" {
            return .passed(key: "sslcert", value: Array(noFile.utf8))
        }
        return .refused(
            advice: "\(key) needs libpq \(since); this program has \(describe(version: version))")
    }

    /// An unknown key is a mistake where it was meant for libpq, for waitfor, or for the safety of the connection.
    private static func unknown(_ key: String) -> Handling {
        if let meant = NearestWord.of(key, among: known(to: .max).sorted()) {
            return .refused(advice: "libpq knows no `\(DroppedKeys.shown(key))`; did you mean `\(meant)`?")
        }
        if (PostgresService.settings + Setting.passwords).contains(where: { $0.key == key }) {
            return .refused(advice: "`\(key)` is a setting of waitfor's own: --set NAME.\(key)=VALUE")
        }
        return DriverParameters.isProtected(key)
            ? .refused(
                advice:
                    "`\(DroppedKeys.shown(key))` is not known, and cannot be dropped: it may say whom to trust"
            )
            : .dropped
    }

    /// The TLS files, their variables and their default names. Without explicit paths libpq would look up the home
    /// directory in the password database.
    private static let files = [
        ("sslcert", "PGSSLCERT", "postgresql.crt"), ("sslkey", "PGSSLKEY", "postgresql.key"),
        ("sslrootcert", "PGSSLROOTCERT", "root.crt"), ("sslcrl", "PGSSLCRL", "root.crl"),
    ]

    /// A path that cannot exist, so that libpq goes on without the file.
    package static let noFile = "/dev/null/none"

    /// The parameters for the TLS files that were not given.
    static func defaultFiles(
        besides given: [PostgresService.Parameter], _ context: ReadingContext
    ) -> [PostgresService.Parameter] {
        files.filter { file in !given.contains { $0.key == file.0 } }.map { key, variable, name in
            let home = context.meaningful("HOME").map { "\($0)/.postgresql/\(name)" }
            let value = context.meaningful(variable) ?? home ?? noFile
            return PostgresService.Parameter(key: key, value: Secret(value.utf8))
        }
    }

    /// Values that libpq would refuse with a text of its own making.
    private static let choices: [String: [String]] = [
        "sslmode": DriverParameters.modes,
        "gssencmode": ["disable", "prefer", "require"],
        "channel_binding": ["disable", "prefer", "require"],
        "load_balance_hosts": ["disable", "random"],
        "sslcertmode": ["disable", "allow", "require"],
        "sslnegotiation": ["postgres", "direct"],
        "min_protocol_version": ["3.0", "3.2", "latest"],
        "max_protocol_version": ["3.0", "3.2", "latest"],
        "target_session_attrs": [
            "any", "read-write", "read-only", "primary", "standby", "prefer-standby",
        ],
        "ssl_min_protocol_version": ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"],
        "ssl_max_protocol_version": ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"],
    ]

    private static let numbers: Set<String> = [
        "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
        "connect_timeout", "sslcompression", "sslsni",
    ]

    /// Refuses a value that libpq would refuse, naming the key and never the value.
    static func check(_ key: String, _ value: [UInt8], at index: Int) throws(TargetError) {
        guard !value.isEmpty else { return }
        let text = String(decoding: value, as: UTF8.self)
        if let allowed = choices[key], !allowed.contains(text) {
            throw TargetError(.parameter, at: index, "\(key) is one of \(allowed.joined(separator: ", "))")
        }
        if numbers.contains(key), Int32(text, radix: 10) == nil {
            throw TargetError(.parameter, at: index, "\(key) is a whole number")
        }
    }

    /// libpq's variables for the parameters whose values it would refuse.
    private static let variables = [
        ("PGSSLMODE", "sslmode"), ("PGCHANNELBINDING", "channel_binding"),
        ("PGTARGETSESSIONATTRS", "target_session_attrs"), ("PGSSLNEGOTIATION", "sslnegotiation"),
        ("PGSSLCERTMODE", "sslcertmode"), ("PGLOADBALANCEHOSTS", "load_balance_hosts"),
        ("PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version"),
        ("PGSSLMAXPROTOCOLVERSION", "ssl_max_protocol_version"),
        ("PGMINPROTOCOLVERSION", "min_protocol_version"), ("PGMAXPROTOCOLVERSION", "max_protocol_version"),
    ]

    /// The first variable whose value the linked libpq would refuse, in a message without the variable's name. libpq
    /// ignores the variable of a parameter that the target gives.
    static func conflict(
        besides given: [PostgresService.Parameter], _ context: ReadingContext
    ) -> SettingConflict? {
        for (variable, key) in variables {
            guard let value = context.variable(variable), !given.contains(where: { $0.key == key }),
                known(to: context.libPQVersion).contains(key), let allowed = choices[key],
                !allowed.contains(value)
            else { continue }
            let shown = value.isEmpty ? "empty" : "`\(PrintableText.word(value.utf8))`"
            return (
                key: key,
                message:
                    "the variable \(variable) is \(shown), and not one of \(allowed.joined(separator: ", "))"
            )
        }
        return nil
    }
}
