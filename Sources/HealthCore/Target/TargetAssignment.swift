/// One `key=value` of waitfor's own for a target; messages name the key, never the value.
package struct TargetAssignment {
    private let key: String
    private let value: [UInt8]
    /// Whether `30` means 30 seconds, as on the command line; in YAML it is a mistake.
    private let bareSeconds: Bool

    package init(key: String, value: [UInt8], bareSeconds: Bool = true) {
        self.key = key
        self.value = value
        self.bareSeconds = bareSeconds
    }

    private var text: String { String(decoding: value, as: UTF8.self) }

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

    private func applyToService(of target: inout Target) throws(ConfigurationError) {
        switch target.service {
        case .postgres(var service):
            try apply(to: &service, of: target)
            target.service = .postgres(service)
        case .redis(var service):
            try apply(to: &service, of: target)
            target.service = .redis(service)
        case .connect:
            throw notForKind(target)
        }
    }

    private func apply(to service: inout PostgresService, of target: Target) throws(ConfigurationError) {
        switch key {
        case "level":
            guard let level = PostgresLevel(rawValue: text) else {
                throw wrong(target, "ping, query or writable")
            }
            service.level = level
            service.isLevelChosen = true
        case "query":
            service.query = Secret(try filled(target))
            // Who writes a query wants it run.
            if service.level == .ping { service.level = .query }
        case "user":
            service.user = String(decoding: try filled(target), as: UTF8.self)
            service.userOrigin = .target
        case "database":
            service.database = String(decoding: try filled(target), as: UTF8.self)
            service.databaseOrigin = .target
        default: throw notForKind(target)
        }
    }

    private func apply(to service: inout RedisService, of target: Target) throws(ConfigurationError) {
        switch key {
        case "level":
            guard text == "ping" else { throw wrong(target, "ping") }
        case "user":
            service.user = String(decoding: try filled(target), as: UTF8.self)
        case "database":
            guard let number = Int32(text), number >= 0 else { throw wrong(target, "a number from 0") }
            service.database = Int(number)
        default: throw notForKind(target)
        }
    }

    private func duration(
        _ target: Target, allowsZero: Bool = false
    ) throws(ConfigurationError) -> Duration {
        guard let duration = DurationText.parse(text, bareSeconds: bareSeconds),
            duration >= .milliseconds(1) || (allowsZero && duration == .zero)
        else {
            // A number alone is what everybody writes first.
            if !bareSeconds, let seconds = Int(text), seconds > 0 {
                throw wrong(target, "a duration has a unit: write \(seconds)s")
            }
            let zero = allowsZero ? "0, or " : ""
            throw wrong(target, "\(zero)a duration of at least 1ms, like 500ms or 3s")
        }
        return duration
    }

    private func share(_ target: Target) throws(ConfigurationError) -> Double {
        guard let share = Share.parse(text) else { throw wrong(target, Share.form) }
        return share
    }

    private func count(_ target: Target) throws(ConfigurationError) -> Int {
        guard let number = Int(text), number >= 1, number <= 1_000_000 else {
            throw wrong(target, "a whole number from 1")
        }
        return number
    }

    private func flag(_ target: Target) throws(ConfigurationError) -> Bool {
        guard let flag = Flag.parse(text) else { throw wrong(target, "true or false") }
        return flag
    }

    private func filled(_ target: Target) throws(ConfigurationError) -> [UInt8] {
        guard !value.isEmpty else { throw wrong(target, "empty: is a variable unset?") }
        return value
    }

    private func wrong(_ target: Target, _ expected: String) -> ConfigurationError {
        ConfigurationError("\(target.name).\(key): \(expected)")
    }

    private func notForKind(_ target: Target) -> ConfigurationError {
        ConfigurationError(
            "\(target.name).\(PrintableText.word(key.utf8)): no setting of a \(target.kind) target")
    }
}

/// A share of a wait that is left to chance, in per cent.
package enum Share {
    package static let form = "a share from 0 to 50%, like 5%"

    /// Reads `0` or `5%`, as a part of one; nil if it is neither.
    package static func parse(_ text: String) -> Double? {
        if text == "0" { return 0 }
        guard text.hasSuffix("%"), let percent = Int(text.dropLast()), (0...50).contains(percent) else {
            return nil
        }
        return Double(percent) / 100
    }
}

/// Yes and no, as people write them.
package enum Flag {
    package static func parse(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }
}

/// `auth,loading`: reasons by their words.
package enum ReasonList {
    package static func parse(_ text: String) throws(ConfigurationError) -> [Reason] {
        var reasons: [Reason] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let reason = Reason(rawValue: String(word)) else {
                throw ConfigurationError(
                    "\(PrintableText.word(word.utf8)) is no reason; `waitfor help targets` lists them")
            }
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        return reasons
    }
}
