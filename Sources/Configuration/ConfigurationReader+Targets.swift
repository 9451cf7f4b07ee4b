internal import HealthCore

/// The settings that `defaults` gives to every target, checked.
struct TargetDefaults {
    var settings: [(key: String, text: String, written: String, position: Position)] = []
}

extension ConfigurationReader {
    /// Settings that every kind of target has.
    private static let commonKeys = [
        "interval", "timeout", "retries", "start_period", "start_interval", "initial_delay", "jitter",
        "success_threshold", "stable", "optional", "accept", "for",
    ]
    /// Settings of some kinds.
    private static let serviceKeys = [
        "level", "query", "expect_value", "role", "max_lag", "link", "cluster", "expect_key", "user",
        "database",
        "password", "password_file", "method", "expect_status",
        "expect_body",
        "headers", "header_file", "follow_redirects", "ca_file", "cert_file", "key_file", "server_name",
        "insecure",
        "min_validity",
    ]
    /// The forms of a target.
    private static let kinds = [
        "postgres", "redis", "http", "tcp", "tls", "unix", "dns", "file", "exec", "target",
    ]

    // MARK: Defaults

    mutating func readDefaults(_ node: YAMLNode) -> TargetDefaults {
        var defaults = TargetDefaults()
        // Any target will do to find out whether a value is one.
        guard let entries = entries(of: node, "defaults"),
            var trial = try? TargetReader(surroundings: surroundings).read(
                Array("tcp://x:1".utf8), named: "x")
        else { return defaults }
        for entry in entries {
            guard Self.commonKeys.contains(entry.key) else {
                unknown(entry, in: "defaults.", among: Self.commonKeys)
                continue
            }
            guard let text = settingText(entry, "defaults.\(entry.key)"),
                apply(entry, text, to: &trial, path: "defaults")
            else { continue }
            if text.isEmpty { continue }
            defaults.settings.append((entry.key, text, written(entry.value) ?? "", entry.value.position))
        }
        if trial.settings.hasIdleStartInterval {
            mistake(
                entries.first { $0.key == "start_interval" }?.value.position ?? node.position,
                "defaults.start_interval: \(TargetSettings.idleStartInterval)")
        }
        return defaults
    }

    // MARK: Targets

    mutating func readTargets(
        _ node: YAMLNode, _ defaults: TargetDefaults, _ summary: inout ConfigurationSummary
    ) -> [Target] {
        guard let entries = entries(of: node, "targets") else { return [] }
        if entries.isEmpty { mistake(node.position, "targets: empty: there is nothing to ask") }
        var targets: [Target] = []
        for entry in entries {
            guard TargetName.isName(entry.key) else {
                let shown = PrintableText.word(entry.key.utf8)
                mistake(
                    entry.position,
                    "targets.\(shown): a name has letters, digits, `_` and `-`, and begins with a letter")
                continue
            }
            if TargetName.isTaken(entry.key) {
                mistake(entry.position, "targets.\(entry.key): \(TargetName.taken)")
            }
            if let target = readTarget(entry, defaults, &summary) { targets.append(target) }
        }
        return targets
    }

    private mutating func readTarget(
        _ entry: Entry, _ defaults: TargetDefaults, _ summary: inout ConfigurationSummary
    ) -> Target? {
        let path = "targets.\(entry.key)"
        guard let entries = entries(of: entry.value, path) else { return nil }
        let forms = entries.filter { Self.kinds.contains($0.key) }
        guard let form = forms.first else {
            mistake(entry.position, "\(path): one of \(Self.kinds.joined(separator: ", ")) is missing")
            return nil
        }
        for more in forms.dropFirst() {
            mistake(
                more.position, "\(path).\(more.key): there is \(form.key) already: one target, one of them")
        }
        let found = readForm(form, entry.key, path)
        // Without a target its settings are still worth a look, as far as its kind is known.
        guard var target = found ?? stand(in: form.key) else { return nil }
        for setting in defaults.settings {
            let assignment = TargetAssignment(
                key: setting.key, value: Array(setting.text.utf8), bareSeconds: false)
            try? assignment.apply(to: &target)
        }
        for setting in entries where !Self.kinds.contains(setting.key) {
            let known = Self.commonKeys + Self.serviceKeys
            guard known.contains(setting.key) else {
                unknown(setting, in: "\(path).", among: Self.kinds + known)
                continue
            }
            if found == nil, form.key == "target", Self.serviceKeys.contains(setting.key) { continue }
            guard let text = settingText(setting, "\(path).\(setting.key)") else { continue }
            _ = apply(setting, text, to: &target, path: path)
        }
        // A default that means nothing here is none.
        if target.settings.hasIdleStartInterval, !entries.contains(where: { $0.key == "start_interval" }) {
            target.settings.startInterval = nil
        }
        check(target, entries, path, entry.position)
        guard found != nil else { return nil }
        target.hasPasswordInArguments = false
        guard summarizes else { return target }
        let shown = entries.map { ($0.key, written($0.value) ?? "***") }
        summary.add(
            target, form: form.key, written: shown,
            defaults: defaults.settings.map { ($0.key, $0.written) }, surroundings)
        return target
    }

