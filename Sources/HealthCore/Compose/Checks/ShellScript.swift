/// The commands of a check, and how the result of one decides on the next.
struct ShellScript: Equatable {
    /// What stands between two pipelines.
    enum Connector: Equatable { case next, and, or }

    struct Pipeline: Equatable {
        var before = Connector.next
        var isNegated = false
        var commands: [Command] = []
    }

    /// A command, or a group of them in parentheses or braces.
    struct Command: Equatable {
        var words: [ShellWord] = []
        /// Files that are opened, by the operator; not those of the descriptors' own numbers.
        var files: [(operation: String, word: ShellWord)] = []
        var group: ShellScript?

        static func == (one: Command, other: Command) -> Bool {
            one.words == other.words && one.group == other.group
                && one.files.elementsEqual(other.files) { $0.operation == $1.operation && $0.word == $1.word }
        }
    }

    var pipelines: [Pipeline] = []

    /// Reads the text of `sh -c`.
    init(_ text: ComposeText, _ variables: CheckVariables, depth: Int) throws(ShellLexer.Trouble) {
        var rest = try ShellLexer.tokens(of: text, variables, depth: depth)[...]
        self = try ShellScript(&rest, until: nil, depth: depth)
    }

    /// A script of one command.
    init(words: [ShellWord]) {
        pipelines = [Pipeline(commands: [Command(words: words)])]
    }

    /// The words of the grammar that begin something which is not taken apart.
    private static let compounds = [
        "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "function",
        "select",
    ]

    private init(
        _ rest: inout ArraySlice<ShellLexer.Token>, until closing: String?, depth: Int
    ) throws(ShellLexer.Trouble) {
        guard depth < ShellLexer.depthLimit else { throw .tooDeep }
        var (pipeline, command, before) = (Pipeline(), Command(), Connector.next)
        var isPiped = false
        func endCommand() {
            if command != Command() { pipeline.commands.append(command) }
            command = Command()
        }
        func endPipeline() {
            endCommand()
            pipeline.before = before
            if !pipeline.commands.isEmpty { pipelines.append(pipeline) }
            pipeline = Pipeline()
        }
        while let token = rest.popFirst() {
            switch token {
            case .word(let word):
                guard command.words.isEmpty, command.group == nil else {
                    if closing == "}", word.isWord("}"), command == Command() { endPipeline(); return }
                    command.words.append(word)
                    continue
                }
                let name = word.value ?? ""
                if name == "!", pipeline.commands.isEmpty {
                    pipeline.isNegated.toggle()
                } else if name == "{" {
                    command.group = try ShellScript(&rest, until: "}", depth: depth + 1)
                } else if name == "}", closing == "}" {
                    endPipeline()
                    return
                } else if Self.compounds.contains(name) {
                    throw .compound(name)
                } else {
                    command.words.append(word)
                }
            case .redirection(let operation):
                guard case .word(let file) = rest.first else { throw .compound(operation) }
                rest.removeFirst()
                if operation.hasPrefix("<<") { throw .compound(operation) }
                command.files.append((operation, file))
            case .control("("):
                guard command.words.isEmpty else { throw .compound("(") }
                command.group = try ShellScript(&rest, until: ")", depth: depth + 1)
            case .control(")"):
                guard closing == ")" else { throw .unclosed }
                endPipeline()
                return
            case .control("|"), .control("|&"):
                endCommand()
                isPiped = true
                continue
            case .control("&&"):
                endPipeline()
                before = .and
            case .control("||"):
                endPipeline()
                before = .or
            case .control(";;"): throw .compound(";;")
            case .control:
                endPipeline()
                // A line may end behind `&&`.
                if !isPiped { before = .next }
            }
            isPiped = false
        }
        guard closing == nil else { throw .unclosed }
        endPipeline()
    }
}
