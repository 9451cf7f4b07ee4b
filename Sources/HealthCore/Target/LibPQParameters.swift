/// What libpq's parameters mean to us: which there are, which are ours to decide, which are dropped.
package enum LibPQParameters {
    /// Handed to libpq as they are.
    package static let passed: Set<String> = [
        "client_encoding", "options", "application_name", "fallback_application_name", "keepalives",
        "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout", "sslmode",
        "sslcompression", "sslcert", "sslkey", "sslpassword", "sslrootcert", "sslcrl", "sslcrldir", "sslsni",
        "requirepeer", "ssl_min_protocol_version", "ssl_max_protocol_version", "gssencmode", "krbsrvname",
        "gsslib", "replication", "target_session_attrs", "channel_binding",
    ]

    /// Read by us: they say where, who and with which password.
    package static let ours: Set<String> = [
        "host", "hostaddr", "port", "user", "dbname", "password", "passfile", "service", "connect_timeout",
    ]

    /// Keys that well-known ORMs put into the same variable, and libpq would refuse.
    static let dropped: Set<String> = [
        "schema", "pgbouncer", "connection_limit", "pool_timeout", "pool_size", "statement_cache_size",
    ]

    /// The TLS files, where they are by default and the variables that move them. libpq would ask
    /// the password database for the home directory; passing all of them keeps it from doing so.
    private static let files = [
        ("sslcert", "PGSSLCERT", "postgresql.crt"), ("sslkey", "PGSSLKEY", "postgresql.key"),
        ("sslrootcert", "PGSSLROOTCERT", "root.crt"), ("sslcrl", "PGSSLCRL", "root.crl"),
    ]

    /// A path at which there can be no file: libpq then goes on without it.
    package static let noFile = "/dev/null/none"

    /// What to add for the TLS files that were not given.
    static func defaultFiles(
        besides given: [PostgresService.Parameter], _ surroundings: Surroundings
    ) -> [PostgresService.Parameter] {
        files.filter { file in !given.contains { $0.key == file.0 } }.map { key, variable, name in
            let home = surroundings.meaningful("HOME").map { "\($0)/.postgresql/\(name)" }
            let value = surroundings.meaningful(variable) ?? home ?? noFile
            return PostgresService.Parameter(key: key, value: Secret(value.utf8))
        }
    }

    /// Values that libpq would refuse with a text of its own making.
    private static let choices: [String: [String]] = [
        "sslmode": ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
        "gssencmode": ["disable", "prefer", "require"],
        "channel_binding": ["disable", "prefer", "require"],
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
    static func check(_ key: String, _ value: [UInt8], at index: Int) throws(TargetProblem) {
        guard !value.isEmpty else { return }
        let text = String(decoding: value, as: UTF8.self)
        if let allowed = choices[key], !allowed.contains(text) {
            throw TargetProblem(.parameter, at: index, "\(key) is one of \(allowed.joined(separator: ", "))")
        }
        if numbers.contains(key), Int32(text) == nil {
            throw TargetProblem(.parameter, at: index, "\(key) is a whole number")
        }
    }
}
