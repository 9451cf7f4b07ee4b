extension PostgresService {
    package static let settings = [
        Setting("user", "USER", "who logs in", isShown: true, of: Self.self) {
            service, value throws(SettingError) in
            service.user = try value.filledText()
            service.userOrigin = .target
        },
        Setting("database", "NAME", "which database", isShown: true, of: Self.self) {
            service, value throws(SettingError) in
            service.database = try value.filledText()
            service.databaseOrigin = .target
        },
        Setting(
            "level", "LEVEL",
            "ping, query (log in; the default with a password) or writable", isShown: true, of: Self.self
        ) { service, value throws(SettingError) in
            service.chosenLevel = try value.choice(PostgresLevel.self, "ping, query or writable")
        },
        Setting("role", "ROLE", "primary or standby", isShown: true, of: Self.self) {
            service, value throws(SettingError) in
            service.role = try value.choice(PostgresRole.self, "primary or standby")
        },
        Setting("query", "SQL", "what to run instead of SELECT 1", of: Self.self) {
            service, value throws(SettingError) in
            service.query = Secret(try value.filled())
        },
        Setting("expect_value", "VALUE", "what its first value must be", of: Self.self) { service, value in
            service.expectedValue = Secret(value.bytes)
        },
        Setting("max_lag", "DURATION", "how far a standby may be behind", of: Self.self) {
            service, value throws(SettingError) in
            service.maximumLag = try value.duration()
        },
    ]
}
