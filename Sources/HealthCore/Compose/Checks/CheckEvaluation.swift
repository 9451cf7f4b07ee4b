/// Tells what the text of a check comes to, as a shell combines the results of its commands.
struct CheckEvaluation {
    let variables: CheckVariables
    let caller: ComposeService?
    var options = ShellOptions()

    /// The text of `sh -c`.
    func meaning(of text: ComposeText, depth: Int = 0) -> CheckMeaning {
        do throws(ShellLexer.Trouble) {
            return meaning(of: try ShellScript(text, variables, depth: depth), depth: depth)
        } catch {
            switch error {
            case .unclosed: return .unknown("a quote or a parenthesis in it does not end")
            case .tooLong: return .unknown("it has more than \(ShellLexer.limit >> 10) KiB")
            case .tooDeep: return .unknown("shells in shells, too deep")
            case .compound(let word):
                return .unknown("`\(PrintableText.line(word))` in it is the shell's own")
            }
        }
    }

    /// The words of the exec form.
    func meaning(of words: [ComposeText]) -> CheckMeaning {
        guard !words.isEmpty else { return .unknown("it has no words") }
        return meaning(of: ShellScript(words: words.map { ShellWord($0) }), depth: 0)
    }

    func meaning(ofList list: [ShellScript.Pipeline], depth: Int) -> CheckMeaning {
        var result: CheckMeaning?
        for (number, pipeline) in list.enumerated() {
            // `|| exit $?` changes nothing.
            if number > 0, pipeline.commands.count == 1, !pipeline.isNegated,
                pipeline.commands.first.map(Self.isPreviousStatus) == true
            {
                continue
            }
            let next =
                isUsed(pipeline, in: list[(number + 1)...])
                ? .succeeds : meaning(of: pipeline, depth: depth)
            guard let before = result else {
                result = next
                continue
            }
            result = pipeline.before == .or ? either(before, next) : both(before, next)
        }
        return result ?? .succeeds
    }

    /// Whether what a variable is given here is looked at later: `S=$(COMMAND) && [ "$S" = ok ]`.
    private func isUsed(_ pipeline: ShellScript.Pipeline, in rest: ArraySlice<ShellScript.Pipeline>) -> Bool {
        guard !rest.isEmpty, pipeline.commands.count == 1, let command = pipeline.commands.first,
            let output = Self.assignedOutput(command)
        else { return false }
        return rest.flatMap(\.commands).flatMap(\.words).contains { $0.command == output }
    }

    /// The command whose output, and whose result, an assignment takes.
    private static func assignedOutput(_ command: ShellScript.Command) -> ComposeText? {
        guard command.words.allSatisfy({ $0.assignment != nil }) else { return nil }
        return command.words.last { $0.assignment?.value.command != nil }?.assignment?.value.command
    }

    /// What `A && B` asks: there is one target for both.
    func both(_ one: CheckMeaning, _ other: CheckMeaning) -> CheckMeaning {
        switch (one, other) {
        case (.succeeds, let meaning), (let meaning, .succeeds): return meaning
        case (.fails, _), (_, .fails): return .fails
        case (.unknown, .unknown): return one
        case (.unknown(let why, _), .asks(var question)), (.asks(var question), .unknown(let why, _)):
            question.leaveOut("a part of the check is not asked: \(why)")
            return .asks(question)
        case (.asks(let first), .asks(let second)): return .asks(Self.stronger(first, second))
        }
    }

    /// The one of two questions that the other is a part of, or the second.
    private static func stronger(_ one: CheckQuestion, _ other: CheckQuestion) -> CheckQuestion {
        if one == other { return one }
        let isOneServer = one.address.value == other.address.value
        func isReach(_ question: CheckQuestion) -> Bool { question.key == "tcp" || question.has("accept") }
        if isOneServer || one.key == "tcp" || other.key == "tcp", isReach(one),
            !isReach(other) || one.key == "tcp",
            port(one) == port(other)
        {
            return other
        }
        if isReach(other), port(one) == port(other), isOneServer || other.key == "tcp" { return one }
        var question = other
        question.leaveOut(
            "a part of the check is not asked: one target asks one question, and this is its last")
        return question
    }

