import CLinux
import EventLoop
internal import Glibc
import HealthCore

/// `waitfor status [URL]`: shows what a running agent knows of its targets, once or again and again.
struct StatusVerb: Sendable {
    /// The time from one look to the next.
    private static let interval = Duration.seconds(2)

    private let client: AgentClient
    private let isJSON: Bool
    private let watches: Bool
    private let terminal: TerminalWindow?

    private enum Event: Sendable {
        case signal
        case answer(Result<StatusReport, Failure>)
        case due
        case over
    }

    init(_ request: Request, _ start: StartState) throws(ConfigurationError) {
        guard request.words.count <= 1 else {
            throw ConfigurationError("`status` takes one address of an agent, or none")
        }
        let reader = OptionReader(request: request)
        isJSON = try reader.format("output") == .json
        watches = request.has("watch")
        terminal = TerminalWindow(STDOUT_FILENO, start)
        let written = request.words.first.map { Request.Written(option: "URL", text: $0, source: "URL") }
        client = AgentClient(
            endpoint: try AgentEndpoint.read(written, request, start),
            families: try CommonSettings(request, nil).families,
            timeout: try reader.duration("timeout") ?? GatePolicy.checkTimeout)
    }

    func run() -> ExitCode {
        signal(SIGPIPE, SIG_IGN)
        let loop = EventLoop()
        guard !watches else {
            let signals = Signals()
            Output.attendStandardOutput(on: loop)
            return loop.run { await watch(loop, signals) }
        }
        switch loop.run({ await ask(loop) }) {
        case .success(let report):
            let code = Output.deliver(text(of: report))
            if case .ready = code, !report.isReady { return .notReady }
            return code
        case .failure(let failure):
            Output.complain(client.complaint(about: failure))
            return .notReady
        }
    }

    private func ask(_ loop: EventLoop) async -> Result<StatusReport, Failure> {
        do throws(Failure) { return .success(try await client.report(on: loop)) } catch {
            return .failure(error)
        }
    }

    private func text(of report: StatusReport) -> String {
        guard !isJSON else { return report.json() + "\n" }
        let table = StatusTable(
            report: report, now: clinux_unix_milliseconds(), width: width,
            isColoured: terminal?.takesColours ?? false)
        return table.lines().map { $0 + "\n" }.joined()
    }

    private var width: Int { terminal?.size?.columns ?? TerminalWindow.usualColumns }

    // MARK: Watching

    /// Shows what the agent knows until a signal comes. Returns the code of what was shown last.
    private func watch(_ loop: EventLoop, _ signals: Signals) async -> ExitCode {
        var screen = StatusScreen()
        if isDrawing { Output.write([StatusScreen.beginning]) }
        await withTaskGroup(of: Event.self) { group in
            defer { group.cancelAll() }
            group.addTask { await signals.next(on: loop) == nil ? .over : .signal }
            group.addTask { .answer(await ask(loop)) }
            while let event = await group.next() {
                switch event {
                case .signal: return
                case .answer(let answer):
                    show(answer, on: &screen)
                    group.addTask {
                        let next = loop.now.advanced(by: Self.interval)
                        return await loop.sleep(until: next) == .cancelled ? .over : .due
                    }
                case .due: group.addTask { .answer(await ask(loop)) }
                case .over: continue
                }
            }
        }
        return screen.isReady ? .ready : .notReady
    }

    /// Whether what is shown replaces what was shown before.
    private var isDrawing: Bool { !isJSON && terminal?.takesSequences == true }

    private func show(_ answer: Result<StatusReport, Failure>, on screen: inout StatusScreen) {
        let now = clinux_unix_milliseconds()
        switch answer {
        case .success(let report): screen.take(report, at: now)
        case .failure(let failure): screen.take(client.complaint(about: failure), at: now)
        }
        guard !isJSON else {
            switch answer {
            case .success(let report): Output.print(report.json())
            case .failure(let failure): Output.complain(client.complaint(about: failure))
            }
            return
        }
        // The cursor stands below the last line.
        let limit = isDrawing ? (terminal?.size?.rows).map { $0 - 1 } : nil
        let lines = screen.lines(
            at: now, width: width, atMost: limit ?? .max, isColoured: terminal?.takesColours ?? false)
        if isDrawing {
            Output.draw(StatusScreen.frame(lines))
        } else {
            Output.write((lines + [""]).map { $0 + "\n" })
        }
    }
}
