/// How deep a probe of a database looks: it is let in, answers a query, takes writes.
package enum SQLLevel: String, Sendable, CaseIterable {
    case ping, query, writable
}

/// A kind whose probe may log in and ask in SQL. PostgreSQL and MySQL share these settings.
package protocol SQLService: Kind {
    /// The explicit level; nil for the default.
    var chosenLevel: SQLLevel? { get set }
    /// The query of the levels `query` and `writable`; nil for `SELECT 1`.
    var query: Secret? { get set }
    /// The expected first value of the first row.
    var expectedValue: Secret? { get set }
    /// The maximum replication lag.
    var maximumLag: Duration? { get set }
}

extension SQLService {
    /// The row of the level.
    static var levelSetting: Setting {
        Setting(
            "level", "LEVEL",
            "ping, query (log in; the default with a password) or writable", isShown: true, of: Self.self
        ) { service, value throws(SettingError) in
            service.chosenLevel = try value.choice(SQLLevel.self, "ping, query or writable")
        }
    }

    /// The rows of what is asked after a login.
    static var questionSettings: [Setting] {
        [
            Setting("query", "SQL", "what to run instead of SELECT 1", of: Self.self) {
                service, value throws(SettingError) in
                service.query = Secret(try value.filled())
            },
            Setting("expect_value", "VALUE", "what its first value must be", of: Self.self) {
                service, value in
                service.expectedValue = Secret(value.bytes)
            },
            Setting("max_lag", "DURATION", "how far a replica may be behind", of: Self.self) {
                service, value throws(SettingError) in
                service.maximumLag = try value.duration()
            },
        ]
    }
}

extension Failure {
    /// The failure of a query of the target's own, whose text may be a secret: `config show` shows none of it. Servers
    /// repeat it word by word, and most of it where they cannot read it.
    package func withholdingQuery(_ query: Secret, syntaxError: String) -> Failure {
        guard let code, code == syntaxError || query.isEchoed(in: message) else { return self }
        var copy = self
        copy.message =
            code == syntaxError
            ? "\(code) the server cannot read the query"
            : "\(code) what it says repeats the query, and is not shown"
        return copy
    }
}
