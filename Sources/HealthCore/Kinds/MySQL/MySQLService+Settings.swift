extension MySQLService {
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
            Setting("role", "ROLE", "primary or replica", isShown: true, of: Self.self) {
                service, value throws(SettingError) in
                service.role = try value.choice(MySQLRole.self, "primary or replica")
            },
        ] + questionSettings + tlsSettings

    /// How TLS is spoken. The rows of other kinds are for targets whose scheme says that there is TLS.
    private static let tlsSettings = [
        Setting("ssl_mode", "MODE", MySQLTLSMode.words, isShown: true, of: Self.self) {
            service, value throws(SettingError) in
            guard let mode = MySQLTLSMode(word: value.text) else { throw SettingError(MySQLTLSMode.words) }
            service.chosenMode = mode
        },
        Setting("ca_file", "PATH", "the certificates to trust instead of the system's", of: Self.self) {
            service, value throws(SettingError) in service.tls.authorityFile = try value.filledText()
        },
        Setting("cert_file", "PATH", "the certificate to show", of: Self.self) {
            service, value throws(SettingError) in service.tls.certificateFile = try value.filledText()
        },
        Setting("key_file", "PATH", "its key", of: Self.self) { service, value throws(SettingError) in
            service.tls.keyFile = try value.filledText()
        },
        Setting("server_name", "NAME", "the name to ask for and to verify", of: Self.self) {
            service, value throws(SettingError) in
            let text = try value.filled()
            do throws(TargetError) { service.tls.serverName = try HostText.host(text[...]) } catch {
                throw SettingError("a host name or an address")
            }
        },
        Setting(
            "server_public_key_file", "PATH", "the server's RSA key, for a password without TLS",
            of: Self.self
        ) { service, value throws(SettingError) in service.publicKeyFile = try value.filledText() },
        Setting(
            "get_server_public_key", "YES", "take the RSA key that the server sends, whoever that is",
            of: Self.self
        ) { service, value throws(SettingError) in service.asksPublicKey = try value.flag() },
    ]
}