    private static func port(_ question: CheckQuestion) -> String {
        let text = question.address.value
        let authority = text.utf8.endOfFirst("://".utf8).map { String(text[$0...]) } ?? text
        return authority.prefix { $0 != "/" }.split(separator: ":").last.map(String.init) ?? ""
    }

    /// What `A || B` asks.
    private func either(_ one: CheckMeaning, _ other: CheckMeaning) -> CheckMeaning {
        switch (one, other) {
        case (.fails, let meaning), (let meaning, .fails): return meaning
        case (.succeeds, _), (_, .succeeds): return .succeeds
        case (.asks(let first), .asks(let second)):
            // The same by another program.
            if first.key == second.key, first.address.value == second.address.value { return .asks(first) }
            return .unknown("either of two questions would do", port: UInt16(Self.port(first), radix: 10))
        case (.asks(let question), .unknown(let why, _)), (.unknown(let why, _), .asks(let question)):
            return .unknown("either of two would do: \(why)", port: UInt16(Self.port(question), radix: 10))
        case (.unknown, .unknown): return one
        }
    }

    private func meaning(of pipeline: ShellScript.Pipeline, depth: Int) -> CheckMeaning {
        let meaning = meaning(ofCommands: pipeline.commands, depth: depth)
        guard pipeline.isNegated else { return meaning }
        return switch meaning {
        case .succeeds: .fails
        case .fails: .succeeds
        case .asks(let question):
            .unknown("it is healthy when its question fails", port: UInt16(Self.port(question), radix: 10))
        case .unknown: meaning
        }
    }

    /// Programs that make the input of the one that asks.
    private static let sources = ["echo", "printf", "cat", "exit", ":", "true", "yes", "sleep"]

    private func meaning(ofCommands commands: [ShellScript.Command], depth: Int) -> CheckMeaning {
        guard let first = commands.first else { return .succeeds }
        let isSource = first.words.first.flatMap(CheckCommand.name).map(Self.sources.contains) ?? false
        if commands.count > 1, isSource, first.files.isEmpty || commands.count == 2 {
            let rest = Array(commands.dropFirst())
            return meaning(of: rest[0], filters: Array(rest.dropFirst()), input: [first], depth: depth)
        }
        return meaning(of: first, filters: Array(commands.dropFirst()), input: [], depth: depth)
    }

    /// What one command asks, with those behind its `|`.
    private func meaning(
        of command: ShellScript.Command, filters: [ShellScript.Command], input: [ShellScript.Command],
        depth: Int
    ) -> CheckMeaning {
        guard let output = CheckOutput(filters) ?? (options.failsInPipes ? .ignored : nil) else {
            return .succeeds
        }
        if let group = command.group {
            if let port = PortChecks.device(of: command, variables) { return port }
            guard filters.isEmpty else { return .unknown("the output of a group of commands counts") }
            return meaning(of: group, depth: depth + 1)
        }
        return meaning(of: command, output: output, input: input, depth: depth)
    }

    private func meaning(
        of command: ShellScript.Command, output: CheckOutput, input: [ShellScript.Command], depth: Int
    ) -> CheckMeaning {
        var call = CheckCommand(command.words, variables)
        (call.output, call.input, call.files) = (output, input, command.files)
        if let script = call.script {
            var shell = self
            shell.options = call.shellOptions
            var meaning = shell.meaning(of: script.text, output: output, depth: depth + 1)
            if case .asks(var question) = meaning, let limit = call.limit {
                question.limit = min(question.limit ?? limit, limit)
                meaning = .asks(question)
            }
            return meaning
        }
        if ["[", "test", "[["].contains(call.program) { return test(call.arguments, depth: depth) }
        if let port = PortChecks.device(of: call) { return port }
        if let known = result(of: call, command, depth: depth) { return known }
        guard let family = CheckFamily.all.first(where: { $0.programs.contains(call.program) }) else {
            return .unknown("\(call.shownProgram) looks at what cannot be seen from outside")
        }
        let meaning = family.meaning(call, caller)
        guard case .asks(var question) = meaning, let limit = call.limit, limit >= .milliseconds(1) else {
            return meaning
        }
        question.limit = min(question.limit ?? limit, limit)
        return .asks(question)
    }

