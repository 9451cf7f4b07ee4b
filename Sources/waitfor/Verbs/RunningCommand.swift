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
    /// The mask and the dispositions that the command begins with; nil before its first start.
    private var startSignals: StartSignals?
    /// Whether a SIGTERM has come.
    private var isStopping = false
    /// What follows once the command has ended that an action stops.
    private var next: Next?
    /// How often the command was stopped by an action or a SIGTERM.
    private var stops = 0

    private enum Next: Sendable {
        case exit(ExitCode)
        case restart
    }

    private enum Event: Sendable {
        /// The gate has ended, with an exit code if the command is not to start.
        case waited(ExitCode?)
        case signal(Int32)
        /// Orphans may have ended.
        case orphans
        case tick
        /// The command has had its time to end, after the stop of this number.
        case stopTimeout(Int)
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
            let isFirst = startSignals == nil
            if let code = code ?? begin() { return code }
            guard isFirst else { break }
            // Those that became ours before SIGCHLD was waited for.
            group.addTask { .orphans }
            awaitSignal(&group)
        case .signal(SIGCHLD):
            if let code = takeEnding(&group) { return code }
            group.addTask { .orphans }
            awaitSignal(&group)
        case .signal(let signal):
            if let code = pass(signal, &group) { return code }
            awaitSignal(&group)
        case .orphans: if Children.reapOrphans(atMost: Self.reapedAtOnce) { group.addTask { .orphans } }
        case .tick:
            for due in agent.tick(isHeld: process == nil || isStopping || next != nil) { act(due, &group) }
            wake(after: agent.tickInterval, .tick, &group)
        case .stopTimeout(let stop):
            guard stop == stops else { break }
            kill("did not end within \(DurationText.describe(choices.stopTimeout ?? .zero))")
        case .over: break
        }
        return nil
    }

    /// Starts the command. Returns the exit code if that fails, or a signal has come together with the gate's verdict.
    private mutating func begin() -> ExitCode? {
        let isFirst = startSignals == nil
        if isFirst, let signal = signals.pending() { return .signal(signal) }
        let startSignals = startSignals ?? signals.takeAll()
        self.startSignals = startSignals
        do throws(Command.StartError) {
            let process = try command.spawn(start, startSignals)
            log.write(.info, "started", "\(command.shown): started, process \(process.pid)")
            self.process = process
        } catch {
            Complaint.write(error.message, "command", start)
            return error.exit
        }
        if isFirst { agent.watch() } else { agent.endRestart() }
        return nil
    }

    /// Passes a signal on. The first SIGTERM asks the command to end, within its time, and the second one kills. Returns
    /// the exit code if it ends a wait before a restart.
    private mutating func pass(_ signal: Int32, _ group: inout TaskGroup<Event>) -> ExitCode? {
        guard process != nil else {
            guard [SIGTERM, SIGINT, SIGQUIT, SIGHUP].contains(signal) else { return nil }
            log.write(.error, "signal", "ended by \(SignalName.text(of: signal)) while waiting")
            return .signal(signal)
        }
        if signal == SIGTERM {
            guard !isStopping else {
                kill("a second SIGTERM")
                return nil
            }
            isStopping = true
            if case .restart = next { next = nil }
            agent.shutDown()
            let limit = choices.stopTimeout.map { ", at most \(DurationText.describe($0))" } ?? ""
            log.write(.info, "stopping", "stopping on SIGTERM\(limit)")
            limitStop(&group)
        }
        send(signal)
        return nil
    }

    private func send(_ signal: Int32) {
        guard let sent = choices.rewrites.sent(for: signal) else { return }
        process?.send(sent, toGroup: choices.signalsGroup)
    }

    private mutating func limitStop(_ group: inout TaskGroup<Event>) {
        stops += 1
        if let timeout = choices.stopTimeout { wake(after: timeout, .stopTimeout(stops), &group) }
    }

    // MARK: Actions

    /// Does what is due because of a target's health.
    private mutating func act(_ due: Actions.Due, _ group: inout TaskGroup<Event>) {
        switch due.action {
        case .signal(let signal): process?.send(signal, toGroup: choices.signalsGroup)
        case .exit(let code):
            agent.shutDown()
            stop(.exit(.command(code)), &group)
        case .restart:
            // An exit of the same moment is the stronger.
            guard next == nil else { return }
            agent.beginRestart()
            stop(.restart, &group)
        }
    }

    private mutating func stop(_ next: Next, _ group: inout TaskGroup<Event>) {
        self.next = next
        limitStop(&group)
        send(SIGTERM)
    }

    /// Takes the status of a command that has ended. Returns the exit code, unless the command is started again.
    private mutating func takeEnding(_ group: inout TaskGroup<Event>) -> ExitCode? {
        guard case .restart = next else {
            guard let ending = process?.takeEnding() else { return nil }
            let code = code(of: ending)
            if case .exit(let asked) = next { return asked }
            return code
        }
        guard let process, let ending = process.takeEndingOfAll() else { return nil }
        _ = code(of: ending)
        process.takeTerminalBack()
        (self.process, next) = (nil, nil)
        stops += 1
        guard !gate.settings.targets.isEmpty else {
            group.addTask { .waited(nil) }
            return nil
        }
        let (gate, loop) = (gate.forRestart, loop)
        group.addTask { .waited(await gate.wait(on: loop, nil)) }
        return nil
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
