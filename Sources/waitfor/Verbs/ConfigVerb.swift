import Configuration
import HealthCore

/// `waitfor config check|show FILE`: validates a file, or prints its settings.
enum ConfigVerb {
    static func run(_ request: Request, _ start: StartState) throws(ConfigurationError) -> ExitCode {
        let form = "write `waitfor config check FILE` or `waitfor config show FILE`"
        let words = request.words.map { String(decoding: $0, as: UTF8.self) }
        guard let action = words.first, action == "check" || action == "show", words.count <= 2 else {
            let hint = NearestWord.hint(words.first ?? "", among: ["check", "show"])
            throw ConfigurationError(form + hint)
        }
        let path = words.count == 2 ? words[1] : TargetSource.usualPath
        do throws(ConfigurationErrors) {
            let file = try ConfigurationFile.load(
                path, start.context, summarizing: action == "show")
            let targets = file.targets.count == 1 ? "1 target" : "\(file.targets.count) targets"
            return Output.deliver(
                action == "show" ? file.summary : "\(PrintableText.line(path)): \(targets), no mistakes\n")
        } catch {
            // The mistakes have the form of a compiler's, so that editors find their places.
            for line in error.lines { Output.log(line + "\n") }
            return .usage
        }
    }
}
