import CLinux
import EventLoop
internal import Glibc
import HealthAgent
import HealthCore
import Probes
import StatusServer

/// A running agent: its monitors, its server, its signals and its ticks. `run` is all of its life; beside a command it is
/// that of the command, see `RunningCommand`.
struct RunningAgent {
    private static let tick = Duration.seconds(1)
    private static let lookInterval = Duration.seconds(10)

    private var settings: AgentSettings
    private let read: @Sendable () throws(ConfigurationError) -> AgentSettings
    private let signals: Signals
    private let manager: ServiceManager
    let listeners: [Listener]
    private let loop: EventLoop
    private let board: HealthBoard
    private let log: AgentLog
    private var agent: Agent
    private let acting: Acting
    /// Whether the command beside the agent is being restarted, and its own port is not asked.
    private var isRestarting = false
    private var readyFile: ReadyFile?
    private var readyFileError: String?
    private var watchedFiles: [WatchedFile] = []
    private var nextLook: Instant
    /// Whether the targets are watched, and not only shown.
    private var isWatching = false
    private var hasNotifiedReady = false
    private var notifiedStatus = ""

    private enum Event: Sendable {
        case signal(Int32)
        case tick
        case delayPassed
        case over
    }

    /// - Parameter read: reads options, environment and file anew.
    init(
        _ settings: AgentSettings,
        reading read: @escaping @Sendable () throws(ConfigurationError) -> AgentSettings,
        signals: Signals, manager: ServiceManager, listeners: [Listener], environment: ProcessEnvironment,
        on loop: EventLoop
    ) {
        (self.settings, self.read, self.signals, self.manager, self.loop) = (
            settings, read, signals, manager, loop
        )
        loop.namesTargets = true
        board = HealthBoard()
        let plainLog = Log(settings.fixed.common)
        Output.attend(on: loop, plainLog)
        self.listeners = listeners + AgentVerb.inner(of: listeners, plainLog, on: loop)
        let log = AgentLog(log: plainLog, clock: { WallClock(on: loop) })
        self.log = log
        let jitter = Jitter()
        let commands = ChangeCommands(environment, signals.atStart, plainLog, on: loop)
        let acting = Acting(
            settings.fixed.actions, commands, log: plainLog, now: { loop.now }, jitter: jitter.next)
        self.acting = acting
        let dialer = Dialer(
            loop, Resolver(loop, families: settings.fixed.common.families),
            measuringPhases: settings.fixed.common.verbosity == .verbose)
        agent = Agent(
            board: board, clock: LoopClock(loop), probe: { $0.probe(dialer, environment: environment) },
            jitter: jitter.next, call: { loop.call(at: $0, $1) },
            start: { loop.start($0) },
            reportsEveryProbe: { log.writesEveryProbe || acting.isNeeded },
            onEvent: { event in
                log.write(event)
                acting.observe(event)
            })
        readyFile = settings.fixed.readyFile.map(ReadyFile.init)
        if settings.fixed.watches { watchedFiles = settings.files.map(WatchedFile.init) }
        nextLook = loop.now.advanced(by: Self.lookInterval)
    }

