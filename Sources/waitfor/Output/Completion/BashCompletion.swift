import HealthCore

/// Completions for bash. They need nothing of the package bash-completion, and complete the command behind `--` better
/// with it.
enum BashCompletion {
    static var text: String {
        """
        # Completions of waitfor \(Version.number) for bash: `waitfor completion bash`.
        _waitfor_words() {
            mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
        }
        _waitfor_files() {
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        }
        _waitfor_value() {
            case $1 in
        \(values)
            esac
        }
        _waitfor() {
            local cur=${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1)) verb='' i
            COMPREPLY=()
            for ((i = 1; i < COMP_CWORD; i++)); do
                case ${COMP_WORDS[i]} in
                --)
                    if declare -F _command_offset >/dev/null; then
                        _command_offset $((i + 1))
                    else
                        mapfile -t COMPREPLY < <(compgen -c -- "$cur")
                    fi
                    return
                    ;;
                \(words.joined(separator: " | "))) verb=${verb:-${COMP_WORDS[i]}} ;;
                esac
            done
            # A `=` is a word of its own.
            if [[ $cur == = ]]; then
                cur=''
            elif [[ ${COMP_WORDS[at]} == = ]]; then
                at=$((at - 1))
            fi
            if [[ ${COMP_WORDS[at]} == *.* && ${COMP_WORDS[at - 1]} == @(--set|=) ]]; then
                _waitfor_value "${COMP_WORDS[at]#*.}"
                return
            fi
            case $verb,${COMP_WORDS[at]} in
            *,--set)
                if [[ $cur == *.* ]]; then
                    compopt -o nospace 2>/dev/null
                    mapfile -t COMPREPLY < <(compgen -P "${cur%%.*}." -S = -W '\(keys)' -- "${cur#*.}")
                fi
                return
                ;;
        \(optionValues)
            esac
            case $verb,$cur in
        \(optionNames)
            esac
            case $verb in
        \(arguments)
            install | lint) _waitfor_files ;;
            status) ;;
            *)
                compopt -o nospace 2>/dev/null
                local schemes='\(CompletionTables.schemes.joined(separator: " "))'
                if [[ $verb ]]; then
                    _waitfor_words "$schemes"
                else
                    _waitfor_words '\(words.joined(separator: " "))'
                    [[ ${#COMPREPLY[@]} != 1 ]] || compopt +o nospace 2>/dev/null
                    [[ ${#COMPREPLY[@]} != 0 ]] || _waitfor_words "$schemes"
                fi
                ;;
            esac
        } && complete -F _waitfor waitfor

        """
    }

    private static var words: [String] { CompletionTables.verbs.map(\.word) }
    private static var keys: String { CompletionTables.settings.map(\.key).joined(separator: " ") }

    private static var values: String {
        let files = CompletionTables.settings.filter { Candidates(of: $0.takes) == .files }.map(\.key)
        let words = CompletionTables.values.map { group in
            "    \(group.keys.joined(separator: " | "))) _waitfor_words '\(group.words.joined(separator: " "))' ;;"
        }
        return (words + ["    \(files.joined(separator: " | "))) _waitfor_files ;;"]).joined(separator: "\n")
    }

    /// A case for each option with a value; what is not known of it is left to who types.
    private static var optionValues: String {
        Option.all.flatMap { option -> [String] in
            guard case .required = option.value else { return [] }
            let groups = CompletionTables.groups(option)
            return groups.enumerated().reversed().compactMap { number, group -> String? in
                let action: String
                switch group.candidates {
                case .settings: return nil
                case .words(let words): action = "_waitfor_words '\(words.joined(separator: " "))'; return"
                case .files: action = "_waitfor_files; return"
                case .nothing: action = "return"
                }
                // The first group is everybody's whom the others leave.
                let verbs = number == 0 ? ["*"] : CompletionTables.words(for: group.verbs)
                let patterns = verbs.flatMap { verb in spellings(option).map { "\(verb),\($0)" } }
                return "    \(patterns.joined(separator: " | "))) \(action) ;;"
            }
        }.joined(separator: "\n")
    }

    /// A case for the options of each verb.
    private static var optionNames: String {
        Verb.allCases.map { verb in
            let words = Verb.words.filter { Verb(word: $0) == verb } + (verb == .gate ? [""] : [])
            let options = Option.all.filter { $0.verbs.contains(verb) }.flatMap(spellings)
            return "    \(words.map { "\($0),-*" }.joined(separator: " | "))) "
                + "_waitfor_words '\(options.joined(separator: " "))'; return ;;"
        }.joined(separator: "\n")
    }

    private static var arguments: String {
        CompletionTables.arguments.map { verb, words in
            let word = verb.rawValue
            return "    \(word)) if [[ ${COMP_WORDS[at]} == \(word) ]]; then "
                + "_waitfor_words '\(words.joined(separator: " "))'; else \(verb == .config ? "_waitfor_files" : ":"); fi ;;"
        }.joined(separator: "\n")
    }

    private static func spellings(_ option: Option) -> [String] {
        (option.short.map { ["-\($0)"] } ?? []) + ["--\(option.name)"]
    }
}
