extension RedisService: Kind {
    package static let word = "redis"
    package static let title = "Redis"
    package static let wellKnownPort: UInt16? = 6379

    package static var forms: [TargetForm] {
        func form(
            _ scheme: String, like example: String, _ transport: RedisTarget.Transport, aliases: [String],
            isEncrypted: Bool = false, claiming claims: (@Sendable (String, ArraySlice<UInt8>) -> Bool)? = nil
        ) -> TargetForm {
            TargetForm(
                scheme, of: Self.self, like: example, aliases: aliases, isEncrypted: isEncrypted,
                claiming: claims
            ) { text, context throws(TargetError) in
                try RedisTarget(uri: text, transport, tls: isEncrypted ? TLSSettings() : nil, context).reading
            }
        }
        return [
            form(
                "redis", like: "redis://:PASSWORD@cache/0", .network,
                aliases: [
                    "valkey", "dragonfly", "keydb", "kvrocks", "garnet", "redis+cluster", "redis-cluster",
                ]
            ) { scheme, rest in scheme == "tcp" && RedisParameters.isOfPredis(rest) },
            form(
                "rediss", like: "rediss://cache", .network,
                aliases: [
                    "valkeys", "keydbs", "redis+ssl", "redis+tls", "redis-ssl", "redis-tls", "redis+rediss",
                    "valkey+ssl", "valkey+tls", "dragonfly+ssl", "dragonfly+tls", "keydb+tls",
                ], isEncrypted: true
            ) { scheme, rest in scheme == "tls" && RedisParameters.isOfPredis(rest) },
            form(
                "redis+unix", like: "redis+unix:///run/redis.sock?db=1", .unixSocket,
                aliases: ["redis+socket", "redis-socket", "valkey+unix", "unix+redis"]
            ) { scheme, rest in
                // A plain socket has neither a query nor a password.
                let authority = rest.dropFirst(2).prefix { $0 != ASCII.slash }
                let hasPassword = authority.dropFirst().contains(UInt8(ascii: "@"))
                return scheme == "unix" && (hasPassword || rest.contains(UInt8(ascii: "?")))
            },
            form(
                "redis+sentinel", like: "redis+sentinel://sentinel:26379/mymaster", .sentinel,
                aliases: ["redis-sentinel", "sentinel", "valkey+sentinel", "valkey-sentinel"]),
            form(
                "rediss+sentinel", like: "rediss+sentinel://sentinel:26379/mymaster", .sentinel,
                aliases: [
                    "rediss-sentinel", "valkeys+sentinel", "redis+sentinel+ssl", "redis+sentinel+tls",
                ], isEncrypted: true),
        ]
    }

    package static func bare(_ endpoint: Endpoint, _ context: ReadingContext) -> RedisService? {
        RedisService()
    }

    package static func isPairs(_ text: ArraySlice<UInt8>) -> Bool { RedisTarget.isConfiguration(text) }

    package static func read(pairs text: ArraySlice<UInt8>, _ context: ReadingContext) throws(TargetError)
        -> Reading?
    {
        try RedisTarget(configuration: text, context)?.reading
    }

    package var namePath: String { "/\(database)" }

    package var namesUser: Bool { user != nil }

    package static var secrets: SecretPlaces { SecretPlaces(better: ["password_file", "REDISCLI_AUTH"]) }

    package var passwordSource: PasswordSource? {
        get { password }
        set { if let newValue { password = newValue } }
    }

    package var reasons: [Reason] {
        let key: [Reason] =
            expectedKey.map { $0.value == nil ? [.missing] : [.missing, .bodyMismatch] } ?? []
        return [
            .protocol, .tooManyConnections, .auth, .noDatabase, .denied, .loading, .masterdown, .busy,
            .misconf,
            .readOnly, .clusterDown, .config, .error,
        ] + (role != nil ? [.role] : []) + (requiresLink ? [.linkDown] : [])
            + (sentinelMaster != nil && key.isEmpty ? [.missing] : key)
    }

    package func address(at endpoint: Endpoint) -> [(key: String, value: String)] {
        let places =
            alternatives.isEmpty
            ? endpoint.parts
            : [("hosts", ([endpoint] + alternatives).map(\.description).joined(separator: ","))]
        return places + (user.map { [("user", $0)] } ?? []) + [("database", "\(database)")]
    }

    package var shown: [(key: String, value: String)] { role.map { [("role", $0.rawValue)] } ?? [] }

    /// Takes REDISCLI_AUTH if this is the only Redis target.
    package mutating func takeAmbientPassword(_ context: ReadingContext, isOnly: Bool) {
        guard isOnly, password == .none, user == nil, let value = context.meaningful("REDISCLI_AUTH")
        else { return }
        password = .given(Secret(value.utf8))
        passwordIsAmbient = true
    }

    /// A user without a password: AUTH needs both.
    package func conflict(_ context: ReadingContext) -> SettingConflict? {
        if user != nil, password == .none {
            return (key: "user", message: "a Redis user needs a password as well")
        }
        if sentinelMaster?.isEmpty == true {
            return (
                key: "master",
                message: "the name of the master is missing: redis+sentinel://host:26379/mymaster"
            )
        }
        guard case .file(let path) = sentinelPassword, context.secretFile(path) == nil else { return nil }
        return (key: "sentinel_password_file", message: Target.unreadable(path, context))
    }
}

extension RedisTarget {
    fileprivate var reading: Reading {
        Reading(endpoint: endpoint, service: service, tls: tls, warnings: warnings)
    }
}
