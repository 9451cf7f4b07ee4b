/// A command of a check without what only wraps it.
struct CheckCommand {
    /// The program without its folder; empty where only files are opened.
    var program = ""
    /// The same for people.
    private(set) var shownProgram = ""
    var arguments: [ShellWord] = []
    /// What the check wants of its output.
    var output = CheckOutput.ignored
    /// Files that its shell opens.
    var files: [(operation: String, word: ShellWord)] = []
    /// The commands before it, whose output it reads.
    var input: [ShellScript.Command] = []
    /// `NAME=value` before it.
    var assignments: [(name: String, value: ShellWord)] = []
    /// The text that it has a shell run.
    var script: ShellWord?
    /// The words behind that text.
    private(set) var parameters: [ShellWord] = []
    /// What that shell is told of failures.
    private(set) var shellOptions = ShellOptions()
    /// Whether the program is only known in the container: `$COMMAND`.
    private(set) var hasUnknownProgram = false
    /// The time that a wrapper gives it.
    var limit: Duration?
    let variables: CheckVariables

    /// A variable that is set for this command alone.
    func assigned(_ name: String) -> ShellWord? { assignments.last { $0.name == name }?.value }

    private static let shells = ["sh", "bash", "ash", "dash", "zsh", "su", "runuser", "with-contenv"]

    init(_ words: [ShellWord], _ variables: CheckVariables) {
        self.variables = variables
        var rest = words[...]
        // Nobody wraps a command so often.
        for _ in 0..<8 {
            guard let first = rest.first else { break }
            if let assignment = first.assignment {
                assignments.append(assignment)
                rest.removeFirst()
                continue
            }
            guard let name = Self.name(of: first) else { break }
            let behind = rest.dropFirst()
            if Self.shells.contains(name) {
                let words = Self.script(of: name, behind)
                script = words?.first
                parameters = Array((words ?? []).dropFirst())
                shellOptions.take(behind)
                shellOptions.outlivesExec = name == "bash"
                break
            }
            if name == "timeout" || name == "gtimeout" {
                let text = behind.first { !$0.beginning.hasPrefix("-") }?.value ?? ""
                limit = DurationText.parse(text, bareSeconds: true) ?? limit
            }
            guard let inner = Self.wrapped(name, Array(behind)), inner.count < rest.count else { break }
            rest = inner[...]
        }
        program = rest.first.flatMap(Self.name) ?? ""
        hasUnknownProgram = program.isEmpty && !rest.isEmpty
        shownProgram =
            rest.first.map { $0.shown == "a variable" ? "its program" : PrintableText.line(program) } ?? ""
        arguments = Array(rest.dropFirst())
    }

    /// The command that a wrapper runs; nil for a program that is none.
    private static func wrapped(_ program: String, _ words: [ShellWord]) -> [ShellWord]? {
        func operands(_ grammar: CheckOptions.Grammar) -> [ShellWord] {
            var grammar = grammar
            grammar.endsAtOperand = true
            return CheckOptions(words, grammar).operands
        }
        switch program {
        case "exec", "command", "nohup", "time", "busybox", "setsid", "tini", "dumb-init", "chronic":
            return operands(.init(flags: "lcapsg"))
        case "env": return operands(.init(flags: "i0", values: "uC"))
        case "gosu", "su-exec", "s6-setuidgid", "setuidgid": return Array(operands(.init()).dropFirst())
        case "chpst", "sudo", "doas": return operands(.init(flags: "EHn", values: "ug"))
        case "nice", "ionice": return operands(.init(values: "nc"))
        case "timeout", "gtimeout":
            // Busybox once took `-t SECONDS`.
            let options = CheckOptions(
                words,
                .init(
                    flags: "fv", values: "skt", longFlags: ["foreground", "preserve-status", "verbose"],
                    longValues: ["signal", "kill-after"], endsAtOperand: true))
            return Array(options.operands.dropFirst(options.value("-t") == nil ? 1 : 0))
        default: return nil
        }
    }

    /// The text behind `-c`, and the words behind it; nil where the shell reads a file.
    private static func script(of program: String, _ arguments: ArraySlice<ShellWord>) -> ArraySlice<
        ShellWord
    >? {
        var rest = arguments
        let isSwitch = ["su", "runuser"].contains(program)
        var isNext = false
        while let word = rest.first {
            guard let text = word.value, text.hasPrefix("-") || text.hasPrefix("+") else {
                if isNext { return rest }
                // `su USER -c TEXT`.
                guard isSwitch else { return nil }
                rest.removeFirst()
                continue
            }
            rest.removeFirst()
            if let command = word.dropping(prefix: "--command=") { return [command] }
            if text == "--command" { return rest }
            if text == "--", isNext { return rest }
            guard !text.hasPrefix("--") else {
                if text == "--shell" { rest = rest.dropFirst() }
                continue
            }
            if text.hasPrefix("-"), text.utf8.contains(UInt8(ascii: "c")) {
                // For su it is the next word, for a shell the first that is no option: `sh -c -e TEXT`.
                if isSwitch { return rest }
                isNext = true
            }
            let hasValue = isSwitch ? ["-s", "-g", "-u"].contains(text) : text.lowercased().hasSuffix("o")
            if hasValue { rest = rest.dropFirst() }
        }
        return nil
    }

    /// The name of a program, without its folder.
    static func name(of word: ShellWord) -> String? {
        guard let value = word.value else { return nil }
        let name = value.split(separator: "/").last.map(String.init) ?? ""
        return name.isEmpty ? nil : name
    }
}
