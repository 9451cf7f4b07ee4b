import EventLoop
import Glibc
import HealthCore
import Probes

/// `waitfor check TARGET...`: asks every target once.
struct CheckVerb {
    /// Docker keeps this much of what a HEALTHCHECK prints.
    private static let outputLimit = 4096

    let settings: RunSettings
    let environment: Environment

    func run() -> ExitCode {
        Dispositions.settle(withChildren: settings.targets.contains { $0.kind == "exec" })
        if settings.targets.count > 1 { DescriptorLimit.raise() }
        let loop = EventLoop()
        let log = Log(settings.common)
        Output.attend(on: loop, log)
        for target in settings.targets {
            if target.hasPasswordInArguments { log.warnAboutPassword(of: target) }
            for note in target.notes { log.write(.debug, "note", "\(target.name): \(note)") }
        }
        let progress = ask(loop)
        if settings.common.chatter != .quiet { print(progress, WallClock(on: loop)) }
        return progress.isReady ? .ready : .notReady
    }

    private func ask(_ loop: EventLoop) -> GateProgress {
        let (settings, environment) = (settings, environment)
        return loop.run {
            let dialer = Dialer(loop, Resolver(loop, families: settings.common.families))
            var progress = GateProgress(settings.targets, settings.policy, startedAt: loop.now)
            await withTaskGroup(of: (Int, Outcome, Instant, Instant).self) { group in
                for (index, target) in settings.targets.enumerated() {
                    let deadline = progress.attemptDeadline(of: index, startedAt: progress.startedAt)
                    let probe = target.probe(dialer, environment: environment)
                    group.addTask {
                        let began = loop.now
                        let outcome = await probe.attempt(until: deadline)
                        return (index, outcome, began, loop.now)
                    }
                }
                for await (index, outcome, began, ended) in group {
                    _ = progress.record(outcome, of: index, startedAt: began, endedAt: ended, jitter: 0)
                }
            }
            progress.conclude(at: loop.now)
            return progress
        }
    }

    private func print(_ progress: GateProgress, _ clock: WallClock) {
        switch settings.output {
        case .json:
            let report = HealthReport(isReady: progress.isReady, records: progress.records, clock: clock)
            Output.print(report.json(limit: Self.outputLimit - 1))
        case .text:
            let lines = zip(settings.targets, progress.records).map { target, record in
                let inference = target.isInferred ? " [\(target.title), by its port]" : ""
                let optional = record.isRequired ? "" : " (optional)"
                let duration = DurationText.describe(record.lastDuration)
                return "\(record.name)\(optional): \(record.sentence) [\(duration)]\(inference)\n"
            }
            Output.write([Self.limited(lines)])
        }
    }

    /// As many whole lines as fit; the last one says how many did not.
    private static func limited(_ lines: [String]) -> String {
        var text = ""
        for (index, line) in lines.enumerated() {
            // What says that more was left out needs a little room itself.
            let room = index == lines.count - 1 ? 0 : 40
            guard text.utf8.count + line.utf8.count + room <= outputLimit else {
                return text + "and \(lines.count - index) more\n"
            }
            text += line
        }
        return text
    }
}
