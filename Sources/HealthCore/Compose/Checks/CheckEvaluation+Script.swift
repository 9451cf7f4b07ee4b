// What a script comes to: the last of its lists decides, and each that ends it.
extension CheckEvaluation {
    func meaning(of script: ShellScript, depth: Int) -> CheckMeaning {
        guard depth < ShellLexer.depthLimit else { return .unknown("shells in shells, too deep") }
        if let request = WrittenRequest(script) { return request.meaning(variables) }
        let lists = Self.lists(of: script)
        var result = CheckMeaning.succeeds
        // Most lists before the last are never evaluated.
        var previous: [ShellScript.Pipeline] = []
        var evaluation = self
        // What `S=$?` has kept for `exit $S`.
        var kept: [ShellScript.Pipeline]?
        // A port that a descriptor was opened on: it decides where that is used.
        var opened: CheckMeaning?
        func meaning(_ list: [ShellScript.Pipeline]) -> CheckMeaning {
            let meaning = evaluation.meaning(ofList: list, depth: depth)
            guard let opened, Self.usesDescriptor(list) else { return meaning }
            return both(opened, meaning)
        }
        for (number, list) in lists.enumerated() {
            guard let pipeline = list.first, let first = pipeline.commands.first else { continue }
            let (isLast, isAlone) = (number == lists.count - 1, list.count == 1)
            var opens = false
            switch pipeline.commands.count == 1 ? first.words.first?.value : "" {
            case "set" where isAlone:
                evaluation.options.take(first.words.dropFirst())
                continue
            case "trap" where first.words.dropFirst(2).contains(where: { Self.lastly.contains($0.value) }):
                return .unknown("a trap in it may decide")
            case let name? where isAlone && Self.statusWords.contains(name) && Self.isPreviousStatus(first):
                guard number > 0 else { return .unknown("the result of what went before it decides") }
                if isLast { return both(result, meaning(kept ?? previous)) }
                continue
            case nil where isAlone && Self.keepsStatus(first):
                kept = previous
                continue
            case "exec" where first.words.count > 1:
                // What it becomes is the rest of the script.
                return both(result, meaning([pipeline]))
            case "exec":
                let port = PortChecks.device(of: first, variables)
                (opens, opened) = (port != nil, port ?? opened)
            default: break
            }
            previous = list
            let ends = evaluation.options.exits || opens && !evaluation.options.outlivesExec
            if isLast || ends || Self.endsWithExit(list) { result = both(result, meaning(list)) }
        }
        return result
    }

    /// The pipelines between two `;`.
    private static func lists(of script: ShellScript) -> [[ShellScript.Pipeline]] {
        var lists: [[ShellScript.Pipeline]] = []
        for pipeline in script.pipelines {
            if pipeline.before == .next || lists.isEmpty {
                lists.append([pipeline])
            } else {
                lists[lists.count - 1].append(pipeline)
            }
        }
        return lists
    }

    /// The signals of a trap that comes behind all commands.
    private static let lastly: [String?] = ["EXIT", "ERR", "0"]

    /// Whether something reads or writes a descriptor that the script has opened: `>&3`.
    private static func usesDescriptor(_ list: [ShellScript.Pipeline]) -> Bool {
        list.flatMap(\.commands).contains { command in
            command.group.map { usesDescriptor($0.pipelines) } ?? false
                || command.files.contains {
                    ["<&", ">&"].contains($0.operation)
                        && $0.word.value.flatMap { UInt8($0, radix: 10) }.map { $0 > 2 } ?? false
                }
        }
    }

    /// `S=$?`.
    private static func keepsStatus(_ command: ShellScript.Command) -> Bool {
        !command.words.isEmpty && command.words.allSatisfy { $0.assignment?.value.text.written == "$?" }
    }

    private static let statusWords = ["exit", "return", "[", "test"]

    /// `exit $?` and `[ $? -eq 0 ]`.
    static func isPreviousStatus(_ command: ShellScript.Command) -> Bool {
        let words = command.words.map(\.text.written)
        guard let first = words.first, statusWords.contains(first) else { return false }
        if words.count == 2 { return words[1] == "$?" }
        return words.count > 3 && words[1] == "$?" && ["-eq", "=", "=="].contains(words[2]) && words[3] == "0"
    }

    /// `… || exit 1`, before a `;`.
    private static func endsWithExit(_ list: [ShellScript.Pipeline]) -> Bool {
        guard let last = list.last, last.before == .or, let command = last.commands.first else {
            return false
        }
        let words = (command.group?.pipelines.last?.commands.first ?? command).words
        return words.first?.isWord("exit") == true && words.dropFirst().first?.isWord("0") != true
    }
}
