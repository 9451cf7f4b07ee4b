/// `redis-cli` and its kin.
enum RedisChecks {
    static let families = [CheckFamily(["redis-cli", "valkey-cli", "keydb-cli", "dragonfly-cli"], meaning)]

    /// What a server that cannot be used says, and lasts until someone acts.
    private static let refusals: [Reason] = [.auth, .denied, .misconf]

    static let grammar = CheckOptions.Grammar(
        flags: "xc23e", values: "hpasunridtD",
        longFlags: [
            "raw", "no-raw", "no-auth-warning", "tls", "insecure", "verbose", "json", "csv", "quoted-input",
        ],
        longValues: ["user", "pass", "cacert", "cacertdir", "cert", "key", "sni", "askpass"],
        endsAtOperand: true)

    private static func meaning(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        var question = CheckQuestion("redis")
        let options = CheckOptions(command.arguments, grammar)
        question.leaveOut(unknown: options)
        question.limit = CheckCommand.limit(of: options.value("-t"))
        place(options, command, &question)
        login(options, command, caller, &question)
        ask(options.operands, command, &question)
        return .asks(question)
    }

    private static func place(
        _ options: CheckOptions, _ command: CheckCommand, _ question: inout CheckQuestion
    ) {
        var (host, port, isEncrypted) = (options.value("-h"), options.value("-p"), options.has("--tls"))
        if let word = options.value("-u") {
            let uri = ConnectionURI(word)
            (host, port) = (uri.host, uri.port)
            isEncrypted = isEncrypted || uri.scheme == "rediss"
            if let user = uri.user, !user.pieces.isEmpty { question.name(user, as: "user", "the user") }
            if let password = uri.password { question.name(password, as: "password", "the password") }
            if let path = uri.path, !path.pieces.isEmpty {
                question.name(path, as: "database", "the database")
            }
        }
        if options.value("-s") != nil {
            question.note("its socket cannot be reached from outside: its port is asked")
        }
        let place = command.address(host: host, port: port, of: .redis, &question)
        question.address = isEncrypted ? ComposeText("rediss://").appending(place) : place
        if isEncrypted {
            if options.has("--insecure") {
                question.set("insecure", "true")
            } else if let name = options.value("--sni") {
                question.name(name, as: "server_name", "the server's name")
            }
            if ["--cacert", "--cert", "--key"].contains(where: { options.value($0) != nil }) {
                question.leaveOut("files of certificates are those of its container: name your own")
            }
        }
        if let number = options.value("-n") { question.name(number, as: "database", "the database") }
    }

    private static func login(
        _ options: CheckOptions, _ command: CheckCommand, _ caller: ComposeService?,
        _ question: inout CheckQuestion
    ) {
        if let user = options.value("--user") { question.name(user, as: "user", "the user") }
        guard !question.has("password") else { return }
        let own =
            command.assigned("REDISCLI_AUTH")
            ?? command.variables.first(of: ["REDISCLI_AUTH", "VALKEYCLI_AUTH"])?.word
        if let password = options.value("-a", "--pass") ?? own {
            if password.value == "" { return }
            question.password(password, in: command.service, caller: caller)
        } else if let password = command.service.commandValue(["--requirepass"]),
            password.value?.isEmpty == false
        {
            // The check has none: it would be refused.
            question.password(password, in: command.service, caller: caller)
        }
    }

    static let writes = ["incr", "set", "del", "lpush", "setex", "decr", "hset", "rpush"]

    private static func ask(_ words: [ShellWord], _ command: CheckCommand, _ question: inout CheckQuestion) {
        let verb = words.first?.value?.lowercased() ?? ""
        if verb == "auth" || words.isEmpty {
            question.leaveOut("what it types is not looked at: PING is asked")
        } else if verb == "get", words.count == 2, let key = words.last,
            case .equals(let value) = command.output,
            key.value != nil
        {
            question.set("expect_key", key.text.appending("=\(value)"))
            return
        } else if verb == "ping" || verb == "echo" {
            // As it is asked here.
        } else if writes.contains(verb) {
            question.note(
                "`\(verb)` of the check writes; PING asks as much, because the answer is not looked at")
        } else if command.output != .ignored {
            question.leaveOut("PING is asked in place of `\(words.first?.shown ?? "")`")
        } else {
            question.note(
                "PING is asked in place of `\(words.first?.shown ?? "")`, whose answer is not looked at")
        }
        switch command.output {
        case .ignored:
            question.accept(
                refusals,
                because:
                    "redis-cli ends with 0 whatever is answered, so a server that refuses the password is ready here too"
            )
        case .matches(let pattern) where pattern.isFound(in: ["PONG"]): break
        case .equals("PONG"): break
        default: question.leaveOut("what it prints is not looked at")
        }
    }
}
