import EventLoop
internal import Glibc
import HealthAgent
import HealthCore
import Probes

/// `waitfor TARGET... -- COMMAND`: waits for the targets, then becomes the command.
struct GateVerb {
    let settings: RunSettings
    let command: Command?
    let start: StartState
    private let plainLog: Log

    /// A gate with a log of its own, or that of the settings.
    init(settings: RunSettings, command: Command?, start: StartState, log: Log? = nil) {
        (self.settings, self.command, self.start) = (settings, command, start)
        plainLog = log ?? Log(settings.common)
    }

    /// The gate before a further start of the command, which waits for as long as that takes.
    var forRestart: GateVerb {
        GateVerb(settings: settings.waitingForEver, command: command, start: start, log: plainLog)
    }

    private enum Ending: Sendable {
        case judged(GateProgress.Verdict?, GateProgress)
        case signalled(Int32)
    }

    /// Runs the gate, and returns the exit code; with a command, a success does not return.
    func run() -> ExitCode {
        let signals = Signals()
        DescriptorLimit.raise()
        let loop = EventLoop()
        Output.attend(on: loop, plainLog)
        return loop.run { await wait(on: loop, signals) } ?? becomeCommand(signals, plainLog)
    }

    /// Waits for the targets. Returns the exit code of a gate that gives up or is ended by a signal; nil when they are
    /// ready. Without signals somebody else listens to them.
    func wait(on loop: EventLoop, _ signals: Signals?) async -> ExitCode? {
        let log = GateLog(settings: settings, log: plainLog, clock: { WallClock(on: loop) })
        log.announce()
        if let doubt = command?.doubt { plainLog.write(.warning, "note", "\(doubt)") }
        switch await ending(loop, signals, log) {
        case .signalled(let signal):
            plainLog.write(.error, "signal", "ended by \(SignalName.text(of: signal)) while waiting")
            return .signal(signal)
        case .judged(.ready, let progress):
            log.writeLeftOptionals(progress)
            return nil
        case .judged(.failed(let target), let progress):
            log.writeFailure(progress, target)
            return .notReady
        case .judged(.timedOut, let progress):
            log.writeTimeout(progress, now: loop.now)
            return .timedOut
        case .judged(nil, _):
            // Somebody else has ended it, and has told that.
            return .timedOut
        }
    }

    private func ending(_ loop: EventLoop, _ signals: Signals?, _ log: GateLog) async -> Ending {
        let (settings, environment) = (settings, start.environment)
        let dialer = Dialer(
            loop, Resolver(loop, families: settings.common.families),
            measuringPhases: settings.common.verbosity == .verbose)
        let gate = Gate(
            settings.targets, probes: settings.targets.map { $0.probe(dialer, environment: environment) },
            policy: settings.policy,
            clock: LoopClock(loop), jitter: { Double.random(in: -1...1) })
        let screen = screen(from: loop.now)
        return await withTaskGroup(of: Ending?.self) { group in
            if let screen {
                group.addTask {
                    await screen.draw(on: loop)
                    return nil
                }
            }
            group.addTask {
                var doubts = settings.doubts
                let (verdict, progress) = await gate.run { event, progress in
                    screen?.take(progress)
                    log.write(event, progress)
                    guard case .attempted(let index, _) = event else { return }
                    let record = progress.records[index]
                    if doubts[record.name]?.isDue(record.lastOutcome?.failure, at: loop.now) == true {
                        log.writeDoubt(record)
                    }
                }
                return .judged(verdict, progress)
            }
            if let signals { group.addTask { await signals.next(on: loop).map(Ending.signalled) } }
            var ending: Ending?
            while let next = await group.next() {
                group.cancelAll()
                // Verdict and signal may come in one turn of the loop: a signal that was taken must be told.
                if case .signalled = ending { continue }
                ending = next ?? ending
            }
            guard let ending else { preconditionFailure("the gate always ends") }
            return ending
        }
    }

    /// What shows how far the gate is, where somebody looks at a terminal.
    private func screen(from now: Instant) -> GateScreen? {
        guard plainLog.mayBeLive, let terminal = TerminalWindow(STDERR_FILENO, start), terminal.takesSequences
        else {
            return nil
        }
        return GateScreen(terminal, GateProgress(settings.targets, settings.policy, startedAt: now))
    }

    private func becomeCommand(_ signals: Signals, _ log: Log) -> ExitCode {
        // A signal that came together with the verdict ends waitfor, not the command.
        if let signal = signals.pending() { return .signal(signal) }
        guard let command else { return .ready }
        Output.finish()
        Children.reapOrphans()
        DescriptorLimit.restore()
        signals.restore()
        let error = command.execute(start)
        Complaint.write(error.message, "command", start)
        return error.exit
    }
}
