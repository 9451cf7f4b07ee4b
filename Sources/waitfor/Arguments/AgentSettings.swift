import Configuration
import HealthCore

/// What an agent was told by options, environment and file, in this order.
struct AgentSettings: Sendable {
    /// What a running agent cannot change.
    struct Fixed: Equatable, Sendable {
        fileprivate(set) var listen = [ListenAddress.usual]
        fileprivate(set) var exposesAll = false
        fileprivate(set) var maximumConnections = 256
        fileprivate(set) var readyFile: String?
        fileprivate(set) var notifiesWhenReady = false
        fileprivate(set) var watches = false
        fileprivate(set) var common: CommonSettings
    }

    private(set) var fixed: Fixed
    private(set) var targets: [Target]
    private(set) var shutdownDelay: Duration
    /// The configuration file, if there is one.
    let path: String?

    init(_ request: Request, _ surroundings: Surroundings) throws(ConfigurationError) {
        let reader = OptionReader(request: request)
        let source = try TargetSource(request, surroundings)
        let file = source.file
        path = source.path
        fixed = Fixed(common: try CommonSettings(request, file))
        fixed.listen = try Self.listen(request.values("listen")) ?? file?.listen ?? fixed.listen
        fixed.exposesAll = try reader.isFirst("expose", of: ("full", "names")) ?? file?.exposesAll ?? false
        fixed.maximumConnections =
            try reader.count("max-connections", upTo: 65_536) ?? file?.maximumConnections ?? 256
        fixed.readyFile = try reader.filled("ready-file") ?? file?.readyFile
        fixed.notifiesWhenReady =
            try reader.isFirst("notify", of: ("ready", "started")) ?? file?.notifiesWhenReady ?? false
        fixed.watches = request.has("watch") || file?.watches ?? false
        shutdownDelay =
            try reader.duration("shutdown-delay", allowsZero: true) ?? file?.shutdownDelay ?? .zero
        let overrides = try Overrides(reader)
        targets = try source.targets(adjusting: overrides.apply)
    }

    /// What is in force after a reload: new targets, and the old of what only a restart changes.
    func reloaded(_ fresh: AgentSettings) -> AgentSettings {
        var next = fresh
        next.fixed = fixed
        return next
    }

    private static func listen(_ written: [Request.Written]) throws(ConfigurationError) -> [ListenAddress]? {
        var addresses: [ListenAddress] = []
        for option in written {
            for word in option.string.split(separator: ",", omittingEmptySubsequences: false) {
                do throws(ConfigurationError) {
                    let address = try ListenAddress(String(word))
                    guard !addresses.contains(address) else { throw ConfigurationError("\(address) twice") }
                    addresses.append(address)
                } catch {
                    throw ConfigurationError("\(option.source): \(error.description)")
                }
            }
        }
        return addresses.isEmpty ? nil : addresses
    }
}

/// The options that are settings of every target, over what a file says.
private struct Overrides {
    private var settings = TargetSettings()
    private let use: Use?

    init(_ reader: OptionReader) throws(ConfigurationError) {
        settings.interval = try reader.duration("interval")
        settings.timeout = try reader.duration("timeout")
        settings.retries = try reader.count("retries")
        settings.startPeriod = try reader.duration("start-period", allowsZero: true)
        settings.startInterval = try reader.duration("start-interval")
        settings.initialDelay = try reader.duration("initial-delay", allowsZero: true)
        settings.jitter = try reader.share("jitter")
        settings.successThreshold = try reader.count("success-threshold")
        settings.accepted = try reader.reasons("accept") ?? []
        use = try reader.use()
        if settings.startPeriod == .zero, settings.startInterval != nil {
            throw ConfigurationError("--start-interval has no meaning with --start-period 0s")
        }
    }

    func apply(_ target: inout TargetSettings) {
        target.interval = settings.interval ?? target.interval
        target.timeout = settings.timeout ?? target.timeout
        target.retries = settings.retries ?? target.retries
        target.startPeriod = settings.startPeriod ?? target.startPeriod
        target.startInterval = settings.startInterval ?? target.startInterval
        target.initialDelay = settings.initialDelay ?? target.initialDelay
        target.jitter = settings.jitter ?? target.jitter
        target.successThreshold = settings.successThreshold ?? target.successThreshold
        target.accepted += settings.accepted
        target.use = use ?? target.use
    }
}
