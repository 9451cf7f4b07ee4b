import HealthCore

/// Completions for fish: a file `waitfor.fish` in one of its folders.
enum FishCompletion {
    static var text: String {
        """
        # Completions of waitfor \(Version.number) for fish: `waitfor completion fish`.
        function __waitfor_words
            set -l words (commandline -opc)
            contains -- -- $words; and return 1
            for word in $words[2..-1]
                if contains -- $word \(words)
                    contains -- $word $argv
                    return
                end
            end
            contains -- none $argv
        end
        function __waitfor_after
            test (commandline -opc)[-1] = $argv[1]
        end
        function __waitfor_has_command
            contains -- -- (commandline -opc)
        end
        function __waitfor_command
            set -l words (commandline -opc) (commandline -ct)
            set -l place (contains -i -- -- $words)
            complete -C (string join ' ' -- $words[(math $place + 1)..-1])
        end
        function __waitfor_settings
            set -l word (string replace -r '^--set=' '' -- (commandline -ct))
            set -l name (string match -r '^[^.=]+\\\\.' -- $word); or return
            set -l key (string match -r '^[^.=]+\\\\.([^=]+)=' -- $word)[2]
            switch "$key"
                case ''
                    printf '%s\\t%s\\n' \(keys) | string replace -r '^' -- $name
        \(values)
            end
        end
        complete -c waitfor -f
        complete -c waitfor -n __waitfor_has_command -a '(__waitfor_command)'
        \(verbs)
        \(arguments)
        complete -c waitfor -n '__waitfor_words none wait check agent serve' -a '\(schemes)'
        \(options)

        """
    }

    private static var words: String { CompletionTables.verbs.map(\.word).joined(separator: " ") }
    private static var schemes: String { CompletionTables.schemes.joined(separator: " ") }

    private static var verbs: String {
        CompletionTables.verbs.map {
            "complete -c waitfor -n '__waitfor_words none' -a \($0.word) -d \(quoted($0.purpose))"
        }.joined(separator: "\n")
    }

    private static var arguments: String {
        let words = CompletionTables.arguments.map { verb, words in
            "complete -c waitfor -n '__waitfor_words \(verb.rawValue); and __waitfor_after \(verb.rawValue)'"
                + " -a '\(words.joined(separator: " "))'"
        }
        let files =
            "complete -c waitfor -n '__waitfor_words config install lint; and not __waitfor_after config' -F"
        return (words + [files]).joined(separator: "\n")
    }

    private static var keys: String {
        CompletionTables.settings.map { "\($0.key)= \(quoted($0.help))" }.joined(separator: " ")
    }

    private static var values: String {
        CompletionTables.values.map { group in
            "        case \(group.keys.joined(separator: " "))\n"
                + "            printf '%s\\n' $name$key=\(braced(group.words))"
        }.joined(separator: "\n")
    }

    private static func braced(_ words: [String]) -> String {
        words.count == 1 ? words[0] : "{\(words.joined(separator: ","))}"
    }

    private static var options: String {
        Option.all.flatMap { option in CompletionTables.groups(option).map { (option, $0) } }.map {
            option, group in
            let words = CompletionTables.words(for: group.verbs)
            let none = group.verbs.contains(.gate) ? " none" : ""
            let short = option.short.map { " -s \($0)" } ?? ""
            let value: String
            switch (option.value, group.candidates) {
            case (.none, _), (.optional, _): value = ""
            case (_, .nothing): value = " -x"
            case (_, .files): value = " -r -F"
            case (_, .settings): value = " -x -a '(__waitfor_settings)'"
            case (_, .words(let list)): value = " -x -a '\(list.joined(separator: " "))'"
            }
            return "complete -c waitfor -n '__waitfor_words\(none) \(words.joined(separator: " "))'\(short)"
                + " -l \(option.name)\(value) -d \(quoted(option.help))"
        }.joined(separator: "\n")
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.reduce(into: "") { escaped, character in
            if "'\\".contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
        return "'\(escaped)'"
    }
}
