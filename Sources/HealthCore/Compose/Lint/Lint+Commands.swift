// The rules about what a command asks.
extension Lint {
    func judgeServers(_ command: LintedCommand) {
        switch command.call.program {
        case "pg_isready", "psql": judgePostgres(command)
        case "redis-cli", "valkey-cli", "keydb-cli": judgeRedis(command)
        case "mysqladmin", "mariadb-admin", "mysql", "mariadb": judgeMySQL(command)
        case "rabbitmq-diagnostics", "rabbitmqctl":
            if command.words.contains("ping") { add(.rabbitNode, form: true) }
        default: judgePort(command)
        }
    }

    private func variable(_ command: LintedCommand, _ names: String...) -> Bool {
        variables.first(of: names) != nil || names.contains { command.call.assigned($0) != nil }
    }

    private func judgePostgres(_ command: LintedCommand) {
        let isReady = command.has("pg_isready")
        let options = CheckOptions(
            command.call.arguments, isReady ? PostgresChecks.connection : PostgresChecks.psql)
        let words = command.call.arguments.map(\.text.value)
        let host = options.value("-h", "--host")
        // A connection string says all of it.
        guard !words.contains(where: { $0.mentions("=") && !$0.hasPrefix("--") || $0.mentions("://") }),
            isServer("postgres")
        else { return }
        if host.map({ $0.beginning.hasPrefix("/") }) ?? !variable(
            command, "PGHOST", "PGHOSTADDR", "PGSERVICE")
        {
            add(.pgSocket, form: true)
        }
        guard isReady, subject.form != .kubernetes, !subject.hasUser, image.isOfLibrary,
            KnownServer.of(service.image)?.key == "postgres", !hasOtherUser
        else { return }
        let database = options.value("-d", "--dbname") ?? options.operands.first
        if database != nil { add(.pgAnyAnswer, form: true) }
        func text(_ name: String) -> String? {
            subject.service.environment.last { $0.name == name }?.value.flatMap {
                $0.unset.isEmpty ? $0.value : nil
            }
        }
        guard let user = options.value("-U", "--username") else {
            if options.operands.count < 2, !variable(command, "PGUSER"), text("POSTGRES_USER") != "root" {
                add(.pgRole, form: true)
            }
            return
        }
        if database == nil, !variable(command, "PGDATABASE"), let name = text("POSTGRES_DB"), !name.isEmpty,
            let user = user.variable.flatMap(text) ?? user.value, !user.isEmpty, user != name,
            user != "postgres",
            user == text("POSTGRES_USER")
        {
            add(.pgDatabase, form: true)
        }
    }

    /// Whether the command runs as somebody else than the container.
    private var hasOtherUser: Bool { ["su ", "gosu ", "su-exec ", "sudo "].contains(where: text.mentions) }

    private func judgeRedis(_ command: LintedCommand) {
        let options = CheckOptions(command.call.arguments, RedisChecks.grammar)
        guard let verb = options.operands.first?.value?.lowercased() else { return }
        if RedisChecks.writes.contains(verb) { return add(.redisWrites, form: true) }
        if isWhole(command), !options.has("-e") { add(.redisAnyAnswer, form: true) }
    }

    private func judgeMySQL(_ command: LintedCommand) {
        let options = CheckOptions(command.call.arguments, MySQLChecks.connection)
        guard isServer("mysql") else { return }
        if let password = options.value("-p", "--password"), password.isWritten,
            !password.text.value.mentions("$")
        {
            add(.password, form: true)
        }
        if command.has("mysqladmin", "mariadb-admin"), command.words.contains("ping"), isWhole(command) {
            add(.mysqlAnyLogin, form: true)
        }
        let host = options.value("-h", "--host")
        let isOfNetwork =
            options.value("-P", "--port", "--protocol", "--defaults-extra-file", "--defaults-file") != nil
        if host.map({ $0.isWord("localhost") }) ?? !variable(command, "MYSQL_HOST"), !isOfNetwork {
            add(.mysqlSocket, form: true)
        }
    }

