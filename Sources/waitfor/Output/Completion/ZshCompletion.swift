import HealthCore

/// Completions for zsh: a file `_waitfor` in a folder of `fpath`, or a script to read after `compinit`.
enum ZshCompletion {
    static var text: String {
        """
        #compdef waitfor
        # Completions of waitfor \(Version.number) for zsh: `waitfor completion zsh`.
        _waitfor_targets() {
            local -a verbs=(
        \(verbs)
            )
            [[ -n $waitfor_verb ]] || _describe -t verbs verb verbs
            compset -P '*='
            local -a schemes=(\(CompletionTables.schemes.joined(separator: " ")))
            _wanted schemes expl target compadd -S '' -a schemes
        }
        _waitfor_settings() {
            local -a keys=(
        \(keys)
            )
            compset -P '[^.=]##.' || return
            if ! compset -P '[^=]##='; then
                _describe -t keys setting keys -S =
                return
            fi
            case ${${IPREFIX%=}##*.} in
        \(values)
            esac
        }
        _waitfor() {
            local waitfor_verb='' word
            integer i
            for ((i = 2; i < CURRENT; i++)); do
                word=$words[i]
                case $word in
                (--)
                    shift $i words
                    ((CURRENT -= i))
                    _normal
                    return
                    ;;
                (\(CompletionTables.verbs.map(\.word).joined(separator: "|"))) waitfor_verb=${waitfor_verb:-$word} ;;
                esac
            done
            case $waitfor_verb in
        \(options)
            esac
        }
        if [[ $funcstack[1] == _waitfor ]]; then
            _waitfor "$@"
        else
            compdef _waitfor waitfor
        fi

        """
    }

    private static var verbs: String {
        CompletionTables.verbs.map { "        \(quoted("\($0.word):\($0.purpose)"))" }.joined(separator: "\n")
    }

    private static var keys: String {
        CompletionTables.settings.map { "        \(quoted("\($0.key):\($0.help)"))" }.joined(separator: "\n")
    }

    private static var values: String {
        let files = CompletionTables.settings.filter { Candidates(of: $0.takes) == .files }.map(\.key)
        let words = CompletionTables.values.map { group in
            "    (\(group.keys.joined(separator: "|"))) compadd \(group.words.joined(separator: " ")) ;;"
        }
        return (words + ["    (\(files.joined(separator: "|"))) _files ;;"]).joined(separator: "\n")
    }

    /// `_arguments` for each verb.
    private static var options: String {
        Verb.allCases.map { verb in
            let words = Verb.words.filter { Verb(word: $0) == verb } + (verb == .gate ? ["''"] : [])
            let specifications = Option.all.filter { $0.verbs.contains(verb) }.map { specification($0, verb) }
            let lines = specifications + [arguments(verb)]
            return "    (\(words.joined(separator: "|")))\n        _arguments -s -S \\\n"
                + lines.map { "            \($0)" }.joined(separator: " \\\n") + " ;;"
        }.joined(separator: "\n")
    }

    private static func arguments(_ verb: Verb) -> String {
        // The verb itself is the first argument.
        if let words = CompletionTables.arguments.first(where: { $0.verb == verb })?.words {
            return "'2:word:(\(words.joined(separator: " ")))'" + (verb == .config ? " '3:file:_files'" : "")
        }
        switch verb {
        case .install: return "'2:path:_files'"
        case .lint: return "'1: :' '*:file:_files'"
        case .status, .version: return "'1: :'"
        default: return "'*:target:_waitfor_targets'"
        }
    }

    private static func specification(_ option: Option, _ verb: Verb) -> String {
        let help = "[\(escaped(option.help))]"
        let action =
            switch option.candidates(for: verb) {
            case .nothing: ""
            case .files: "_files"
            case .settings: "_waitfor_settings"
            case .words(let words): "(\(words.joined(separator: " ")))"
            }
        let long = "--\(option.name)"
        switch option.value {
        case .none:
            guard let short = option.short else { return quoted("\(long)\(help)") }
            return "'(-\(short) \(long))'{-\(short),\(long)}\(quoted(help))"
        case .optional(let form): return quoted("\(long)=-\(help)::\(form):\(action)")
        case .required(let form):
            let value = "\(help):\(escaped(form)):\(action)"
            // All of them may be repeated: of most the last one counts.
            guard let short = option.short else { return quoted("*\(long)=\(value)") }
            return "'*'{-\(short)+,\(long)=}\(quoted(value))"
        }
    }

    /// What is between brackets or colons of `_arguments`.
    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            if "[]:\\".contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
