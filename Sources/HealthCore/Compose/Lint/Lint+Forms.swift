// The rules about how a check is written, what it comes to, and when it runs.
extension Lint {
    private static let operators = ["||", "&&", "|", ";", ">", "<", "2>&1", ">/dev/null", "2>/dev/null"]
    private static let keywords = ["CMD", "CMD-SHELL", "NONE"]
    private static let shells = ["sh", "bash", "ash", "dash"]

    func judgeForm() {
        if subject.hasMoreWords { add(.wordsBehindScript) }
        switch check.test {
        case .shell(let text):
            let first =
                text.value.split { $0 == " " || $0 == "\t" || $0 == "\n" }.first.map(String.init) ?? ""
            if subject.form != .podman, Self.keywords.contains(first) { add(.keywordInText) }
            judgeVariables(text)
            if image.lacks("sh") { add(.noTool) }
        case .command(let words):
            for word in words { judgeVariables(word) }
            judge(list: words)
        case .ofImage, .disabled: break
        }
    }

    private func judge(list words: [ComposeText]) {
        let values = words.map(\.value)
        if subject.form == .kubernetes, values.first.map(Self.keywords.contains) == true {
            add(.keywordInText)
        }
        let call = CheckCommand(words.map { ShellWord($0) }, variables)
        if let text = call.script?.text.value {
            if Self.shells.contains(call.program), !call.parameters.isEmpty,
                !["$0", "$1", "$@", "$*"].contains(where: text.mentions)
            {
                add(.wordsBehindScript)
            }
            return
        }
        if values.contains(where: Self.operators.contains) { add(.execSyntax) }
        let hasVariable = words.dropFirst().contains { word in
            word.pieces.contains { piece in
                guard case .literal(let text) = piece else { return false }
                return Self.isVariable(Array(text.utf8)[...])
            }
        }
        if hasVariable { add(.execVariable) }
    }

    /// Whether a word is a variable, perhaps behind the letters of an option.
    private static func isVariable(_ word: ArraySlice<UInt8>) -> Bool {
        guard let sign = word.firstIndex(of: UInt8(ascii: "$")) else { return false }
        var rest = word[sign...].dropFirst()
        if rest.first == UInt8(ascii: "{") || rest.first == UInt8(ascii: "(") { rest = rest.dropFirst() }
        guard let first = rest.first, ASCII.isLetter(first) else { return false }
        return word.allSatisfy { CheckVariables.isNameByte($0) || "-=:/.@,${}()".utf8.contains($0) }
    }

    /// A variable of the container that Compose replaces by nothing.
    private func judgeVariables(_ text: ComposeText) {
        guard subject.form == .compose else { return }
        for piece in text.pieces {
            guard case .variable(_, nil) = piece, let name = ShellWord([.text(piece)]).unknown.first,
                let own = subject.service.environment.last(where: { $0.name == name })?.value,
                !own.hasVariables, !own.value.isEmpty
            else { continue }
            add(.composeVariable)
        }
    }

    // MARK: What it comes to

    func judgeResult() {
        var evaluation = CheckEvaluation(variables: variables, caller: nil)
        // A Dockerfile's SHELL.
        evaluation.options.failsInPipes = subject.steps.mentions("pipefail")
        evaluation.options.outlivesExec = subject.steps.mentions("/bash")
        let meaning: CheckMeaning
        switch check.test {
        case .shell(let text):
            // A variable may be a command.
            guard
                text.pieces.allSatisfy({
                    if case .variable(_, let value) = $0 { value?.isEmpty == false } else { true }
                })
            else { return }
            meaning = evaluation.meaning(of: text)
        case .command(let words): meaning = evaluation.meaning(of: words)
        case .ofImage, .disabled: return
        }
        switch meaning {
        case .succeeds: add(.cannotFail)
        // What follows `&& kill` is for somebody else.
        case .fails where !text.mentions("kill"): add(.cannotPass)
        default: break
        }
    }

