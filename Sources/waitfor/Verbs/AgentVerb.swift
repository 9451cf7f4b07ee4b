import CLinux
import EventLoop
internal import Glibc
import HealthCore
import Probes

/// `waitfor agent`: watches its targets and answers from memory until it is told to stop.
struct AgentVerb: Sendable {
    private let request: Request
    private let start: StartState

    init(_ request: Request, _ start: StartState) {
        self.request = request
        self.start = start
    }

    /// Returns how the program ends.
    func run() throws(ConfigurationError) -> ExitCode {
        // Before anything else: a file from before the crash must not say that all is ready.
        if let path = request.value("ready-file")?.string { unlink(path) }
        let settings = try read()
        if let path = settings.fixed.readyFile { unlink(path) }
        let signals = Signals()
        let loop = EventLoop()
        let listeners = try listen(settings.fixed.listen, on: loop)
        let manager = ServiceManager(start.variable)
        return loop.run {
            var life = AgentLife(
                settings, reading: read, signals: signals, manager: manager, listeners: listeners,
                environment: start.environment, on: loop)
            return await life.run()
        }
    }

    /// Options, environment and file; read anew for every reload.
    @Sendable private func read() throws(ConfigurationError) -> AgentSettings {
        start.hideFromLibPQ()
        return try AgentSettings(request, start.surroundings)
    }

    private func listen(
        _ addresses: [ListenAddress], on loop: EventLoop
    ) throws(ConfigurationError) -> [Listener] {
        var listeners: [Listener] = []
        for address in addresses {
            do throws(ListenFailure) {
                listeners.append(try Listener(address, on: loop))
            } catch {
                throw ConfigurationError("cannot listen on \(address): \(error.message)")
            }
        }
        return listeners
    }
}
