import Configuration
import HealthCore

/// `waitfor lint FILE...`: finds what is wrong with written health checks.
enum LintVerb {
    private enum Form: String, CaseIterable { case text, json, sarif }

    static func run(_ request: Request, _ start: StartState) throws(ConfigurationError) -> ExitCode {
        guard !request.words.isEmpty else { throw ConfigurationError("write `waitfor lint FILE...`") }
        let form =
            try OptionReader(request: request).value("output") { text throws(SettingError) in
                try text.choice(Form.self, "text, json or sarif")
            } ?? .text
        var lines: [LintedLine] = []
        var mistakes: [String] = []
        for word in request.words {
            do throws(ConfigurationErrors) {
                lines += try LintReader.findings(in: String(decoding: word, as: UTF8.self), start.context)
            } catch {
                mistakes += error.lines
            }
        }
        let text =
            switch form {
            case .text: LintReport.text(lines)
            case .json: LintReport.json(lines)
            case .sarif: LintReport.sarif(lines, version: Version.number)
            }
        let code = Output.deliver(text)
        for line in mistakes { Output.log(line + "\n") }
        guard case .ready = code, mistakes.isEmpty else { return .usage }
        return lines.isEmpty ? .ready : .notReady
    }
}
