import Configuration
import HealthCore

/// `waitfor config check|show|convert FILE`: validates a file, or prints its settings; with -f those that a Compose file
/// means, or the configuration file that means the same.
enum ConfigVerb {
    static let actions = ["check", "show", "convert"]

    static func run(_ request: Request, _ start: StartState) throws(ConfigurationError) -> ExitCode {
        let form =
            "write `waitfor config check FILE`, `waitfor config show FILE` or `waitfor config convert -f FILE`"
        let words = request.words.map { String(decoding: $0, as: UTF8.self) }
        guard let action = words.first, actions.contains(action), words.count <= 2 else {
            let hint = NearestWord.hint(words.first ?? "", among: actions)
            throw ConfigurationError(form + hint)
        }
        if let source = try ComposeSource(request) {
            guard words.count == 1 else { throw ConfigurationError(form) }
            return try run(source, action, request, start)
        }
        guard action != "convert" else {
            throw ConfigurationError("write `waitfor config convert -f FILE`, a Compose file")
        }
        if let written = request.value("output") {
            throw ConfigurationError("\(written.source) belongs to -f")
        }
        let path = words.count == 2 ? words[1] : TargetSource.usualPath
        do throws(ConfigurationErrors) {
            let file = try ConfigurationFile.load(
                path, start.context, summarizing: action == "show")
            let targets = file.targets.count == 1 ? "1 target" : "\(file.targets.count) targets"
            return Output.deliver(
                action == "show" ? file.summary : "\(PrintableText.line(path)): \(targets), no mistakes\n")
        } catch {
            return tell(error)
        }
    }

    /// The same for a Compose file, by what is asked of its services.
    private static func run(
        _ source: ComposeSource, _ action: String, _ request: Request, _ start: StartState
    ) throws(ConfigurationError) -> ExitCode {
        let form = try OptionReader(request: request).format("output") ?? .text
        do throws(ConfigurationErrors) {
            let project = try source.project(start.context)
            if action == "convert" {
                return Output.deliver(
                    try ComposeConversion(
                        project, service: source.service, asksPorts: source.asksPorts, start.context
                    ).text)
            }
            let summary = try ComposeSummary(
                project, service: source.service, asksPorts: source.asksPorts)
            if action == "show" { return Output.deliver(form == .json ? summary.json : summary.text) }
            for line in project.warnings { Output.log(line + "\n") }
            let services = project.services.count == 1 ? "1 service" : "\(project.services.count) services"
            let files = source.files.map { PrintableText.line($0) }.joined(separator: ", ")
            return Output.deliver("\(files): \(services), no mistakes\n")
        } catch {
            return tell(error)
        }
    }

    /// The mistakes have the form of a compiler's, so that editors find their places.
    private static func tell(_ mistakes: ConfigurationErrors) -> ExitCode {
        for line in mistakes.lines { Output.log(line + "\n") }
        return .usage
    }
}
