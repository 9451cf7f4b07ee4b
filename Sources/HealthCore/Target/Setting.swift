/// One key of a target. `--set`, YAML, the agent's option of the same name, help and `config show` read this row.
package struct Setting: Sendable {
    package let key: String
    /// The placeholder for the value, for help.
    package let takes: String
    package let help: String
    /// Whether an agent has an option of the same name for all of its targets.
    package let isOption: Bool
    /// The name of the option, without `--`.
    package var option: String {
        String(decoding: key.utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
    }
    /// Whether `config show` shows the value, which is not a secret.
    package let isShown: Bool
    private let application: Application

    private enum Application: Sendable {
        case common(@Sendable (inout TargetSettings, SettingValue) throws(SettingError) -> Void)
        case own(@Sendable (inout Target, SettingValue) throws(SettingError) -> Void)
    }

    /// A key of some targets.
    init(
        _ key: String, _ takes: String, _ help: String, isShown: Bool = false,
        apply: @escaping @Sendable (inout Target, SettingValue) throws(SettingError) -> Void
    ) {
        (self.key, self.takes, self.help, self.isShown, isOption) = (key, takes, help, isShown, false)
        application = .own(apply)
    }

    /// A key of a kind.
    init<Service: Kind>(
        _ key: String, _ takes: String, _ help: String, isShown: Bool = false, of kind: Service.Type,
        apply: @escaping @Sendable (inout Service, SettingValue) throws(SettingError) -> Void
    ) {
        self.init(key, takes, help, isShown: isShown) { target, value throws(SettingError) in
            guard var service = target.service as? Service else { return }
            try apply(&service, value)
            target.service = service
        }
    }

    /// A key of every target.
    init(
        every key: String, _ takes: String, _ help: String, isOption: Bool = true,
        apply: @escaping @Sendable (inout TargetSettings, SettingValue) throws(SettingError) -> Void
    ) {
        (self.key, self.takes, self.help, isShown, self.isOption) = (key, takes, help, true, isOption)
        application = .common(apply)
    }

    /// Writes a value into the settings of every target, if this is a key of every target.
    package func apply(_ value: SettingValue, to settings: inout TargetSettings) throws(SettingError) {
        if case .common(let apply) = application { try apply(&settings, value) }
    }

    /// Writes a value into a target.
    package func apply(_ value: SettingValue, to target: inout Target) throws(SettingError) {
        switch application {
        case .common(let apply): try apply(&target.settings, value)
        case .own(let apply): try apply(&target, value)
        }
    }
}

extension Setting {
    /// Writes a value into a target by its key.
    package static func apply(
        _ key: String, _ value: SettingValue, to target: inout Target
    ) throws(SettingError) {
        guard let row = row(key, of: target) else { throw .foreign(key, to: target) }
        try row.apply(value, to: &target)
    }

    /// The row of a key for a target of this kind; nil where it has none.
    package static func row(_ key: String, of target: Target) -> Setting? {
        func isMeant(_ row: Setting) -> Bool { row.key == key }
        // One table after the other: each is made on its first use.
        return TargetSettings.settings.first(where: isMeant) ?? type(of: target.service).settings.first(
            where: isMeant)
            ?? passwords.first(where: isMeant) ?? TLSSettings.settings.first(where: isMeant)
    }

    /// The rows of all kinds, besides those that every target has.
    package static var ofSomeKinds: [Setting] {
        Kinds().flatMap { $0.settings } + passwords + TLSSettings.settings
    }

    /// The keys of a password.
    package static let passwords = [
        Setting("password", "PASSWORD", "the password") { target, value throws(SettingError) in
            try give(.given(Secret(value.bytes)), to: &target, value)
            target.hasPasswordInArguments = true
        },
        Setting("password_file", "PATH", "a file that has it") { target, value throws(SettingError) in
            if let password = target.password, password != .none, !password.isFile {
                throw SettingError("the target has a password already")
            }
            try give(.file(path: value.text), to: &target, value)
            target.hasPasswordInArguments = false
        },
        Setting("password_env", "NAME", "a variable that has it") { target, value throws(SettingError) in
            if let password = target.password, password != .none {
                throw SettingError("the target has a password already")
            }
            try give(.variable(name: try value.filledText()), to: &target, value)
        },
    ]

    private static func give(
        _ password: PasswordSource, to target: inout Target, _ value: SettingValue
    ) throws(SettingError) {
        guard let known = target.password else { throw .foreign(to: target) }
        _ = try value.filled()
        if known.isFile { throw SettingError("the target has a password file already") }
        target.password = password
    }
}

extension PasswordSource {
    fileprivate var isFile: Bool { if case .file = self { true } else { false } }
}
