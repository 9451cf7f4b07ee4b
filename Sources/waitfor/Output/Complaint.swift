import Configuration
import HealthCore

/// A mistake that ends the program before anything is probed, in the format of the log that was asked for.
enum Complaint {
    /// Writes each line of a text, whether or not the arguments could be read.
    static func write(_ text: String, _ event: String, _ start: StartState) {
        guard wantsJSON(start) else { return Output.complain(text) }
        let log = Log(.json)
        for line in text.split(separator: "\n") { Output.log(log.line(.error, event, String(line))) }
    }

    /// Whether `--log` or its variables ask for JSON. The last option counts, and an option before a variable.
    private static func wantsJSON(_ start: StartState) -> Bool {
        let words = AgentVerb.words(start)
        let verb = words.lazy.compactMap(Verb.init(word:)).first ?? .gate
        let variables = ["WAITFOR_\(verb.rawValue.uppercased())_LOG", "WAITFOR_LOG"].lazy
        let format =
            AgentVerb.values(of: ["--log"], in: words).last ?? variables.compactMap(start.meaningful).first
        return format == LogFormat.json.rawValue
    }
}
