internal import HealthCore

/// The text of `config show`: values from a variable stand as written, and possible secrets as `***`.
struct ConfigurationSummary {
    private var settings = ""
    private var targets = ""

    var text: String { settings + "targets:\n" + targets }

    /// Adds a setting of the agent itself.
    mutating func add(_ key: String, _ value: YAMLNode) {
        switch value.content {
        case .scalar(let text, _): settings += "\(key): \(YAMLText.scalar(text))\n"
        case .sequence(let items):
            let texts = items.map { if case .scalar(let text, _) = $0.content { text } else { "***" } }
            settings += "\(key): \(YAMLText.list(texts))\n"
        case .mapping: break
        }
    }

    /// Adds a target: its address, user and timings; every other given key as `***`.
    mutating func add(
        _ target: Target, form: String, written: [(key: String, text: String)],
        defaults: [(key: String, text: String)], _ context: ReadingContext
    ) {
        func line(_ key: String, _ value: String) {
            targets += "    \(key): \(YAMLText.scalar(value))\n"
        }
        func text(_ key: String) -> String? {
            (written.first { $0.key == key } ?? defaults.first { $0.key == key })?.text
        }
        targets += "  \(YAMLText.scalar(target.name)):\n"
        line("kind", target.kind)
        let fields = WrittenTarget(form, text(form) ?? "", target, context).fields
        let own = type(of: target.service).settings.filter(\.isShown).map(\.key)
        for (key, value) in fields + target.service.shown {
            // A given setting of the kind overrides the address's part.
            line(key, own.contains(key) ? text(key) ?? value : value)
        }
        for (key, value) in timings(of: target) {
            if let own = text(key), Interpolation.isNeeded(own) { line(key, own) } else { line(key, value) }
        }
        if target.settings.isOptional { targets += "    optional: true\n" }
        if !target.settings.accepted.isEmpty {
            targets += "    accept: \(YAMLText.list(target.settings.accepted.map(\.rawValue)))\n"
        }
        if target.settings.use != .readiness { line("for", target.settings.use.rawValue) }
        if let command = target.settings.onChange {
            // Its arguments could be secrets.
            let words = [command.name] + (command.arguments.count > 1 ? ["***"] : [])
            targets += "    on_change: \(YAMLText.list(words))\n"
        }
        // The other keys of kinds could be secrets.
        let secrets = written.map(\.key).filter { key in
            Setting.ofSomeKinds.contains { $0.key == key } && !own.contains(key)
        }
        for key in secrets { line(key, "***") }
        let isInAddress = !secrets.contains("password") && !secrets.contains("password_file")
        if isInAddress, let password = target.password, password != .none { line("password", "***") }
    }

    private func timings(of target: Target) -> [(String, String)] {
        let policy = HealthPolicy(target)
        let percent = Int64(nearest: policy.jitter * 100)
        var timings = [
            ("interval", policy.interval), ("timeout", policy.timeout), ("start_period", policy.startPeriod),
            ("start_interval", policy.startInterval), ("initial_delay", policy.initialDelay),
        ].map { ($0.0, $0.1 == .zero ? "0s" : DurationText.exact($0.1)) }
        timings.append(("retries", "\(policy.retries)"))
        timings.append(("success_threshold", "\(policy.successThreshold)"))
        timings.append(("jitter", policy.jitter == 0 ? "0" : "\(percent)%"))
        if let stable = target.settings.stable { timings.append(("stable", DurationText.exact(stable))) }
        return timings
    }
}
