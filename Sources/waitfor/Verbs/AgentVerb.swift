import Configuration
import EventLoop
import Files
internal import Glibc
import HealthCore

/// `waitfor agent`: watches its targets and answers from memory until a termination signal.
struct AgentVerb: Sendable {
    let request: Request
    let start: StartState

    /// Runs the agent, and returns the exit code.
    func run() throws(ConfigurationError) -> ExitCode {
        let settings = try settings()
        let signals = Signals()
        DescriptorLimit.raise()
        let loop = EventLoop()
        let listeners = try Self.listen(settings.fixed.listen, on: loop)
        let manager = ServiceManager(start.variable)
        return loop.run {
            var life = RunningAgent(
                settings, reading: read, signals: signals, manager: manager, listeners: listeners,
                environment: start.environment, on: loop)
            return await life.run()
        }
    }

    /// The settings of an agent that starts, which has removed what an earlier one may have left.
    func settings() throws(ConfigurationError) -> AgentSettings {
        Self.removeLeftOver(start)
        let settings: AgentSettings
        do throws(ConfigurationError) { settings = try read() } catch {
            throw Self.withoutLeftOver(error, start)
        }
        if let path = settings.fixed.readyFile {
            try ReadyFile.requireDirectory(of: path)
            ReadyFile.removeLeftOver(path)
        }
        return settings
    }

    /// Whether the arguments ask for an agent, whether or not they can be parsed.
    static func isMeant(_ start: StartState) -> Bool { verb(start) != nil }

    /// The verb of an agent that the arguments ask for.
    private static func verb(_ start: StartState) -> Verb? {
        words(start).lazy.compactMap(Verb.init(word:)).first { $0 == .agent || $0 == .run }
    }

    /// The values of an option's variables, the more specific one first.
    private static func variables(of option: String, _ start: StartState) -> [String] {
        let verb = verb(start) ?? .agent
        let names = Option.first { $0.name == option }?.variables(for: verb) ?? []
        return names.compactMap(start.meaningful)
    }

    /// Removes the ready file that arguments or environment name, whether or not they can be parsed: a ready file from
    /// before a crash must not outlive a failed start. Returns whether they name one.
    @discardableResult
    private static func removeLeftOver(_ start: StartState) -> Bool {
        let words = words(start)
        guard
            let path = values(of: ["--ready-file"], in: words).last
                ?? variables(of: "ready-file", start).first,
            !path.isEmpty
        else { return false }
        ReadyFile.removeLeftOver(path)
        return true
    }

    /// Removes the ready file that only a configuration names, with or without mistakes. If the configuration cannot be
    /// read, the returned mistake says that an old ready file may still exist.
    static func withoutLeftOver(_ mistake: ConfigurationError, _ start: StartState) -> ConfigurationError {
        guard !removeLeftOver(start) else { return mistake }
        let written = values(of: ["--config", "-c"], in: words(start))
        let named = written.first ?? variables(of: "config", start).first
        guard named != nil || FileIdentity(TargetSource.usualPath) != nil else { return mistake }
        let path = named ?? TargetSource.usualPath
        // No path is meant, or several.
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

    /// The arguments before `--`.
    static func words(_ start: StartState) -> [String] {
        start.arguments.prefix { $0 != Array("--".utf8) }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The values of an option with one of these spellings.
    static func values(of spellings: [String], in words: [String]) -> [String] {
        words.indices.flatMap { place in
            spellings.compactMap { spelling in
                let inline = spelling.hasPrefix("--") ? spelling + "=" : spelling
                if words[place] == spelling { return words.dropFirst(place + 1).first }
                return words[place].hasPrefix(inline) ? String(words[place].dropFirst(inline.count)) : nil
            }
        }
    }

    /// Reads options, environment and file, anew for every reload.
    @Sendable func read() throws(ConfigurationError) -> AgentSettings {
        start.hideFromLibPQ()
        return try AgentSettings(request, start.context)
    }

    /// Listens on all of the addresses.
    static func listen(
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

    /// The listeners for programs of our own user beside those on network addresses. An agent is of use without them.
    static func inner(of listeners: [Listener], _ log: Log, on loop: EventLoop) -> [Listener] {
        listeners.compactMap { listener in
            guard let address = listener.address.inner else { return nil }
            do throws(ListenFailure) { return try Listener(address, on: loop) } catch {
                log.write(
                    .warning, "listener", "not listening for its own user at \(address): \(error.message)")
                return nil
            }
        }
    }
}