    /// How a command ends that asks nothing; nil for any other.
    private func result(of call: CheckCommand, _ command: ShellScript.Command, depth: Int) -> CheckMeaning? {
        let first = call.arguments.first
        switch call.program {
        case "":
            if call.hasUnknownProgram { return .unknown("its program is not known") }
            guard let output = Self.assignedOutput(command) else { return .succeeds }
            return meaning(of: output, depth: depth + 1)
        case "true", ":", "echo", "printf", "sleep", "pwd", "date", "export": return .succeeds
        case "exit", "return":
            guard let first, !first.isWord("0") else { return .succeeds }
            return first.value == nil ? .unknown("its own exit code is not known") : .fails
        case "false": return .fails
        case "kill":
            // It asks for a process, or ends the container.
            return ["-0", "0"].contains(where: { sign in call.arguments.contains { $0.isWord(sign) } })
                ? nil : .fails
        default: return nil
        }
    }

    /// The text of a shell whose output counts: that of its only command.
    private func meaning(of text: ComposeText, output: CheckOutput, depth: Int) -> CheckMeaning {
        guard output != .ignored else { return meaning(of: text, depth: depth) }
        guard let script = try? ShellScript(text, variables, depth: depth), script.pipelines.count == 1,
            let pipeline = script.pipelines.first, !pipeline.isNegated, pipeline.commands.count == 1,
            let command = pipeline.commands.first, command.group == nil
        else { return .unknown("the output of several commands counts") }
        return meaning(of: command, output: output, input: [], depth: depth)
    }

    /// `[ "$(COMMAND)" = TEXT ]`.
    private func test(_ words: [ShellWord], depth: Int) -> CheckMeaning {
        var words = words
        if words.last?.isWord("]") == true || words.last?.isWord("]]") == true { words.removeLast() }
        let unread = CheckMeaning.unknown("what it compares cannot be seen from outside")
        let output: CheckOutput
        let command: ShellWord
        if words.count == 3, ["=", "==", "-eq"].contains(words[1].value), let text = words[2].value {
            (command, output) = (words[0], .equals(text))
        } else if words.count == 3, ["=", "==", "-eq"].contains(words[1].value), let text = words[0].value {
            (command, output) = (words[2], .equals(text))
        } else {
            return unread
        }
        guard let text = command.command, let script = try? ShellScript(text, variables, depth: depth + 1),
            script.pipelines.count == 1, let pipeline = script.pipelines.first, !pipeline.isNegated,
            let first = pipeline.commands.first, first.group == nil
        else { return unread }
        let filters = pipeline.commands.dropFirst()
        guard let last = filters.last, case .equals(let value) = output else {
            return meaning(of: first, output: output, input: [], depth: depth + 1)
        }
        // `| jq -r .status` is one value of it.
        let filter = CheckOutput.place(of: last)
        guard filters.count == 1, let filter else { return unread }
        return meaning(of: first, output: .json(pointer: filter, value: value), input: [], depth: depth + 1)
    }
}

extension CheckOutput {
    /// The place that `jq -r .status` prints; nil for any other command.
    static func place(of command: ShellScript.Command) -> String? {
        guard command.words.first?.isWord("jq") == true else { return nil }
        let operands = CheckOptions(Array(command.words.dropFirst()), .init(flags: "rMcej")).operands
        guard let filter = operands.first?.value.flatMap(JQFilter.init), filter.value == nil else {
            return nil
        }
        return filter.pointer
    }
}
