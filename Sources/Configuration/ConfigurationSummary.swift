internal import HealthCore

/// What a file means, as `config show` prints it: what came from a variable as it was written, and
/// what could be a secret not at all.
struct ConfigurationSummary {
    /// What could be a secret, or says nothing about where and how often.
    private static let hidden = [
        "query", "expect_value", "max_lag", "link", "cluster", "expect_key", "method", "expect_status",
        "expect_body", "headers", "header_file", "follow_redirects",
        "ca_file",
        "cert_file", "key_file", "server_name", "insecure", "min_validity", "password", "password_file",
    ]

    private var settings = ""
    private var targets = ""

    var text: String { settings + "targets:\n" + targets }

    /// A setting of the agent itself.
    mutating func add(_ key: String, _ value: YAMLNode) {
        switch value.content {
        case .scalar(let text, _): settings += "\(key): \(YAMLText.scalar(text))\n"
        case .sequence(let items):
            let texts = items.map { if case .scalar(let text, _) = $0.content { text } else { "***" } }
            settings += "\(key): \(YAMLText.list(texts))\n"
        case .mapping: break
        }
    }

    /// A target: where it is, who asks, and its rhythm; every other key that was written as `***`.
    mutating func add(
        _ target: Target, form: String, written: [(key: String, text: String)],
        defaults: [(key: String, text: String)], _ surroundings: Surroundings
    ) {
        func line(_ key: String, _ value: String) {
            targets += "    \(key): \(YAMLText.scalar(value))\n"
        }
        func text(_ key: String) -> String? {
            (written.first { $0.key == key } ?? defaults.first { $0.key == key })?.text
        }
        targets += "  \(YAMLText.scalar(target.name)):\n"
        line("kind", target.kind)
        let fields = WrittenTarget(form, text(form) ?? "", target, surroundings).fields
        for (key, value) in fields + identity(of: target) {
            // A setting of its own was not in the address.
            let isSetting = ["user", "database", "level", "role"].contains(key)
            line(key, isSetting ? text(key) ?? value : value)
        }
        for (key, value) in timings(of: target.settings) {
            if let own = text(key), Interpolation.isNeeded(own) { line(key, own) } else { line(key, value) }
        }
        if target.settings.isOptional { targets += "    optional: true\n" }
        if !target.settings.accepted.isEmpty {
            targets += "    accept: \(YAMLText.list(target.settings.accepted.map(\.rawValue)))\n"
        }
        if target.settings.use != .readiness { line("for", target.settings.use.rawValue) }
        let secrets = Self.hidden.filter { text($0) != nil }
        for key in secrets { line(key, "***") }
        let isInAddress = !secrets.contains("password") && !secrets.contains("password_file")
        if isInAddress, let password = target.password, password != .none { line("password", "***") }
    }

    /// What only the settings say of the service.
    private func identity(of target: Target) -> [(String, String)] {
        switch target.service {
        case .postgres(let service):
            return [("level", service.level.rawValue)] + (service.role.map { [("role", $0.rawValue)] } ?? [])
        case .redis(let service): return service.role.map { [("role", $0.rawValue)] } ?? []
        case .http, .connect, .dns, .file, .exec: return []
        }
    }

    private func timings(of settings: TargetSettings) -> [(String, String)] {
        let policy = HealthPolicy(settings)
        let percent = Int64(nearest: policy.jitter * 100)
        var timings = [
            ("interval", policy.interval), ("timeout", policy.timeout), ("start_period", policy.startPeriod),
            ("start_interval", policy.startInterval), ("initial_delay", policy.initialDelay),
        ].map { ($0.0, $0.1 == .zero ? "0s" : DurationText.exact($0.1)) }
        timings.append(("retries", "\(policy.retries)"))
        timings.append(("success_threshold", "\(policy.successThreshold)"))
        timings.append(("jitter", policy.jitter == 0 ? "0" : "\(percent)%"))
        if let stable = settings.stable { timings.append(("stable", DurationText.exact(stable))) }
        return timings
    }
}