    /// The command's own limit, and the one that ends it.
    func judgeLimit(_ command: LintedCommand) {
        var limits = [command.call.limit]
        let family = CheckFamily.all.first { $0.programs.contains(command.call.program) }
        if case .asks(let question) = family?.meaning(command.call, nil) { limits.append(question.limit) }
        if command.has("wget") {
            let options = CheckOptions(command.call.arguments, HTTPChecks.wgetGrammar)
            limits.append(CheckCommand.limit(of: options.value("-T", "--timeout")))
        }
        // The shortest one counts.
        guard let limit = limits.compactMap(\.self).min() else { return }
        let isKube = subject.form == .kubernetes
        guard !isKube || check.timeout != nil else { return }
        let written = check.timeout.flatMap { $0 >= .milliseconds(1) ? $0 : nil }
        if limit > written ?? .seconds(30) { add(.limitAboveTimeout, written == nil ? "test" : "timeout") }
    }

    // MARK: Times

    /// Servers whose first start takes longer than half a minute, at times.
    private static let slow = [
        "mysql", "mariadb", "elasticsearch", "opensearch", "cassandra", "mssql", "keycloak", "gitlab-ce",
        "gitlab",
        "sonarqube", "cp-kafka", "clamav",
    ]
    /// Programs that wait for others, and how long unless they are told.
    private static let gates: [(name: String, limit: Duration)] = [
        ("waitfor", .seconds(60)), ("wait-for-it", .seconds(15)), ("wait-for-it.sh", .seconds(15)),
        ("dockerize", .seconds(10)),
    ]

    /// The time until failures make it unhealthy.
    private var patience: Duration {
        let day = Duration.seconds(86_400)
        let interval = min(check.interval.flatMap { $0 > .zero ? $0 : nil } ?? .seconds(30), day)
        return min(check.startPeriod ?? .zero, day) + interval
            * min(max(check.retries ?? 0, 0) == 0 ? 3 : check.retries ?? 3, 1000)
    }

    func judgeTimes() {
        guard service.healthcheck != nil, check.test != .disabled else { return }
        if subject.form == .kubernetes {
            if check.timeout == nil { add(.kubeSecond) }
            let isShort = (check.interval ?? .seconds(10)) * min(check.retries ?? 3, 1000) <= .seconds(30)
            if subject.isEarlyLiveness, isShort,
                KnownServer.of(service.image) != nil
            {
                add(.kubeLiveness)
            }
            return
        }
        if check.interval == .zero { add(.zeroIsDefault, "interval") }
        if check.timeout == .zero { add(.zeroIsDefault, "timeout") }
        if check.retries == 0 { add(.zeroIsDefault, "retries") }
        let hasPeriod = check.startPeriod.map { $0 > .zero } ?? false
        if check.startInterval != nil, !hasPeriod { add(.startInterval, "start_interval") }
        if subject.isAwaited, !hasPeriod, Self.slow.contains(image.name), patience < .seconds(30) {
            add(.shortStart, "healthcheck")
        }
        if let wait, patience < wait { add(.gateIsCounted, "healthcheck") }
    }

    /// How long the service's command waits for others before it starts.
    private var wait: Duration? {
        var limit: Duration?
        var isLimit = false
        for word in service.commandWords().compactMap(\.value) {
            guard limit != nil else {
                limit = Self.gates.first { word == $0.name || word.hasSuffix("/\($0.name)") }?.limit
                continue
            }
            if word == "--" { break }
            // What asks once, and what goes on.
            if word == "check" || word == "agent" { return nil }
            if isLimit || word.hasPrefix("--timeout=") {
                let text = isLimit ? word[...] : word.dropFirst("--timeout=".count)
                let written = DurationText.parse(text, bareSeconds: true)
                return written == .zero ? .seconds(31_536_000) : written
            }
            isLimit = word == "-t" || word == "--timeout" || word == "-timeout"
        }
        return limit
    }

    func judgeDependencies() {
        let known = subject.service.dependencies
        if subject.isOfSwarm, !known.isEmpty { add(.swarmOrder, "depends_on") }
        for dependency in known {
            guard let other = subject.dependencies.first(where: { $0.name == dependency.service }) else {
                continue
            }
            let key = "depends_on.\(dependency.service)"
            let test = other.healthcheck?.test ?? .ofImage
            let server = KnownServer.of(other.image)
            switch dependency.condition {
            case .healthy:
                let hasNone =
                    !other.isBuilt && LintedImage(other.image).isOfLibrary && server != nil
                    && other.provider == nil
                if test == .disabled || (test == .ofImage && hasNone) { add(.healthyWithoutCheck, key) }
            case .started:
                if test != .disabled, test != .ofImage, server != nil { add(.startedOnly, key) }
            case .completed: break
            }
        }
    }
}
