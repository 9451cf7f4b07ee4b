extension RedisService: Kind {
    package static let word = "redis"
    package static let title = "Redis"
    package static let wellKnownPort: UInt16? = 6379

    package static var forms: [TargetForm] {
        let network: TargetForm.Reader = { text, _ throws(TargetError) in
            try RedisTarget(uri: text, .network).reading
        }
        return [
            TargetForm("redis", of: Self.self, like: "redis://:PASSWORD@cache/0", read: network),
            TargetForm("rediss", of: Self.self, like: "rediss://cache", isEncrypted: true, read: network),
            TargetForm("redis+unix", of: Self.self, like: "redis+unix:///run/redis.sock?db=1") {
                text, _ throws(TargetError) in try RedisTarget(uri: text, .unixSocket).reading
            },
            TargetForm("redis+sentinel", of: Self.self, like: "redis+sentinel://sentinel:26379/mymaster") {
                text, _ throws(TargetError) in try RedisTarget(uri: text, .sentinel).reading
            },
        ]
    }

    package static func bare(_ endpoint: Endpoint, _ context: ReadingContext) -> RedisService? {
        RedisService()
    }

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
        endpoint.parts + (user.map { [("user", $0)] } ?? []) + [("database", "\(database)")]
    }

    package var shown: [(key: String, value: String)] { role.map { [("role", $0.rawValue)] } ?? [] }

    /// REDISCLI_AUTH is for the one Redis there is.
    package mutating func takeAmbientPassword(_ context: ReadingContext, isOnly: Bool) {
        guard isOnly, password == .none, user == nil, let value = context.meaningful("REDISCLI_AUTH")
        else { return }
        password = .given(Secret(value.utf8))
        passwordIsAmbient = true
    }

    /// AUTH takes a user only together with a password.
    package func conflict(_ context: ReadingContext) -> SettingConflict? {
        guard user != nil, password == .none else { return nil }
        return (key: "user", message: "a Redis user needs a password as well")
    }
}

extension RedisTarget {
    fileprivate var reading: Reading { Reading(endpoint: endpoint, service: service) }
}
