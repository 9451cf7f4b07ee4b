import HealthAgent
import HealthCore

/// The log of a gate on standard error: one line for each change of a target, a reminder every ten seconds, and the
/// story of each target when the gate gives up.
struct GateLog: Sendable {
    private let settings: RunSettings
    private let log: Log
    private let clock: @Sendable () -> WallClock
    private let attempts: AttemptLines

    init(settings: RunSettings, log: Log, clock: @escaping @Sendable () -> WallClock) {
        (self.settings, self.log, self.clock) = (settings, log, clock)
        attempts = AttemptLines(folding: log.folds)
    }

    /// Writes the first line: the timeout, the targets, and the kinds that were inferred.
    func announce() {
        log.writeNotes(settings.notes)
        for target in settings.targets { log.warnAboutPassword(of: target) }
        let limit = settings.policy.timeout.map { "up to \(DurationText.describe($0))" } ?? "without limit"
        let targets = settings.targets.map(\.summary).joined(separator: ", ")
        let goal = settings.policy.awaitsAbsence ? "the end of " : ""
        log.write(.info, "waiting", "waiting \(limit) for \(goal)\(targets)")
        for target in settings.targets { log.writeNotes(of: target) }
    }

    /// Writes an event of the gate.
    func write(_ event: GateEvent, _ progress: GateProgress) {
        switch event {
        case .attempted(let index, let isNews):
            guard isNews || log.isVerbose else { return }
            let record = progress.records[index]
            guard log.isVerbose, record.state != .healthy else {
                writePending(record)
                return write(record, isNews ? .info : .debug, progress)
            }
            let event = record.lastOutcome?.failure == nil ? "answered" : "not_ready"
            for line in attempts.lines(about: record, record.sentence) {
                log.write(isNews ? .info : .debug, event, record, clock(), line)
            }
        case .reminder(let waited):
            for record in progress.records where record.state != .healthy {
                log.write(
                    .info, "reminder", record, clock(),
                    "still not \(record.goal): \(record.story(over: waited)): \(record.explanation)")
            }
        }
    }

    /// Writes the attempts that are folded until now.
    private func writePending(_ record: TargetRecord) {
        guard log.isVerbose else { return }
        for line in attempts.pending(record.name) { log.write(.debug, "not_ready", record, clock(), line) }
    }

    private func write(_ record: TargetRecord, _ level: Log.Level, _ progress: GateProgress) {
        guard record.lastOutcome?.failure == nil else {
            return log.write(level, "not_ready", record, clock(), record.sentence)
        }
        guard record.state == .healthy else {
            return log.write(level, "answered", record, clock(), "\(record.sentence); asking again")
        }
        let waited = progress.startedAt.duration(to: record.lastSuccess ?? progress.startedAt)
        log.write(
            level, "ready", record, clock(), "\(record.sentence) after \(DurationText.describe(waited))")
    }

    /// Writes why a port may refuse although the service's own check succeeds.
    func writeDoubt(_ record: TargetRecord) {
        log.write(
            .warning, "note",
            "\(record.name): its port has refused for as long as its own check would go on, and that check asks at"
                + " 127.0.0.1: does it listen for others as well?")
    }

    /// Writes the optional targets that are not ready.
    func writeLeftOptionals(_ progress: GateProgress) {
        for index in progress.waitingOptionals {
            let record = progress.records[index]
            log.write(.warning, "left", record, clock(), "optional, going on without it: \(record.sentence)")
        }
    }

    /// Writes the end by `--fail-fast`.
    func writeFailure(_ progress: GateProgress, _ target: Int) {
        let record = progress.records[target]
        log.write(.error, "failed", record, clock(), "giving up: \(record.sentence)")
    }

    /// Writes the timeout, and the story of each target that is not ready.
    func writeTimeout(_ progress: GateProgress, now: Instant) {
        let waited = progress.startedAt.duration(to: now)
        progress.records.forEach(writePending)
        let late = progress.records.filter { $0.state != .healthy }
        if log.isForProvider {
            let stories = late.map { "\($0.name): \($0.story(over: waited)): \($0.explanation)" }
            let message = ["timed out after \(DurationText.describe(waited))"] + stories
            return log.write(.error, "timeout", message.joined(separator: "; "))
        }
        log.write(.error, "timeout", "timed out after \(DurationText.describe(waited))")
        for record in late {
            log.write(
                .error, "story", record, clock(), "\(record.story(over: waited)): \(record.explanation)")
        }
    }
}

extension Target {
    /// `db (PostgreSQL at db:5432, by its port)`
    var summary: String {
        let inference = isInferred ? ", by its port; tcp://\(endpoint) asks for the bare port" : ""
        return "\(name) (\(title) at \(endpoint)\(inference))"
    }
}

extension Log {
    /// Writes what there is to say of the run before its first line.
    func writeNotes(_ notes: [String]) {
        for note in notes { write(.info, "note", note) }
    }

    /// Writes the warning and the notes about a target before it is probed.
    func introduce(_ target: Target) {
        warnAboutPassword(of: target)
        writeNotes(of: target)
    }

    /// Writes how the target was read.
    func writeNotes(of target: Target) {
        for warning in target.warnings { write(.info, "note", "\(target.name): \(warning)") }
        for note in target.notes { write(.debug, "note", "\(target.name): \(note)") }
    }

    /// Warns about a password among the arguments, which `ps` and `docker inspect` show.
    func warnAboutPassword(of target: Target) {
        guard target.hasPasswordInArguments else { return }
        let secrets = type(of: target.service).secrets
        let places =
            isForProvider
            ? ["target_env"] + secrets.better.filter { $0.hasSuffix("_file") }
            : secrets.better + ["env:NAME"]
        let others = places.dropLast().joined(separator: ", ")
        let better = (others.isEmpty ? "" : "\(others) or ") + (places.last ?? "")
        write(
            .warning, "password",
            "warning: \(secrets.name) \(target.name) is an argument, which `ps` and `docker inspect` show:"
                + " use \(better)")
    }
}
