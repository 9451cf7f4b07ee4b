import Configuration
import EventLoop
import Files
internal import Glibc
import HealthCore

/// `waitfor agent`: watches its targets and answers from memory until it is told to stop.
struct AgentVerb: Sendable {
    let request: Request
    let start: StartState

    /// Returns how the program ends.
    func run() throws(ConfigurationError) -> ExitCode {
        Self.removeLeftOver(start)
        let settings: AgentSettings
        do throws(ConfigurationError) { settings = try read() } catch {
            throw Self.withoutLeftOver(error, start)
        }
        if let path = settings.fixed.readyFile { ReadyFile.removeLeftOver(path) }
        let signals = Signals()
        DescriptorLimit.raise()
        let loop = EventLoop()
        let listeners = try listen(settings.fixed.listen, on: loop)
        let manager = ServiceManager(start.variable)
        return loop.run {
            var life = RunningAgent(
                settings, reading: read, signals: signals, manager: manager, listeners: listeners,
                environment: start.environment, on: loop)
            return await life.run()
        }
    }

    /// Whether an agent was asked for, understood or not.
    static func isMeant(_ start: StartState) -> Bool {
        words(start).contains { Verb(word: $0) == .agent }
    }

    /// A ready file from before a crash must not say that all is ready, whatever else is wrong: this one goes as
    /// soon as arguments and environment name it, understood or not. Returns whether they do.
    @discardableResult
    private static func removeLeftOver(_ start: StartState) -> Bool {
        let words = words(start)
        guard
            let path = values(of: ["--ready-file"], in: words).last
                ?? start.variable("WAITFOR_AGENT_READY_FILE"),
            !path.isEmpty
        else { return false }
        ReadyFile.removeLeftOver(path)
        return true
    }

    /// The same for a file that only a configuration names, itself with mistakes or not. Where that cannot be told,
    /// it is said.
    static func withoutLeftOver(_ mistake: ConfigurationError, _ start: StartState) -> ConfigurationError {
        guard !removeLeftOver(start) else { return mistake }
        let variables = ["WAITFOR_AGENT_CONFIG", "WAITFOR_CONFIG"].lazy.compactMap(start.variable)
        let written = values(of: ["--config", "-c"], in: words(start))
        let named = written.first ?? variables.first
        guard named != nil || FileIdentity(TargetSource.usualPath) != nil else { return mistake }
        let path = named ?? TargetSource.usualPath
        // None that is meant, or nobody knows which.
        guard written.count <= 1, !path.isEmpty else { return mistake }
        do throws(ConfigurationErrors) {
            if let file = try ConfigurationFile.readyFile(in: path, start.context) {
                ReadyFile.removeLeftOver(file)
            }
            return mistake
        } catch {
            return ConfigurationError(
                mistake.description
                    + "\nif \(PrintableText.line(path)) names a ready_file, an old one may still be there: remove it"
            )
        }
    }

    /// What stands before `--`.
    private static func words(_ start: StartState) -> [String] {
        start.arguments.prefix { $0 != Array("--".utf8) }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The values of an option that is spelled in one of these ways.
    private static func values(of spellings: [String], in words: [String]) -> [String] {
        words.indices.flatMap { place in
            spellings.compactMap { spelling in
                let inline = spelling.hasPrefix("--") ? spelling + "=" : spelling
                if words[place] == spelling { return words.dropFirst(place + 1).first }
                return words[place].hasPrefix(inline) ? String(words[place].dropFirst(inline.count)) : nil
            }
        }
    }

    /// Options, environment and file; read anew for every reload.
    @Sendable private func read() throws(ConfigurationError) -> AgentSettings {
        start.hideFromLibPQ()
        return try AgentSettings(request, start.context)
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
