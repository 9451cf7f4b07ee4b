import CLinux
import Configuration
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
        Self.removeLeftOver(start)
        let settings: AgentSettings
        do throws(ConfigurationError) { settings = try read() } catch { throw withoutLeftOver(error) }
        if let path = settings.fixed.readyFile { ReadyFile.removeLeftOver(path) }
        let signals = Signals()
        DescriptorLimit.raise()
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

    /// A ready file from before a crash must not say that all is ready, whatever else is wrong: this one goes as
    /// soon as arguments and environment name it, understood or not.
    static func removeLeftOver(_ start: StartState) {
        let option = "--ready-file"
        let words = start.arguments.prefix { $0 != Array("--".utf8) }.map {
            String(decoding: $0, as: UTF8.self)
        }
        let inline = words.last { $0.hasPrefix(option + "=") }?.dropFirst(option.utf8.count + 1)
        let separate = words.lastIndex(of: option).flatMap { words.dropFirst($0 + 1).first }
        guard let path = inline.map(String.init) ?? separate ?? start.variable("WAITFOR_AGENT_READY_FILE"),
            !path.isEmpty
        else { return }
        ReadyFile.removeLeftOver(path)
    }

    /// The same for a file that only a configuration with mistakes names. Where that cannot be told, it is said.
    private func withoutLeftOver(_ mistake: ConfigurationError) -> ConfigurationError {
        guard request.value("ready-file") == nil, let path = try? TargetSource.path(request) else {
            return mistake
        }
        do throws(ConfigurationMistakes) {
            if let file = try ConfigurationFile.readyFile(in: path, start.surroundings) {
                ReadyFile.removeLeftOver(file)
            }
            return mistake
        } catch {
            return ConfigurationError(
                mistake.description
                    + "\nif that file names a ready_file, an old one may still be there: remove it")
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