    /// The target itself, without settings.
    private mutating func readForm(_ form: Entry, _ name: String, _ path: String) -> Target? {
        guard let text = formText(form, "\(path).\(form.key)") else { return nil }
        do throws(ConfigurationError) {
            let target = try Self.target(form.key, text, name, surroundings)
            guard Self.fits(target, form.key) else {
                mistake(form.value.position, "\(path).\(form.key): the URI is one of another kind")
                return nil
            }
            return target
        } catch {
            // The message begins with the name, which the path says already.
            mistake(
                form.value.position,
                "\(path).\(form.key): \(Self.tail(error.description, after: "\(name): "))")
            return nil
        }
    }

    /// Reads the text of a form; what has no scheme gets that of its key.
    static func target(
        _ kind: String, _ text: String, _ name: String, _ surroundings: Surroundings
    ) throws(ConfigurationError) -> Target {
        let hasScheme = text.mentions("://")
        let prefix =
            switch kind {
            case "exec", "dns": "\(kind):"
            case _ where hasScheme: ""
            case "postgres": text.mentions("=") ? "pg:" : "postgres://"
            case "target": ""
            default: "\(kind)://"
            }
        return try TargetReader(surroundings: surroundings).read(
            Array(text.utf8), named: name, prefix: prefix)
    }

    private static func fits(_ target: Target, _ kind: String) -> Bool {
        kind == "target" || target.kind == kind
    }

    /// A target of the same kind, to check settings with; nil where the kind is not known.
    private func stand(in kind: String) -> Target? {
        let text =
            switch kind {
            case "postgres": "postgres://x/x"
            case "redis": "redis://x"
            case "http": "https://x"
            case "tls": "tls://x:1"
            case "unix", "file": "\(kind):///x"
            case "dns", "exec": "\(kind):x"
            default: "tcp://x:1"
            }
        return try? TargetReader(surroundings: surroundings).read(Array(text.utf8), named: "x")
    }

    // MARK: Settings

    private mutating func apply(_ entry: Entry, _ text: String, to target: inout Target, path: String) -> Bool
    {
        if case .sequence(let items) = entry.value.content, items.isEmpty {
            // No reasons, whatever the defaults are.
            target.settings.accepted = []
            return true
        }
        do throws(ConfigurationError) {
            try TargetAssignment(key: entry.key, value: Array(text.utf8), bareSeconds: false).apply(
                to: &target)
            return true
        } catch {
            let words = Self.tail(error.description, after: "\(target.name).\(entry.key): ")
            mistake(entry.value.position, "\(path).\(entry.key): \(words)")
            return false
        }
    }

    /// What can only be seen when all settings are there.
    private mutating func check(_ target: Target, _ entries: [Entry], _ path: String, _ place: Position) {
        func position(_ key: String) -> Position? { entries.first { $0.key == key }?.value.position }
        if target.settings.hasIdleStartInterval {
            mistake(
                position("start_interval") ?? place,
                "\(path).start_interval: \(TargetSettings.idleStartInterval)")
        }
        if let missing = target.missingFile(surroundings) {
            mistake(position(missing.key) ?? place, "\(path).\(missing.key): \(missing.message)")
        }
        if let contradiction = target.contradiction {
            let key = String(contradiction.prefix { $0 != ":" })
            mistake(position(key) ?? place, "\(path).\(contradiction)")
        }
        if case .redis(let service) = target.service, service.user != nil, service.password == .none {
            mistake(position("user") ?? place, "\(path).user: a Redis user needs a password as well")
        }
    }

    private static func tail(_ text: String, after prefix: String) -> String {
        text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
    }
}
