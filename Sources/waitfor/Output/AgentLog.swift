import EventLoop
import HealthAgent
import HealthCore

/// The log of an agent on standard error: one line for each change of a target's state, and for each event of the agent
/// itself.
struct AgentLog: Sendable {
    private let log: Log
    /// The wall clock now, which may be set, or stand still while the system sleeps.
    private let clock: @Sendable () -> WallClock
    private let attempts: AttemptLines

    init(log: Log, clock: @escaping @Sendable () -> WallClock) {
        (self.log, self.clock, attempts) = (log, clock, AttemptLines(folding: log.folds))
    }

    /// The most targets that are listed one by one.
    private static let listLimit = 8

    /// Writes what there is to say of the settings before anything is watched.
    func introduce(_ settings: AgentSettings) {
        log.writeNotes(settings.notes)
        for target in settings.targets { log.introduce(target) }
    }

    /// Writes the targets, and the addresses that the agent listens on.
    func announce(_ settings: AgentSettings) {
        let targets =
            settings.targets.count > Self.listLimit
            ? "\(settings.targets.count) targets" : settings.targets.map(\.summary).joined(separator: ", ")
        let places = settings.fixed.listen.map(\.description).joined(separator: ", ")
        log.write(.info, "watching", "watching \(targets); answering on \(places)")
    }

    /// Whether the log has a line for every probe.
    var writesEveryProbe: Bool { log.isVerbose }

    /// Writes the end of a probe.
    func write(_ event: HealthEvent) {
        let record = event.health.record
        if writesEveryProbe {
            for line in attempts.lines(about: record, record.sentence) {
                log.write(.debug, "probed", record, clock(), line)
            }
        }
        if event.isFirstFailure, !event.isChange {
            return log.write(.info, "not_ready", record, clock(), "\(record.sentence); it is starting")
        }
        guard event.isChange else { return }
        let state = record.state.rawValue
        guard record.state == .unhealthy else {
            return log.write(.info, state, record, clock(), "\(state): \(record.sentence)")
        }
        let streak = record.failingStreak
        let count = streak == 1 ? "1 failure" : "\(streak) failures in a row"
        log.write(.warning, state, record, clock(), "\(state) after \(count): \(record.sentence)")
    }

    /// Writes a stall of the loop.
    func write(_ stall: LoopLag.Stall) {
        let duration = DurationText.describe(stall.duration)
        let cause = stall.target.map { "while probing \($0)" } ?? "frozen, or without a processor"
        log.write(.warning, "stall", "stood still for \(duration): \(cause)")
    }

    /// Writes that a new configuration is in force.
    func writeReload(_ changes: AgentChanges, needsRestart: Bool) {
        log.write(
            .info, "reloaded",
            "configuration reloaded: \(changes.kept) targets as before, \(changes.changed) changed,"
                + " \(changes.added) added, \(changes.removed) removed")
        guard needsRestart else { return }
        log.write(
            .warning, "restart_needed",
            "listen and other settings of the agent itself have changed: they need a restart")
    }

    /// Writes the mistakes of a new configuration, and that the old one stays in force.
    func writeFailedReload(_ error: ConfigurationError) {
        for line in error.description.split(separator: "\n") {
            log.write(.error, "reload_failed", "\(line)")
        }
        log.write(.error, "reload_failed", "the configuration was not reloaded: the old one stays")
    }

    /// Writes a fault of the agent's own that does not end the agent.
    func warn(_ event: String, _ message: String) {
        log.write(.warning, event, message)
    }

    /// Writes that a termination signal has come.
    func writeEnd(_ signal: Int32, delay: Duration) {
        let wait = delay > .zero ? ", in \(DurationText.describe(delay))" : ""
        log.write(.info, "stopping", "stopping on \(SignalName.text(of: signal))\(wait)")
    }
}
