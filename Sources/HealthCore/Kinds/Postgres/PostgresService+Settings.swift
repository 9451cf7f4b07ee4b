extension PostgresService {
    package static let settings =
        [
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
            levelSetting,
            Setting("role", "ROLE", "primary or standby", isShown: true, of: Self.self) {
                service, value throws(SettingError) in
                service.role = try value.choice(PostgresRole.self, "primary or standby")
            },
        ] + questionSettings
}
