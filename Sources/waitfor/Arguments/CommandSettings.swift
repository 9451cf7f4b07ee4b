import HealthCore

/// How `run` treats its command.
struct CommandSettings: Sendable {
    /// How long the command may take to end after SIGTERM; nil for ever.
    let stopTimeout: Duration?
    /// Whether signals go to the command's process group.
    let signalsGroup: Bool
    /// Whether orphans are reaped where waitfor is not PID 1.
    let adoptsOrphans: Bool
    private(set) var rewrites = SignalRewrites()

    init(_ request: Request) throws(ConfigurationError) {
        let timeout = try OptionReader(request: request).duration("stop-timeout", allowsZero: true)
        // Docker kills ten seconds after SIGTERM: before that it is ours to say so.
        stopTimeout = timeout == .zero ? nil : timeout ?? .seconds(8)
        signalsGroup = request.has("group")
        adoptsOrphans = request.has("subreaper")
        for written in request.values("signal") {
            try OptionReader.value(written) { value throws(SettingError) in try rewrites.add(value.text) }
        }
    }
}
