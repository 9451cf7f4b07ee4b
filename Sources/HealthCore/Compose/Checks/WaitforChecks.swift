/// `waitfor check` itself.
enum WaitforChecks {
    static let families = [CheckFamily(["waitfor"], meaning)]

    private static let grammar = CheckOptions.Grammar(
        flags: "qv", values: "ti", longFlags: ["quiet", "verbose", "json"],
        longValues: ["timeout", "set", "password-file", "accept", "for"])

    private static func meaning(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        let options = CheckOptions(command.arguments, grammar)
        guard options.operands.first?.isWord("check") == true else {
            return .unknown("only `waitfor check` asks once")
        }
        let targets = options.operands.dropFirst()
        guard let first = targets.first else {
            return .unknown("what its agent watches cannot be seen from outside")
        }
        // `NAME=TARGET`.
        let name = String(first.beginning.prefix { $0 != "=" })
        let hasName = TargetName.isName(name) && first.dropping(prefix: "\(name)=") != nil
        let written = hasName ? first.dropping(prefix: "\(name)=") ?? first : first
        var question = CheckQuestion("tcp", address(written, command))
        if let meaning = CheckQuestion.needing(written) { return meaning }
        guard let key = kind(question.address.value), question.address.unset.isEmpty else {
            return .unknown("its target is none that is known here")
        }
        question.key = key
        question.saysLoopback = ConnectionURI(written).host?.value.map(command.service.isLoopback) == true
        if targets.count > 1 { question.leaveOut("only the first of its targets is asked") }
        question.leaveOut(unknown: options)
        question.limit = CheckCommand.limit(of: options.value("-t", "--timeout"))
        for setting in options.all("--set") { take(setting, &question) }
        for key in ["accept", "for"] {
            if let word = options.value("--\(key)") { question.name(word, as: key, "`\(key)`") }
        }
        if let path = options.value("--password-file")?.value {
            question.password(file: path, in: command.service, caller: caller)
        }
        if command.output != .ignored { question.leaveOut("what it prints is not looked at") }
        return .asks(question)
    }

    /// `NAME.KEY=VALUE`.
    private static func take(_ setting: ShellWord, _ question: inout CheckQuestion) {
        let name = setting.beginning.prefix { $0 != "=" }
        let key = name.split(separator: ".").last.map(String.init) ?? ""
        guard let value = setting.dropping(prefix: "\(name)="), !key.isEmpty else {
            return question.leaveOut("a setting of it is not understood")
        }
        question.name(value, as: key, "`\(PrintableText.line(key))`")
    }

    /// The target with the service's name in place of its own address.
    private static func address(_ word: ShellWord, _ command: CheckCommand) -> ComposeText {
        let place = ComposeText(command.service.place)
        guard let end = word.beginning.utf8.endOfFirst("://".utf8) else {
            let (host, port) = word.cut(at: ASCII.colon)
            guard let port, host.value.map(command.service.isItself) == true else { return word.text }
            return place.appending(":").appending(port.text)
        }
        let uri = ConnectionURI(word)
        guard uri.host?.value.map(command.service.isItself) == true else { return word.text }
        var text = ComposeText(String(word.beginning[..<end]))
        if let user = uri.user {
            text = text.appending(user.text)
            if let password = uri.password { text = text.appending(":").appending(password.text) }
            text = text.appending("@")
        }
        text = text.appending(place)
        if let port = uri.port { text = text.appending(":").appending(port.text) }
        if let path = uri.path { text = text.appending("/").appending(path.text) }
        if let query = uri.query { text = text.appending("?").appending(query.text) }
        return text
    }

    /// The key of a target's kind; nil if it is none, or one that only this machine sees.
    private static func kind(_ text: String) -> String? {
        let context = ReadingContext(
            variable: { _ in nil }, secretFile: { _ in [] }, isReadable: { _ in true })
        let target = try? TargetReader(context: context).read(Array(text.utf8), named: "x")
        guard let target, case .network = target.endpoint else { return nil }
        return target.kind
    }
}
