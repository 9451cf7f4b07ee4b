/// One `key=value` of waitfor's own for a target; messages name the key, never the value.
package struct TargetAssignment {
    let key: String
    let value: [UInt8]
    /// Whether `30` means 30 seconds, as on the command line; in YAML it is a mistake.
    private let bareSeconds: Bool

    package init(key: String, value: [UInt8], bareSeconds: Bool = true) {
        self.key = key
        self.value = value
        self.bareSeconds = bareSeconds
    }

    var text: String { String(decoding: value, as: UTF8.self) }

    /// Writes the setting into the target, or says what the key takes.
    package func apply(to target: inout Target) throws(ConfigurationError) {
        switch key {
        case "timeout": target.settings.timeout = try duration(target)
        case "interval": target.settings.interval = try duration(target)
        case "stable": target.settings.stable = try duration(target)
        case "retries": target.settings.retries = try count(target)
        case "start_period": target.settings.startPeriod = try duration(target, allowsZero: true)
        case "start_interval": target.settings.startInterval = try duration(target)
        case "initial_delay": target.settings.initialDelay = try duration(target, allowsZero: true)
        case "jitter": target.settings.jitter = try share(target)
        case "success_threshold": target.settings.successThreshold = try count(target)
        case "optional": target.settings.isOptional = try flag(target)
        case "accept":
            do {
                target.settings.accepted = try ReasonList.parse(text)
            } catch {
                throw wrong(target, error.description)
            }
        case "for":
            guard let use = Use(rawValue: text) else { throw wrong(target, "readiness or liveness") }
            target.settings.use = use
        case "password", "password_file": try applyPassword(to: &target)
        case "min_validity": try applyMinimumValidity(to: &target)
        case "ca_file", "cert_file", "key_file", "server_name", "insecure": try applyTLS(to: &target)
        default: try applyToService(of: &target)
        }
    }

    private func applyPassword(to target: inout Target) throws(ConfigurationError) {
        guard let password = target.password else { throw notForKind(target) }
        guard !value.isEmpty else { throw wrong(target, "empty: is a variable unset?") }
        if case .file = password { throw wrong(target, "the target has a password file already") }
        if key == "password_file", password != .none {
            throw wrong(target, "the target has a password already")
        }
        target.password = key == "password" ? .given(Secret(value)) : .file(path: text)
        target.hasPasswordInArguments = key == "password"
    }

    private func applyTLS(to target: inout Target) throws(ConfigurationError) {
        guard var tls = target.tls else {
            let advice =
                if case .postgres = target.service {
                    "libpq's own, in the URI: sslmode, sslrootcert, sslcert, sslkey"
                } else {
                    "there is no TLS: write rediss://, https:// or tls://"
                }
            throw wrong(target, advice)
        }
        switch key {
        case "ca_file": tls.authorityFile = try filledText(target)
        case "cert_file": tls.certificateFile = try filledText(target)
        case "key_file": tls.keyFile = try filledText(target)
        case "server_name":
            do {
                tls.serverName = try HostText.host(try filled(target)[...])
            } catch {
                throw wrong(target, "a host name or an address")
            }
        default: tls.isInsecure = try flag(target)
        }
        target.tls = tls
    }

    private func applyMinimumValidity(to target: inout Target) throws(ConfigurationError) {
        if case .postgres = target.service {} else if target.tls == nil { return try applyTLS(to: &target) }
        target.settings.minimumValidity = try duration(target)
    }

    // MARK: Reading values

    func duration(
        _ target: Target, allowsZero: Bool = false
    ) throws(ConfigurationError) -> Duration {
        guard let duration = DurationText.parse(text, bareSeconds: bareSeconds),
            duration >= .milliseconds(1) || (allowsZero && duration == .zero)
        else {
            // A number alone is what everybody writes first.
            if !bareSeconds, let seconds = Int(text, radix: 10), seconds > 0 {
                throw wrong(target, "a duration has a unit: write \(seconds)s")
            }
            let zero = allowsZero ? "0, or " : ""
            throw wrong(target, "\(zero)a duration of at least 1ms, like 500ms or 3s")
        }
        return duration
    }

    func share(_ target: Target) throws(ConfigurationError) -> Double {
        guard let share = Share.parse(text) else { throw wrong(target, Share.form) }
        return share
    }

    func count(_ target: Target) throws(ConfigurationError) -> Int {
        guard let number = Int(text, radix: 10), number >= 1, number <= 1_000_000 else {
            throw wrong(target, "a whole number from 1")
        }
        return number
    }

    func flag(_ target: Target) throws(ConfigurationError) -> Bool {
        guard let flag = Flag.parse(text) else { throw wrong(target, "true or false") }
        return flag
    }

    func filled(_ target: Target) throws(ConfigurationError) -> [UInt8] {
        guard !value.isEmpty else { throw wrong(target, "empty: is a variable unset?") }
        return value
    }

    func filledText(_ target: Target) throws(ConfigurationError) -> String {
        // C would take it for the end.
        guard !value.contains(0) else { throw wrong(target, "it has a NUL") }
        return String(decoding: try filled(target), as: UTF8.self)
    }

    func wrong(_ target: Target, _ expected: String) -> ConfigurationError {
        ConfigurationError("\(target.name).\(key): \(expected)")
    }

    func notForKind(_ target: Target) -> ConfigurationError {
        ConfigurationError(
            "\(target.name).\(PrintableText.word(key.utf8)): no setting of a \(target.kind) target")
    }
}
