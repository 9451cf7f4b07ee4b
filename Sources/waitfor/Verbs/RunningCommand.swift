import EventLoop
internal import Glibc
import HealthCore

/// The life of a command that `run` starts: the gate before it, its signals, its end, and the orphans meanwhile. The agent
/// answers all the time, and watches the targets once the gate has let the command start.
struct RunningCommand {
    /// The most orphans that are reaped at a time: thousands may end at once, and a signal must not wait for all of them.
    private static let reapedAtOnce = 100

    private let command: Command
    private let choices: CommandSettings
    private let gate: GateVerb
    private var agent: RunningAgent
    private let start: StartState
    private let signals: Signals
    private let loop: EventLoop
    private let log: Log
    private var process: CommandProcess?
    private var isStopping = false

    private enum Event: Sendable {
        /// The gate has ended, with an exit code if the command is not to start.
        case waited(ExitCode?)
        case signal(Int32)
        /// Orphans may have ended.
        case orphans
        case tick
        /// The command has had its time to end.
        case stopTimeout
        case over
    }

    init(
        _ command: Command, _ choices: CommandSettings, after gate: GateVerb, beside agent: RunningAgent,
        start: StartState, signals: Signals, on loop: EventLoop
    ) {
        (self.command, self.choices, self.gate, self.agent) = (command, choices, gate, agent)
        (self.start, self.signals, self.loop) = (start, signals, loop)
        log = Log(gate.settings.common)
    }

    /// Runs until the command has ended, or the gate without it. Returns the exit code.
    mutating func run() async -> ExitCode {
        agent.show()
        let (server, listeners) = (agent.server, agent.listeners)
        let code = await withTaskGroup(of: Event.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                await server.serve(listeners)
                return .over
            }
            wake(after: agent.tickInterval, .tick, &group)
            wait(&group)
            while let event = await group.next() {
                if let code = take(event, &group) { return code }
            }
            return .ready
        }
        process?.takeTerminalBack()
        await agent.end()
        return code
    }

    private func wait(_ group: inout TaskGroup<Event>) {
        guard !gate.settings.targets.isEmpty else {
            agent.introduce()
            group.addTask { .waited(nil) }
            return
        }
        let (gate, signals, loop) = (gate, signals, loop)
        group.addTask { .waited(await gate.wait(on: loop, signals)) }
    }

    private func wake(after duration: Duration, _ event: Event, _ group: inout TaskGroup<Event>) {
        let loop = loop
        group.addTask {
            await loop.sleep(until: loop.now.advanced(by: duration)) == .cancelled ? .over : event
        }
    }

    private func awaitSignal(_ group: inout TaskGroup<Event>) {
        let (signals, loop) = (signals, loop)
        group.addTask { await signals.next(on: loop).map(Event.signal) ?? .over }
    }

    // MARK: Events

    /// Does what an event asks for; returns the exit code if it is the last.
    private mutating func take(_ event: Event, _ group: inout TaskGroup<Event>) -> ExitCode? {
        switch event {
        case .waited(let code):
            if let code = code ?? begin() { return code }
            // Those that became ours before SIGCHLD was waited for.
            group.addTask { .orphans }
            awaitSignal(&group)
        case .signal(SIGCHLD):
            if let ending = process?.takeEnding() { return code(of: ending) }
            group.addTask { .orphans }
            awaitSignal(&group)
        case .signal(let signal):
            pass(signal, &group)
            awaitSignal(&group)
        case .orphans: if Children.reapOrphans(atMost: Self.reapedAtOnce) { group.addTask { .orphans } }
        case .tick:
            agent.tick()
            wake(after: agent.tickInterval, .tick, &group)
        case .stopTimeout: kill("did not end within \(DurationText.describe(choices.stopTimeout ?? .zero))")
        case .over: break
        }
        return nil
    }

    /// Starts the command. Returns the exit code if that fails, or a signal has come together with the gate's verdict.
    private mutating func begin() -> ExitCode? {
        if let signal = signals.pending() { return .signal(signal) }
        do throws(Command.StartError) {
            let process = try command.spawn(start, signals.takeAll())
            log.write(.info, "started", "\(command.shown): started, process \(process.pid)")
            self.process = process
        } catch {
            Complaint.write(error.message, "command", start)
            return error.exit
        }
        agent.watch()
        return nil
    }

    /// Passes a signal on. The first SIGTERM asks the command to end, within its time, and the second one kills.
    private mutating func pass(_ signal: Int32, _ group: inout TaskGroup<Event>) {
        if signal == SIGTERM {
            guard !isStopping else { return kill("a second SIGTERM") }
            isStopping = true
            agent.shutDown()
            let limit = choices.stopTimeout.map { ", at most \(DurationText.describe($0))" } ?? ""
            log.write(.info, "stopping", "stopping on SIGTERM\(limit)")
            if let timeout = choices.stopTimeout { wake(after: timeout, .stopTimeout, &group) }
        }
        guard let sent = choices.rewrites.sent(for: signal) else { return }
        process?.send(sent, toGroup: choices.signalsGroup)
    }

    private func kill(_ reason: String) {
        log.write(.warning, "killed", "\(command.shown): \(reason): killed, with its process group")
        process?.kill()
    }

    private func code(of ending: ChildProcess.Ending) -> ExitCode {
        switch ending {
        case .exited(let status):
            log.write(.info, "ended", "\(command.shown): ended with exit status \(status)")
            return .command(status)
        case .signalled(let signal):
            log.write(.info, "ended", "\(command.shown): ended by \(SignalName.text(of: signal))")
            return .signal(signal)
        }
    }
}
