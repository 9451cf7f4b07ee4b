import CLinux
import EventLoop
import HealthCore
internal import Synchronization

/// Runs the commands of `on_change`, each for a bounded time, and logs what they come to.
final class ChangeCommands: Sendable {
    /// How long a command may take before SIGTERM asks its process group to end, and how much longer before SIGKILL.
    private static let time = Duration.seconds(10)
    private static let grace = Duration.seconds(2)
    /// The most bytes of its output that are kept.
    private static let outputLimit = 1024

    private let environment: ProcessEnvironment
    private let signals: StartSignals
    private let log: Log
    private let loop: EventLoop
    private let tasks = Mutex<[String: Task<Void, Never>]>([:])

    init(_ environment: ProcessEnvironment, _ signals: StartSignals, _ log: Log, on loop: EventLoop) {
        (self.environment, self.signals, self.log, self.loop) = (environment, signals, log, loop)
    }

    /// Runs the command of a change. `ended` is called once it has ended, with whether it failed.
    func run(_ change: StateChange, ended: @escaping @Sendable (_ hasFailed: Bool) -> Void) {
        let name = change.record.name
        let task = loop.start { [self] in
            log.write(
                .info, "action",
                "\(name): \(change.record.state.rawValue): \(StateChange.word): \(change.command.name)",
                fields: fields(change))
            let mistake = await mistake(of: change)
            tasks.withLock { $0[name] = nil }
            guard !Task.isCancelled else { return }
            if let mistake {
                log.write(
                    .warning, "action_failed",
                    "\(name): \(StateChange.word): \(change.command.name): \(mistake)",
                    fields: fields(change))
            }
            ended(mistake != nil)
        }
        tasks.withLock { $0[name] = task }
    }

    /// Kills the commands that run, and waits until they have ended.
    func end() async {
        let running = tasks.withLock { Array($0.values) }
        for task in running { task.cancel() }
        for task in running { await task.value }
    }

    /// What went wrong with a command, which this runs; nil for nothing.
    private func mistake(of change: StateChange) async -> String? {
        let values = change.values(WallClock(on: loop))
        let started = environment.with(Array(zip(StateChange.variables, values))) { environment in
            Result { () throws(Failure) in
                try ChildProcess(
                    change.command.arguments.map { $0.reveal { $0 } }, environment, signals, on: loop)
            }
        }
        let child: ChildProcess
        do throws(Failure) { child = try started.get() } catch { return error.message }
        let asked = loop.now.advanced(by: Self.time)
        let (ending, output, isCut) = await child.run(
            keeping: Self.outputLimit, asking: asked, until: asked.advanced(by: Self.grace))
        let said = ChildProcess.line(output, isCut: isCut)
        let tail = said.isEmpty ? "" : ": \(said)"
        guard loop.now < asked else {
            let fate = ending == nil ? "killed" : "ended by SIGTERM"
            return "no end within \(DurationText.describe(Self.time)): \(fate)\(tail)"
        }
        switch ending {
        case .exited(0): return nil
        case .exited(let status): return "exit status \(status)\(tail)"
        case .signalled(let signal): return "ended by \(SignalName.text(of: signal))\(tail)"
        case nil: return "killed"
        }
    }

    private func fields(_ change: StateChange) -> [(key: String, value: JSONText)] {
        [("target", .string(change.record.name)), ("action", .string(StateChange.word))]
    }
}