    /// A bare port, of the server itself or of another one.
    private func judgePort(_ command: LintedCommand) {
        let isTool = command.has("nc", "netcat", "ncat", "wait-for-it", "wait-for-it.sh", "wait-for")
        let meaning =
            PortChecks.device(of: command.call)
            ?? (isTool
                ? CheckFamily.all.first { $0.programs.contains(command.call.program) }?.meaning(
                    command.call, nil) : nil)
        guard isWhole(command), case .asks(let question) = meaning,
            question.key == "tcp" || question.key == "mysql",
            let server = KnownServer.speaking(at: question.address.value)
        else { return }
        if question.address.value.hasPrefix("127.0.0.1:") {
            if isServer(server.key) { add(.barePort, form: true) }
        } else if server.key == "mysql" {
            add(.mysqlBlocks, form: true)
        }
    }

    // MARK: HTTP

    func judgeWeb(_ command: LintedCommand) {
        let isCurl = command.has("curl")
        guard isCurl || command.has("wget") else { return }
        let options = CheckOptions(
            command.call.arguments, isCurl ? HTTPChecks.curlGrammar : HTTPChecks.wgetGrammar)
        guard let url = (options.all("--url") + options.operands).first,
            HTTPQuestion(url, command.call) != nil
        else {
            return
        }
        if isCurl, isWhole(command), !HTTPChecks.failsByStatus(options),
            options.value("-K", "--config") == nil
        {
            add(.httpAnyStatus, form: true)
        }
        let own = ["-m", "--max-time", "-T", "--timeout", "--read-timeout", "-y", "--speed-time"]
        let hasLimit = own.contains { options.value($0) != nil } || text.mentions("timeout ")
        if !hasLimit, check.timeout == nil, subject.form != .kubernetes { add(.noLimit, form: true) }
    }

    /// What the program needs of its image and of the name `localhost`.
    func judgePlace(_ command: LintedCommand) {
        let program = command.call.program
        guard subject.form == .dockerfile || !service.isBuilt, !subject.steps.mentions(program) else {
            return
        }
        if image.isAlpine, command.has("wget", "nc"),
            command.words.contains(where: { word in
                ["http://localhost", "https://localhost", "localhost"].contains { prefix in
                    word.hasPrefix(prefix) && ["", ":", "/"].contains(word.dropFirst(prefix.count).prefix(1))
                }
            })
        {
            add(.localhost, form: true)
        }
        let isAlone = script.count == 1 && !(subject.steps.mentions("$") && subject.steps.mentions("install"))
        if isAlone, image.lacks(program) { add(.noTool, form: true) }
    }

    // MARK: Processes

    func judgeProcesses(_ command: LintedCommand) {
        guard script.count == 1 else { return }
        let isList = command.has("ps")
        var words = command.words
        if isList {
            guard let filter = command.filters.first?.words.compactMap(\.value), filter.first == "grep" else {
                return
            }
            // Other forms do not have the arguments of a process.
            let showsAll = ["aux", "-aux", "ax", "-ef", "auxw", "auxww"].contains(
                words.joined(separator: " "))
            if !showsAll || command.filters.count > 1 || filter.contains("-v") { return add(.processOnly) }
            words = filter
        } else if !command.has("pgrep", "pidof") {
            return
        }
        // A shell that has more to do stays, and has the pattern in its own line.
        var isThere = isList
        if command.has("pgrep"), case .shell = check.test {
            isThere = words.contains { $0.hasPrefix("-") && $0.hasSuffix("f") } && text.mentions(" || ")
        }
        add(isThere && isPlain(words.last ?? "") ? .findsItself : .processOnly)
    }

    /// Whether a pattern finds itself.
    private func isPlain(_ pattern: String) -> Bool {
        !pattern.isEmpty && pattern.utf8.allSatisfy { !"[]^$\\*+?(|{".utf8.contains($0) }
    }
}
