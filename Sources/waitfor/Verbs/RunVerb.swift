import EventLoop
import HealthCore

/// `waitfor run TARGET... -- COMMAND`: waits for the targets, starts the command as a child, and watches the targets while
/// the command runs.
struct RunVerb: Sendable {
    let request: Request
    let start: StartState

    /// Runs the command, and returns its exit code, or that of a gate that gave up.
    func run() throws(ConfigurationError) -> ExitCode {
        let agent = AgentVerb(request: request, start: start)
        let settings = try agent.settings()
        let gateSettings = try RunSettings(before: settings, request)
        let choices = try CommandSettings(request)
        guard let words = request.command else {
            throw ConfigurationError("`run` starts a command: write `--` and the command after the targets")
        }
        guard !words.isEmpty else {
            throw ConfigurationError("nothing follows `--`: the image's CMD is empty")
        }
        let command: Command
        do throws(Command.StartError) {
            command = try Command(words, path: start.bytes(of: "PATH"))
        } catch {
            Complaint.write(error.message, "command", start)
            return error.exit
        }
        let signals = Signals()
        DescriptorLimit.raise()
        if choices.adoptsOrphans, !Children.adoptOrphans() {
            throw ConfigurationError("--subreaper: the kernel refuses it")
        }
        let loop = EventLoop()
        let listeners = try AgentVerb.listen(settings.fixed.listen, on: loop)
        let manager = ServiceManager(start.variable)
        let gate = GateVerb(settings: gateSettings, command: command, start: start)
        return loop.run {
            let running = RunningAgent(
                settings, reading: agent.read, signals: signals, manager: manager, listeners: listeners,
                environment: start.environment, on: loop)
            var life = RunningCommand(
                command, choices, after: gate, beside: running, start: start, signals: signals, on: loop)
            return await life.run()
        }
    }
}
