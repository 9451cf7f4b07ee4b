import Configuration
internal import Glibc
import HealthCore

/// Where the targets of a run come from: arguments, a configuration file, or both.
struct TargetSource {
    /// The file that is read when neither targets nor a file are given.
    static let usualPath = "/etc/waitfor/waitfor.yaml"

    let path: String?
    let file: ConfigurationFile?
    private let request: Request
    private let context: ReadingContext

    /// Reads the file, if there is one.
    init(_ request: Request, _ context: ReadingContext) throws(ConfigurationError) {
        self.request = request
        self.context = context
        try Self.requireTargets(request, context)
        let compose = request.options.isEmpty ? nil : try ComposeSource(request)
        do throws(ConfigurationErrors) {
            if let compose {
                path = compose.files.first
                var means = try compose.load(context)
                // It asks again and again, and `config show` tells them.
                if request.verb == .check { means.notes = [] }
                file = means
                return
            }
        } catch {
            throw ConfigurationError(error.lines.joined(separator: "\n"))
        }
        path = try Self.path(request)
        guard let path else {
            file = nil
            return
        }
        do throws(ConfigurationErrors) {
            file = try ConfigurationFile.load(path, context)
        } catch {
            throw ConfigurationError(error.lines.joined(separator: "\n"))
        }
    }

    /// The targets, complete. `adjust` changes the settings of each, before `--set` does.
    /// Targets that are left out are told in `notes`.
    func targets(
        _ notes: inout [String], adjusting adjust: (inout TargetSettings) -> Void
    ) throws(ConfigurationError) -> [Target] {
        notes += request.notes + (file?.notes ?? [])
        let reader = OptionReader(request: request)
        var targets = try TargetList.read(
            request.words, from: request.hasAmbientTargets ? TargetsVariable.name : nil,
            besides: file?.targets ?? [], adjusting: adjust,
            settings: request.values("set").map(\.text),
            settingsSource: request.value("set")?.source ?? "--set",
            passwordFile: try reader.value("password-file") { text throws(SettingError) in
                try text.filledText()
            },
            passwordFileSource: request.value("password-file")?.source ?? "--password-file",
            noting: { notes.append($0) }, context)
        try Self.markOptional(&targets, request.values("optional"))
        return targets
    }

    /// The file to read. Targets on the command line win over a file that only the environment names.
    static func path(_ request: Request) throws(ConfigurationError) -> String? {
        let written = request.values("config")
        guard written.count <= 1 else {
            throw ConfigurationError("\(written[1].source): one configuration file, once")
        }
        if let given = written.first {
            guard !given.text.isEmpty else {
                throw ConfigurationError("\(given.source): empty: is a variable unset?")
            }
            if given.source.hasPrefix("-") || request.words.isEmpty { return given.string }
        }
        guard request.words.isEmpty else { return nil }
        if access(usualPath, F_OK) == 0 { return usualPath }
        guard request.verb == .agent else {
            throw ConfigurationError("no target: write for example `waitfor db:5432`; see `waitfor help`")
        }
        throw ConfigurationError(
            "nothing to watch: there is no \(usualPath); write `waitfor agent -c FILE`, or targets")
    }

    /// Says of all arguments that are no targets what they were meant for.
    private static func requireTargets(_ request: Request, _ context: ReadingContext)
        throws(ConfigurationError)
    {
        guard request.words.contains(where: WrongWord.isSuspicious) else { return }
        let wrong = WrongWord(request: request, context: context)
        let complaints = request.words.enumerated().compactMap { wrong.complaint($1, at: $0) }
        guard let first = complaints.first else { return }
        // The pieces of one command are one mistake.
        let isCommand = first.mentions("did you forget")
        throw ConfigurationError(isCommand ? first : complaints.joined(separator: "\n"))
    }

    private static func markOptional(
        _ targets: inout [Target], _ written: [Request.Written]
    ) throws(ConfigurationError) {
        for option in written {
            for name in option.string.split(separator: ",", omittingEmptySubsequences: false) {
                guard let index = targets.firstIndex(where: { $0.name == name }) else {
                    throw ConfigurationError(
                        "\(option.source): \(TargetList.missing(String(name), among: targets))")
                }
                targets[index].settings.isOptional = true
            }
        }
    }
}
