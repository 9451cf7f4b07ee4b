import HealthCore

/// The shells that there are completions for.
enum Shell: String, CaseIterable {
    case bash, zsh, fish

    /// The script that the shell reads.
    var completion: String {
        switch self {
        case .bash: BashCompletion.text
        case .zsh: ZshCompletion.text
        case .fish: FishCompletion.text
        }
    }
}

/// `waitfor completion bash|zsh|fish`
enum CompletionVerb {
    static func run(_ request: Request) throws(ConfigurationError) -> ExitCode {
        let words = request.words.map { String(decoding: $0, as: UTF8.self) }
        guard words.count == 1, let shell = Shell(rawValue: words[0]) else {
            let hint = NearestWord.hint(words.first ?? "", among: Shell.allCases.map(\.rawValue))
            throw ConfigurationError("write `waitfor completion bash`, zsh or fish" + hint)
        }
        return Output.deliver(shell.completion)
    }
}
