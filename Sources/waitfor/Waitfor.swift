import EventLoop
internal import Glibc
import HealthCore

@main
enum Waitfor {
    static func main() {
        FatalFailure.explainShortage()
        let start = StartState.capture()
        let code = start.isCalled(PgIsReady.name) ? PgIsReady.run(start) : run(start).number
        Output.finish()
        exit(code)
    }

    private static func run(_ start: StartState) -> ExitCode {
        if let code = ComposeProvider.run(start) { return code }
        do throws(ConfigurationError) {
            let request = try request(start)
            switch request.verb {
            case _ where request.has("help"): return try help(request)
            case .help: return try help(request.words)
            case _ where request.has("version"): return VersionVerb.run(listsLibraries: false)
            case .version:
                if let word = request.words.first {
                    throw ConfigurationError("`version` takes no argument `\(PrintableText.word(word))`")
                }
                return VersionVerb.run(listsLibraries: request.has("libraries"))
            case .gate: return try gate(request, start)
            case .check: return try check(request, start)
            case .agent: return try AgentVerb(request: request, start: start).run()
            case .run: return try RunVerb(request: request, start: start).run()
            case .status: return try StatusVerb(request, start).run()
            case .config: return try ConfigVerb.run(request, start)
            case .lint: return try LintVerb.run(request, start)
            case .completion: return try CompletionVerb.run(request)
            case .install: return try InstallVerb.run(request)
            }
        } catch {
            Complaint.write(error.description, "usage", start)
            return .usage
        }
    }

    private static func request(_ start: StartState) throws(ConfigurationError) -> Request {
        do throws(ConfigurationError) {
            let names = start.settings
            var request = try Request(start.arguments, variable: names.isEmpty ? nil : { start.variable($0) })
            if !names.isEmpty { request.notes = UnknownVariables.notes(among: names) }
            return request
        } catch {
            throw AgentVerb.isMeant(start) ? AgentVerb.withoutLeftOver(error, start) : error
        }
    }

    private static func settings(
        _ request: Request, _ start: StartState
    ) throws(ConfigurationError) -> RunSettings {
        start.hideFromLibPQ()
        return try RunSettings(request, start.context)
    }

    private static func check(_ request: Request, _ start: StartState) throws(ConfigurationError) -> ExitCode
    {
        if request.has("agent") { return try AgentCheck(request, start).run() }
        return CheckVerb(settings: try settings(request, start), environment: start.environment).run()
    }

    private static func gate(_ request: Request, _ start: StartState) throws(ConfigurationError) -> ExitCode {
        if request.words.isEmpty, request.command == nil, request.options.isEmpty,
            access(TargetSource.usualPath, F_OK) != 0
        {
            throw ConfigurationError(
                "nothing to wait for: `waitfor db:5432 -- start-app`; see `waitfor help`")
        }
        if let words = request.command, words.isEmpty {
            throw ConfigurationError("nothing follows `--`: the image's CMD is empty")
        }
        let settings = try settings(request, start)
        do throws(Command.StartError) {
            let command = try request.command.map { words throws(Command.StartError) in
                try Command(words, path: start.bytes(of: "PATH"))
            }
            return GateVerb(settings: settings, command: command, start: start).run()
        } catch {
            Complaint.write(error.message, "command", start)
            return error.exit
        }
    }

    private static func help(_ request: Request) throws(ConfigurationError) -> ExitCode {
        // `waitfor targets --help` asks for a topic, and `waitfor top --help` for one that there is not.
        if !request.hasVerb, let word = request.words.first, word.allSatisfy(ASCII.isLetter), !word.isEmpty {
            return try help([word])
        }
        let verb = request.verb
        // `waitfor --help` shows the overview and the gate's help, `waitfor check --help` the verb's.
        let text = HelpText.topic(verb == .gate ? nil : verb.rawValue) ?? ""
        return Output.deliver(verb == .gate ? text + "\n" + (HelpText.topic("wait") ?? "") : text)
    }

    private static func help(_ words: [[UInt8]]) throws(ConfigurationError) -> ExitCode {
        guard words.count <= 1 else { throw ConfigurationError("help takes one topic") }
        let word = words.first.map { String(decoding: $0, as: UTF8.self) }
        guard let text = HelpText.topic(word) else {
            throw ConfigurationError(
                "no help about `\(PrintableText.word((word ?? "").utf8))`"
                    + (NearestWord.of(word ?? "", among: HelpText.topics).map { "; did you mean `\($0)`?" }
                        ?? "; see `waitfor help`"))
        }
        return Output.deliver(text)
    }
}
