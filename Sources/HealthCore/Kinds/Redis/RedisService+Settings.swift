extension RedisService {
    package static let settings = [
        Setting("user", "USER", "who logs in", isShown: true, of: Self.self) {
            service, value throws(SettingError) in
            service.user = try value.filledText()
        },
        Setting("database", "N", "the number of a database", isShown: true, of: Self.self) {
            service, value throws(SettingError) in
            guard let number = Int32(value.text, radix: 10), number >= 0 else {
                throw SettingError("a number from 0")
            }
            service.database = Int(clamping: number)
        },
        Setting("level", "LEVEL", "ping", isShown: true, of: Self.self) { _, value throws(SettingError) in
            guard value.text == "ping" else { throw SettingError("ping is the only level of a Redis") }
        },
        Setting("role", "ROLE", "master or replica", isShown: true, of: Self.self) {
            service, value throws(SettingError) in
            let role = try value.choice(RedisRole.self, "master or replica")
            if service.sentinelMaster != nil, role != .master {
                throw SettingError("a Sentinel is asked for the master")
            }
            service.role = role
        },
        Setting("master", "NAME", "the master to ask a Sentinel for", isShown: true, of: Self.self) {
            service, value throws(SettingError) in
            try service.requireSentinel()
            service.sentinelMaster = try value.filledText()
        },
        Setting("sentinel_password", "PASSWORD", "the Sentinel's own password") {
            target, value throws(SettingError) in
            try giveSentinel(.given(Secret(try value.filled())), &target)
            target.hasPasswordInArguments = true
        },
        Setting("sentinel_password_file", "PATH", "a file that has it") {
            target, value throws(SettingError) in
            try giveSentinel(.file(path: try value.filledText()), &target)
        },
        Setting("link", "up", "a replica's link to its master must be up", of: Self.self) {
            service, value throws(SettingError) in
            guard value.text == "up" else { throw SettingError("up is the only value") }
            service.requiresLink = true
        },
        Setting("cluster", "ok", "the cluster must have all of its slots", of: Self.self) {
            service, value throws(SettingError) in
            guard value.text == "ok" else { throw SettingError("ok is the only value") }
            service.requiresCluster = true
        },
        Setting("expect_key", "KEY[=VALUE]", "a key that must be there, with this value", of: Self.self) {
            service, value throws(SettingError) in
            let written = try value.filled()
            let equals = written.firstIndex(of: UInt8(ascii: "="))
            let name = written[..<(equals ?? written.endIndex)]
            guard !name.isEmpty else { throw SettingError("KEY, or KEY=VALUE") }
            service.expectedKey = ExpectedKey(
                name: String(decoding: name, as: UTF8.self),
                value: equals.map { Secret(written[($0 + 1)...]) })
        },
    ]

    private func requireSentinel() throws(SettingError) {
        guard sentinelMaster != nil else {
            throw SettingError("there is no Sentinel: write redis+sentinel://")
        }
    }

    private static func giveSentinel(_ password: PasswordSource, _ target: inout Target) throws(SettingError)
    {
        guard var service = target.service as? RedisService else { throw SettingError.foreign(to: target) }
        try service.requireSentinel()
        service.sentinelPassword = password
        target.service = service
    }
}
