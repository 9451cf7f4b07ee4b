import HealthCore

/// A service of Compose that is no container: `provider: {type: waitfor, options: …}`. Compose calls `waitfor compose up`,
/// reads JSON lines from standard output, and takes any other line for a fault (docker/compose, docs/extension.md).
struct ComposeProvider {
    static let word = "compose"
    /// By this argument Docker asks a program called `docker-waitfor` whether it is a plugin.
    static let pluginWord = "docker-cli-plugin-metadata"

    private let call: ComposeCall
    private let start: StartState

    /// Answers Compose, if the arguments are a call of its own; nil for any other run.
    static func run(_ start: StartState) -> ExitCode? {
        guard let first = start.arguments.first else { return nil }
        if start.arguments.count == 1, first.elementsEqual(pluginWord.utf8) {
            return Output.deliver(ComposeMetadata.ofPlugin.text + "\n")
        }
        guard first.elementsEqual(word.utf8) else { return nil }
        do throws(ConfigurationError) {
            let call = try ComposeCall(start.arguments.dropFirst())
            switch call.event {
            case "metadata": return Output.deliver(ComposeMetadata.ofProvider.text + "\n")
            case "up": return try ComposeProvider(call: call, start: start).up()
            // Nothing was made for the project: there is nothing to release.
            case "down", "stop": return .ready
            default:
                throw ConfigurationError(
                    "waitfor answers `compose up`, `compose down` and `compose metadata`")
            }
        } catch {
            _ = Output.deliver(Log.providerLine(.error, error.description))
            return .usage
        }
    }

    /// Waits as a gate for the service's target, and then says where it is.
    private func up() throws(ConfigurationError) -> ExitCode {
        // Variables are options of other runs, as WAITFOR_LOG is: what Compose reads has one form.
        let request = try Request(try call.gateArguments(), variable: nil)
        start.hideFromLibPQ()
        let settings = try RunSettings(request, start.context)
        let code = GateVerb(
            settings: settings, command: nil, start: start, log: Log(forProvider: settings.common)
        ).run()
        guard case .ready = code, let target = settings.targets.first else { return code }
        var lines = Log.providerLine(.setenv, "READY_ADDRESS=\(target.endpoint)")
        if call.value("setenv") == "url", let text = call.value("target") ?? ambientTarget {
            lines += Log.providerLine(.setenv, "URL=\(text)")
        }
        return Output.deliver(lines)
    }

    private var ambientTarget: String? { call.value("target_env").flatMap(start.meaningful) }
}

/// The arguments of `compose`: `--project-name=NAME up --target=… --timeout=… SERVICE`.
struct ComposeCall {
    private(set) var event = ""
    private var service = ""
    private var options: [(name: String, value: String)] = []

    init(_ arguments: ArraySlice<[UInt8]>) throws(ConfigurationError) {
        var words: [String] = []
        var rest = arguments
        while let argument = rest.popFirst() {
            let text = String(decoding: argument, as: UTF8.self)
            guard text.hasPrefix("--") else {
                words.append(text)
                continue
            }
            let name = String(text.dropFirst(2).prefix { $0 != "=" })
            let hasValue = text.utf8.count > name.utf8.count + 2
            guard let value = hasValue ? argument.dropFirst(name.utf8.count + 3) : rest.popFirst()?[...]
            else {
                throw ConfigurationError("--\(PrintableText.word(name.utf8)) needs a value")
            }
            options.append((name, String(decoding: value, as: UTF8.self)))
        }
        event = words.first ?? ""
        service = words.count > 1 ? words[1] : ""
    }

    func value(_ name: String) -> String? { options.last { $0.name == name }?.value }

    /// The arguments of the gate that means the same.
    func gateArguments() throws(ConfigurationError) -> [[UInt8]] {
        let target = try targetText()
        // Compose allows dots and digits where the name of a target has a letter first.
        let name = TargetName.isName(service) && !TargetName.isTaken(service) ? service : "target"
        var arguments = ["\(name)=\(target)"]
        for option in options {
            if ComposeMetadata.own.contains(where: { $0.name == option.name })
                || option.name == "project-name"
            {
                continue
            }
            if let gate = ComposeMetadata.ofGate.first(where: { $0.name == option.name }) {
                arguments.append("--\(gate.option)=\(option.value)")
            } else if ComposeMetadata.settings.contains(where: { $0.name == option.name }) {
                arguments.append("--set=\(name).\(option.name)=\(option.value)")
            } else {
                let known = ComposeMetadata.parameters.map(\.name)
                throw ConfigurationError(
                    "provider.options.\(PrintableText.word(option.name.utf8)): there is no such option"
                        + NearestWord.hint(option.name, among: known))
            }
        }
        return arguments.map { Array($0.utf8) }
    }

    private func targetText() throws(ConfigurationError) -> String {
        if let setenv = value("setenv"), setenv != "url" {
            throw ConfigurationError("provider.options.setenv: `url`, or nothing")
        }
        let given = options.filter { $0.name == "target" || $0.name == "target_env" }
        guard let first = given.first, given.count == 1 else {
            throw ConfigurationError(
                given.isEmpty
                    ? "provider.options: `target` or `target_env` is missing: what is to be waited for?"
                    : "provider.options: one service, one target: `target` or `target_env`, once")
        }
        return first.name == "target" ? first.value : "env:\(first.value)"
    }
}