    /// Runs until a termination signal.
    mutating func run() async -> ExitCode {
        introduce()
        watch()
        let server = server
        let listeners = listeners
        let code = await withTaskGroup(of: Event.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                await server.serve(listeners)
                return .over
            }
            awaitSignal(&group)
            wake(after: tickInterval, .tick, &group)
            while let event = await group.next() {
                switch event {
                case .tick:
                    if let code = tick().lazy.compactMap(\.exitCode).first {
                        shutDown()
                        return code
                    }
                    wake(after: tickInterval, .tick, &group)
                case .signal(SIGHUP):
                    reload()
                    awaitSignal(&group)
                case .signal(let signal):
                    guard let end = stop(signal, &group) else { continue }
                    return end
                case .delayPassed: return ExitCode.ready
                case .over: continue
                }
            }
            return ExitCode.ready
        }
        await end()
        return code
    }

    /// Writes what there is to say of the settings.
    func introduce() { log.introduce(settings) }

    /// Shows the targets as starting, before `watch`.
    func show() { agent.show(settings.targets) }

    /// Watches the targets from now on.
    mutating func watch() {
        log.announce(settings)
        isWatching = true
        watchTargets()
        if !settings.fixed.notifiesWhenReady { notifyReady() }
    }

    /// Watches the targets of the settings; the command itself only while it is not being restarted.
    @discardableResult
    private mutating func watchTargets() -> AgentChanges {
        let targets = isRestarting ? settings.targets.filter { !$0.isCommandItself } : settings.targets
        acting.watch(targets, of: settings.targets)
        // Reading a configuration takes more memory than it leaves in use.
        defer { malloc_trim(0) }
        return agent.watch(targets)
    }

    /// Answers that the agent is not ready, until the command is started again, which its own port then is as well.
    mutating func beginRestart() {
        isRestarting = true
        board.setRestarting(true)
        watchTargets()
    }

    /// The command was started again.
    mutating func endRestart() {
        isRestarting = false
        board.setRestarting(false)
        acting.restarted()
        watchTargets()
    }

    /// Answers that the agent is not ready, for good.
    func shutDown() {
        board.shutDown()
        acting.stopTelling()
        manager.stopping()
        readyFile?.remove()
    }

    /// Cancels the probes in flight, and kills the commands that are told of changes.
    mutating func end() async {
        await agent.stop()
        await acting.end()
        readyFile?.remove()
    }

    // MARK: Waiting

    private func awaitSignal(_ group: inout TaskGroup<Event>) {
        let (signals, loop) = (signals, loop)
        group.addTask { await signals.next(on: loop).map(Event.signal) ?? .over }
    }

    private func wake(after duration: Duration, _ event: Event, _ group: inout TaskGroup<Event>) {
        let loop = loop
        group.addTask {
            await loop.sleep(until: loop.now.advanced(by: duration)) == .cancelled ? .over : event
        }
    }

    /// The time until the next tick.
    var tickInterval: Duration {
        let longest = min(Self.tick, manager.watchdogInterval ?? Self.tick)
        return acting.wait(from: loop.now, atMost: longest)
    }

    // MARK: Events

    /// Does the work of every second: warnings, ready file, notifications, and the check of the watched file. Returns the
    /// actions that are due.
    ///
    /// - Parameter isHeld: whether nothing can be done now.
    mutating func tick(isHeld: Bool = false) -> [Actions.Due] {
        beat()
        guard isWatching else { return [] }
        return acting.turn(at: loop.now, isHeld: isHeld || snapshot.isShuttingDown)
    }

    private mutating func beat() {
        let now = snapshot
        Children.reapOrphans()
        for listener in listeners {
            if let report = listener.takeReport() {
                log.warn("listener", "\(listener.address): \(report)")
            }
        }
        for stall in loop.takeStallReports() { log.write(stall) }
        let isReady = isWatching && now.isReady
        let error = readyFile?.update(isReady: isReady)
        if let error, error != readyFileError { log.warn("ready_file", error) }
        readyFileError = error
        if !hasNotifiedReady, isReady { notifyReady() }
        if manager.isThere, case let status = now.summary, status != notifiedStatus {
            notifiedStatus = status
            manager.status(status)
        }
        if manager.watchdogInterval != nil, now.isLive { manager.alive() }
        guard isWatching, now.now >= nextLook else { return }
        nextLook = now.now.advanced(by: Self.lookInterval)
        let changes = watchedFiles.indices.filter { watchedFiles[$0].hasChanged() }
        if !changes.isEmpty { reload() }
    }

    private mutating func notifyReady() {
        hasNotifiedReady = true
        manager.ready()
    }

    /// Reloads the configuration; a mistake leaves the old one in force.
    private mutating func reload() {
        guard !settings.files.isEmpty else {
            return log.warn("reload_failed", "nothing to reload: there is no configuration file")
        }
        // After a reload systemd has the same state as before: a reload makes no agent ready, and stops no shutdown.
        let isReady = hasNotifiedReady && !snapshot.isShuttingDown
        if isReady { manager.reloading() }
        defer { if isReady { manager.ready() } }
        do throws(ConfigurationError) {
            let fresh = try read()
            let needsRestart = fresh.fixed != settings.fixed
            settings = settings.reloaded(fresh)
            log.writeReload(watchTargets(), needsRestart: needsRestart)
            if settings.fixed.watches {
                // What was looked at before the files were read is compared with the next look.
                watchedFiles = settings.files.map { path in
                    watchedFiles.first { $0.path == path } ?? WatchedFile(path)
                }
            }
            board.setConfigurationCurrent(true)
        } catch {
            log.writeFailedReload(error)
            board.setConfigurationCurrent(false)
        }
    }

    /// Begins the shutdown; returns the exit code, if the agent ends at once.
    private mutating func stop(_ signal: Int32, _ group: inout TaskGroup<Event>) -> ExitCode? {
        let isOrderly = signal == SIGTERM || signal == SIGINT
        guard isOrderly, !snapshot.isShuttingDown else { return isOrderly ? .ready : .signal(signal) }
        shutDown()
        log.writeEnd(signal, delay: settings.shutdownDelay)
        guard settings.shutdownDelay > .zero else { return .ready }
        awaitSignal(&group)
        wake(after: settings.shutdownDelay, .delayPassed, &group)
        return nil
    }

    // MARK: State

    private var snapshot: AgentSnapshot { Self.snapshot(board, acting, loop) }

    private static func snapshot(_ board: HealthBoard, _ acting: Acting, _ loop: EventLoop) -> AgentSnapshot {
        var snapshot = board.snapshot(
            at: loop.now, clock: WallClock(on: loop), stalls: loop.stalls, largestLag: loop.largestLag)
        acting.addFigures(to: &snapshot)
        return snapshot
    }

    /// What answers.
    var server: StatusServer {
        var limits = StatusServer.Limits()
        limits.connections = min(settings.fixed.maximumConnections, DescriptorLimit.clients)
        let started = Double(clinux_unix_milliseconds()) / 1000
        return StatusServer(
            version: Version.number, exposesAll: settings.fixed.exposesAll,
            allowedHosts: settings.fixed.allowedHosts, limits: limits, loop: loop,
            snapshot: { [board, acting, loop] in Self.snapshot(board, acting, loop) },
            usage: { ProcessUsage.current(startUnixSeconds: started, droppedLogLines: Output.droppedLines) },
            unixMilliseconds: { clinux_unix_milliseconds() })
    }
}
