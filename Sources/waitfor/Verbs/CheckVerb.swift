import EventLoop
import Glibc
import HealthAgent
import HealthCore
import Probes

/// `waitfor check TARGET...`: asks every target once.
struct CheckVerb {
    let settings: RunSettings
    let environment: ProcessEnvironment

    func run() -> ExitCode {
        Dispositions.settle(withChildren: settings.targets.contains { $0.kind == "exec" })
        if settings.targets.count > 1 { DescriptorLimit.raise() }
        let loop = EventLoop()
        let log = Log(settings.common)
        Output.attend(on: loop, log)
        log.writeNotes(settings.notes)
        for target in settings.targets { log.introduce(target) }
        let progress = ask(loop)
        if settings.common.verbosity != .quiet { print(progress, WallClock(on: loop)) }
        return progress.isReady ? .ready : settings.failure
    }

    private func ask(_ loop: EventLoop) -> GateProgress {
        let (settings, environment) = (settings, environment)
        return loop.run {
            let dialer = Dialer(
                loop, Resolver(loop, families: settings.common.families),
                measuringPhases: settings.output == .json || settings.common.verbosity == .verbose)
            return await OneRound.ask(settings.targets, policy: settings.policy, now: { loop.now }) {
                $0.probe(dialer, environment: environment)
            }
        }
    }

    private func print(_ progress: GateProgress, _ clock: WallClock) {
        switch settings.output {
        case .json:
            let report = HealthReport(isReady: progress.isReady, records: progress.records, clock: clock)
            Output.print(report.json(limit: Output.dockerLimit - 1))
        case .text:
            let lines = zip(settings.targets, progress.records).map { target, record in
                let inference = target.isInferred ? " [\(target.title), by its port]" : ""
                let optional = record.isRequired ? "" : " (optional)"
                return "\(record.name)\(optional): \(record.sentence) [\(record.timing)]\(inference)\n"
            }
            // The line about left-out targets needs some room itself.
            Output.write([Output.limited(lines, room: 40) { "and \($0) more\n" }])
        }
    }
}
