/// `mysqladmin ping`, `healthcheck.sh`, `mysql -e` and their MariaDB names.
enum MySQLChecks {
    static let families = [
        CheckFamily(["mysqladmin", "mariadb-admin"], ping),
        CheckFamily(["healthcheck.sh"], script),
        CheckFamily(["mysql", "mariadb"], query),
    ]

    private static let refusals: [Reason] = [.auth, .noDatabase, .denied]

    static let connection = CheckOptions.Grammar(
        flags: "sfvbCNBnqtEH?w", values: "huPSeDir", attached: "p",
        longFlags: [
            "silent", "no-beep", "verbose", "batch", "skip-column-names", "compress", "ssl", "skip-ssl",
            "wait",
            "protocol", "no-defaults", "no-auto-rehash", "quick", "ping",
        ],
        longValues: [
            "host", "user", "port", "socket", "execute", "database", "password", "protocol",
            "connect-timeout",
            "connect_timeout", "ssl-mode", "defaults-file", "defaults-extra-file",
        ], abbreviates: true)

    private static func place(
        _ options: CheckOptions, _ command: CheckCommand, _ question: inout CheckQuestion
    ) {
        if options.value("-S", "--socket") != nil {
            question.note("its socket cannot be reached from outside: its port is asked")
        }
        question.address = command.address(
            host: options.value("-h", "--host"), port: options.value("-P", "--port"), of: .mysql, &question)
        question.limit = CheckCommand.limit(of: options.value("--connect-timeout", "--connect_timeout"))
    }

    /// What every client of MySQL's is told by the same options: the place and the login.
    private static func client(
        _ command: CheckCommand, _ caller: ComposeService?
    ) -> (CheckQuestion, CheckOptions) {
        var question = CheckQuestion("mysql")
        // `-p PASSWORD` is a password that is asked for, and a word of its own.
        var grammar = connection
        grammar.longFlags.append("password")
        grammar.longValues.removeAll { $0 == "password" }
        let options = CheckOptions(command.arguments, grammar)
        place(options, command, &question)
        let unknown = options.unknown.filter { !$0.hasPrefix("--password") }
        for option in unknown { question.leaveOut("the option \(PrintableText.line(option)) is not asked") }
        login(options, command, caller, &question)
        return (question, options)
    }

    private static func ping(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        let (asked, options) = client(command, caller)
        var question = asked
        let verbs = options.operands.compactMap(\.value)
        guard verbs.contains("ping") || verbs.contains("status") else {
            return .unknown("mysqladmin does not ask for `ping`", port: 3306)
        }
        question.set("level", "ping")
        var looks = false
        switch command.output {
        case .ignored: break
        case .matches(let pattern) where pattern.isFound(in: ["mysqld is alive"]): looks = true
        default: question.leaveOut("what it prints is not looked at")
        }
        if verbs.contains("status") || looks {
            if question.has("user"), question.has("password") || question.has("password_file") {
                question.set("level", "query")
            } else {
                question.leaveOut("whether the login works is not asked: it needs a user and a password")
            }
            return .asks(question)
        }
        question.accept(
            refusals,
            because: "mysqladmin ping is content with a server that refuses the login, and so is this")
        return .asks(question)
    }

    /// User and password of the options.
    private static func login(
        _ options: CheckOptions, _ command: CheckCommand, _ caller: ComposeService?,
        _ question: inout CheckQuestion
    ) {
        if let user = options.value("-u", "--user") { question.name(user, as: "user", "the user") }
        let variables = command.variables
        let ambient = command.assigned("MYSQL_PWD") ?? variables.first(of: ["MYSQL_PWD"])?.word
        guard let password = options.value("-p", "--password") ?? ambient, password.value != "" else {
            return
        }
        guard options.value("-u", "--user") == nil || question.has("user") else {
            return question.leaveOut("a password without its user is not named")
        }
        if !question.has("user") { return question.note("a password without a user is not named") }
        question.password(password, in: command.service, caller: caller)
    }

    /// The script of MariaDB's image: a connection over TCP, whatever becomes of its login.
    private static func script(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        // Other images have scripts of that name.
        guard
            command.arguments.contains(where: { $0.isWord("--connect") || $0.isWord("--innodb_initialized") })
                || KnownServer.of(command.service.image)?.key == "mysql"
        else { return .unknown("healthcheck.sh is a script of its image") }
        var question = CheckQuestion("mysql")
        question.address = command.address(host: nil, port: nil, of: .mysql, &question)
        question.set("level", "ping")
        let options = CheckOptions(
            command.arguments,
            .init(
                longFlags: ["connect", "innodb_initialized", "su-mysql", "no-defaults", "su", "no-connect"],
                longValues: [
                    "su", "datadir", "defaults-file", "defaults-extra-file", "defaults-group-suffix",
                ]))
        for flag in options.unknown {
            question.leaveOut(
                "`\(PrintableText.line(flag))` of the script is not asked: it needs a login of its own")
        }
        if options.has("--innodb_initialized") {
            question.note("a server that lets clients in has initialised InnoDB")
        }
        question.accept(
            refusals, because: "the script is content with a server that refuses the login, and so is this")
        return .asks(question)
    }

    /// `mysql -e`: a login, and a query.
    private static func query(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        let (asked, options) = client(command, caller)
        var question = asked
        if let database = options.value("-D", "--database") ?? options.operands.first {
            question.name(database, as: "database", "the database")
        }
        guard question.has("user"), question.has("password") || question.has("password_file") else {
            question.set("level", "ping")
            question.leaveOut("the query is not asked: over the network it needs a user and a password")
            return .asks(question)
        }
        question.set("level", "query")
        question.takeSQL(options.value("-e", "--execute"), command)
        return .asks(question)
    }
}
