import EventLoop
import HealthAgent
import HealthCore

/// What an agent says on standard error: one line for each change of a target's state, and what
/// happened to the agent itself.
struct AgentLog: Sendable {
    let log: Log
    /// What the calendar says now: it may be set, or stand still while the system sleeps.
    let clock: @Sendable () -> WallClock

    /// More targets than this are not listed one by one.
    private static let listLimit = 8

    /// The first line: what is watched, and where the agent answers.
    func announce(_ settings: AgentSettings) {
        for target in settings.targets { log.introduce(target) }
        let targets =
            settings.targets.count > Self.listLimit
            ? "\(settings.targets.count) targets" : settings.targets.map(\.summary).joined(separator: ", ")
        let places = settings.fixed.listen.map(\.description).joined(separator: ", ")
        log.write(.info, "watching", "watching \(targets); answering on \(places)")
    }

    /// Whether it says something of every probe.
    var writesEveryProbe: Bool { log.isVerbose }

    /// A probe has ended.
    func write(_ event: HealthEvent) {
        let health = event.health
        guard event.isChange else {
            guard writesEveryProbe else { return }
            return log.write(.debug, "probed", health.record, clock(), health.record.sentence)
        }
        let state = health.record.state.rawValue
        guard health.record.state == .unhealthy else {
            return log.write(.info, state, health.record, clock(), "\(state): \(health.record.sentence)")
        }
        let streak = health.record.failingStreak
        let count = streak == 1 ? "1 failure" : "\(streak) failures in a row"
        log.write(
            .warning, state, health.record, clock(), "\(state) after \(count): \(health.record.sentence)")
    }

    /// The loop stood still.
    func write(_ stall: LoopLag.Stall) {
        let duration = DurationText.describe(stall.duration)
        let cause = stall.target.map { "while probing \($0)" } ?? "frozen, or without a processor"
        log.write(.warning, "stall", "stood still for \(duration): \(cause)")
    }

    /// A new configuration is in force.
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

    /// The new configuration has mistakes; the old one stays.
    func writeFailedReload(_ error: ConfigurationError) {
        for line in error.description.split(separator: "\n") {
            log.write(.error, "reload_failed", "\(line)")
        }
        log.write(.error, "reload_failed", "the configuration was not reloaded: the old one stays")
    }

    /// A fault of the agent's own that does not end it.
    func warn(_ event: String, _ message: String) {
        log.write(.warning, event, message)
    }

    /// A termination signal has come.
    func writeEnd(_ signal: Int32, delay: Duration) {
        let wait = delay > .zero ? ", in \(DurationText.describe(delay))" : ""
        log.write(.info, "stopping", "stopping on \(Signals.name(of: signal))\(wait)")
    }
}
