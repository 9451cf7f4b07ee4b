import HealthCore

extension ActionRules {
    /// Reads `--on-unhealthy`, `--on-healthy`, `--exit-on` and `--restart-limit`, which are about these targets.
    init(_ request: Request, targets: [Target]) throws(ConfigurationError) {
        self.init()
        for (option, trigger) in [("on-unhealthy", ActionTrigger.unhealthy), ("on-healthy", .healthy)] {
            for written in request.values(option) {
                let known = rules.count
                try OptionReader.value(written) { value throws(SettingError) in
                    try add(value.text, on: trigger)
                }
                for rule in rules.dropFirst(known) { try Self.require(rule, written, request, targets) }
            }
        }
        if let written = request.value("exit-on") {
            try OptionReader.value(written) { value throws(SettingError) in try exit(on: value.text) }
        }
        restartLimit = try OptionReader(request: request).count("restart-limit")
    }

    /// Requires that a rule is about a target that there is, and a command that there is.
    private static func require(
        _ rule: Rule, _ written: Request.Written, _ request: Request, _ targets: [Target]
    ) throws(ConfigurationError) {
        guard targets.contains(where: { $0.name == rule.target }) else {
            throw ConfigurationError("\(written.source): \(TargetList.missing(rule.target, among: targets))")
        }
        guard request.verb == .run || !rule.action.needsCommand else {
            throw ConfigurationError(
                "\(written.source): \(rule.action.text): there is no command: `waitfor run` has one")
        }
    }
}
