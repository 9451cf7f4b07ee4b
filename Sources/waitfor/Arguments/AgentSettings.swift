import Configuration
import HealthCore

/// The settings of an agent from options, environment and file, in this order.
struct AgentSettings: Sendable {
    /// The settings that a reload cannot change.
    struct Fixed: Equatable, Sendable {
        fileprivate(set) var listen = [ListenAddress.usual]
        fileprivate(set) var exposesAll = false
        fileprivate(set) var allowedHosts: Set<AllowedHost> = []
        fileprivate(set) var maximumConnections = 256
        fileprivate(set) var readyFile: String?
        fileprivate(set) var notifiesWhenReady = false
        fileprivate(set) var watches = false
        fileprivate(set) var actions = ActionRules()
        fileprivate(set) var common: CommonSettings
    }

    private(set) var fixed: Fixed
    private(set) var targets: [Target]
    /// What to say at the start.
    private(set) var notes: [String] = []
    private(set) var shutdownDelay: Duration
    /// By the name of a target, what is doubted of it.
    let doubts: [String: LoopbackDoubt]
    /// The configuration file, or all files of a Compose project; empty without any.
    let files: [String]

    init(_ request: Request, _ context: ReadingContext) throws(ConfigurationError) {
        let source = try TargetSource(request, context)
        let file = source.file
        files = file?.files ?? []
        doubts = file?.doubts ?? [:]
        fixed = Fixed(common: try CommonSettings(request, file))
        let choices = try Self.choices(request, over: file?.choices ?? AgentChoices())
        fixed.listen = choices.listen ?? fixed.listen
        fixed.exposesAll = choices.exposesAll ?? fixed.exposesAll
        fixed.allowedHosts = choices.allowedHosts ?? fixed.allowedHosts
        fixed.maximumConnections = choices.maximumConnections ?? fixed.maximumConnections
        fixed.readyFile = choices.readyFile
        fixed.notifiesWhenReady = choices.notifiesWhenReady ?? fixed.notifiesWhenReady
        fixed.watches = choices.watches ?? fixed.watches
        shutdownDelay = choices.shutdownDelay ?? .zero
        let overrides = try Self.overrides(request)
        targets = try source.targets(&notes) { settings in
            // `overrides` has applied these values once, so that none can fail here.
            for (row, value) in overrides { try? row.apply(value, to: &settings) }
        }
        fixed.actions = try ActionRules(request, targets: targets)
    }

    /// The settings after a reload: the fresh targets, and the old settings that only a restart changes.
    func reloaded(_ fresh: AgentSettings) -> AgentSettings {
        var next = fresh
        next.fixed = fixed
        return next
    }

    private static func choices(
        _ request: Request, over file: AgentChoices
    ) throws(ConfigurationError) -> AgentChoices {
        var choices = file
        // Lists of the command line replace the file's.
        if request.has("listen") { choices.listen = nil }
        if request.has("allowed-hosts") { choices.allowedHosts = nil }
        for setting in AgentSetting.all {
            for written in request.values(setting.option) {
                try OptionReader.value(written) { value throws(SettingError) in
                    try setting.apply(&choices, value)
                }
            }
        }
        return choices
    }

    /// The settings of every target that options give, which override a file's.
    private static func overrides(
        _ request: Request
    ) throws(ConfigurationError) -> [(row: Setting, value: SettingValue)] {
        var settings = TargetSettings()
        var overrides: [(row: Setting, value: SettingValue)] = []
        for row in TargetSettings.settings where row.isOption {
            // Under `run`, the gate has the name of the agent's bound of a probe.
            let isBound = request.verb == .run && row.key == "timeout"
            guard let written = request.value(isBound ? "attempt-timeout" : row.option) else { continue }
            overrides.append(
                try OptionReader.value(written) { value throws(SettingError) in
                    try row.apply(value, to: &settings)
                    return (row, value)
                })
        }
        if settings.hasIdleStartInterval {
            throw ConfigurationError("--start-interval has no meaning with --start-period 0s")
        }
        return overrides
    }
}
