/// `pg_isready` and `psql`.
enum PostgresChecks {
    static let families = [
        CheckFamily(["pg_isready"], isReady), CheckFamily(["psql"], query),
    ]

    /// What a server says of itself before a login, and lasts until someone acts.
    private static let refusals: [Reason] = [.auth, .noDatabase, .denied]

    static let connection = CheckOptions.Grammar(
        flags: "qV", values: "dhptU", longFlags: ["quiet"],
        longValues: ["dbname", "host", "port", "timeout", "username"], abbreviates: true)

    static let psql = CheckOptions.Grammar(
        flags: "qtAXwWnxae1lbEHsSzV0", values: "dhpUcvPFRfoTL",
        longFlags: [
            "quiet", "tuples-only", "no-align", "no-psqlrc", "no-password", "list", "csv", "expanded",
        ],
        longValues: [
            "dbname", "host", "port", "username", "command", "set", "variable", "pset", "file", "output",
        ], abbreviates: true)

    private static func isReady(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        var question = CheckQuestion("postgres")
        let options = CheckOptions(command.arguments, connection)
        place(options, command, &question)
        question.limit = CheckCommand.limit(of: options.value("-t", "--timeout"))
        question.set("level", "ping")
        question.leaveOut(unknown: options)
        switch command.output {
        case .ignored: break
        case .matches(let pattern) where pattern.isFound(in: ["accepting connections"]): break
        default: question.leaveOut("what it prints is not looked at")
        }
        question.accept(
            refusals,
            because:
                "pg_isready is content with a server that refuses the user or the database, and so is this")
        return .asks(question)
    }

    /// Host, port, user and database of the options, or of libpq's variables, or the image's own.
    private static func place(
        _ options: CheckOptions, _ command: CheckCommand, _ question: inout CheckQuestion
    ) {
        let variables = command.variables
        let host = options.value("-h", "--host") ?? variables.first(of: ["PGHOST"])?.word
        let port = options.value("-p", "--port")
        var database = options.value("-d", "--dbname")
        if options.operands.count > 0, database == nil { database = options.operands.first }
        if let text = database, isConnectionString(text) {
            return place(connection: text, command, &question)
        }
        question.address = command.address(host: host, port: port, of: .postgres, &question)
        // The user that the image makes: without one, libpq would take the container's.
        if let user = options.value("-U", "--username") ?? options.operands.dropFirst().first {
            question.name(user, as: "user", "the user")
        } else if let user = variables.first(of: ["PGUSER", "POSTGRES_USER", "POSTGRESQL_USERNAME"])?.word,
            user.value != nil
        {
            question.name(user, as: "user", "the user")
        }
        if let database {
            question.name(database, as: "database", "the database")
        } else if let database = variables.first(of: ["PGDATABASE"])?.word, database.value != nil {
            question.name(database, as: "database", "the database")
        }
    }

    private static func isConnectionString(_ word: ShellWord) -> Bool {
        let text = word.text.value
        return text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
            || text.utf8.contains(UInt8(ascii: "="))
    }

    /// `-d "host=localhost user=app dbname=app"`, and the same as a URI.
    private static func place(
        connection word: ShellWord, _ command: CheckCommand, _ question: inout CheckQuestion
    ) {
        var host: ShellWord?
        var port: ShellWord?
        if word.text.value.mentions("://") {
            let uri = ConnectionURI(word)
            (host, port) = (uri.host, uri.port)
            if let user = uri.user { question.name(user, as: "user", "the user") }
            if let password = uri.password { question.name(password, as: "password", "the password") }
            if let database = uri.path { question.name(database, as: "database", "the database") }
            if uri.hasMore { question.leaveOut("parameters of the address are not asked") }
        } else {
            for pair in word.split(at: ASCII.space) {
                let name = String(pair.beginning.prefix { $0 != "=" })
                guard let value = pair.dropping(prefix: "\(name)=") else { continue }
                switch name {
                case "host", "hostaddr": host = value
                case "port": port = value
                case "user": question.name(value, as: "user", "the user")
                case "password": question.name(value, as: "password", "the password")
                case "dbname": question.name(value, as: "database", "the database")
                case "connect_timeout": question.limit = CheckCommand.limit(of: value)
                default: question.leaveOut("the parameter `\(PrintableText.line(name))` is not asked")
                }
            }
        }
        question.address = command.address(host: host, port: port, of: .postgres, &question)
    }

    /// `psql -c`: a login, and a query.
    private static func query(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        var question = CheckQuestion("postgres")
        let options = CheckOptions(command.arguments, psql)
        place(options, command, &question)
        question.leaveOut(unknown: options)
        if options.value("-f", "--file") != nil { question.leaveOut("the file of queries is not asked") }
        question.set("level", "query")
        let variables = command.variables
        // Whoever logs in over the socket of the image needs no password; over the network they do.
        if !question.has("password") {
            let given = command.assigned("PGPASSWORD") ?? variables.first(of: ["PGPASSWORD"])?.word
            if let word = given ?? variables.first(of: ["POSTGRES_PASSWORD", "POSTGRESQL_PASSWORD"])?.word {
                question.password(word, in: command.service, caller: caller)
            } else if let path = variables.first(of: ["POSTGRES_PASSWORD_FILE"])?.word.value {
                question.password(file: path, in: command.service, caller: caller)
            } else if variables.text("POSTGRES_HOST_AUTH_METHOD")?.value != "trust" {
                question.set("level", "ping")
                question.leaveOut(
                    "without a password nobody logs in over the network: the query is not asked")
                return .asks(question)
            }
        }
        if !question.has("password"), !question.has("password_file"),
            variables.text("POSTGRES_HOST_AUTH_METHOD")?.value != "trust"
        {
            question.set("level", "ping")
            question.leaveOut("the query is not asked, because nobody logs in without the password")
            return .asks(question)
        }
        ask(options.all("-c", "--command"), command, &question)
        return .asks(question)
    }

    private static func ask(_ queries: [ShellWord], _ command: CheckCommand, _ question: inout CheckQuestion)
    {
        guard let query = queries.last else { return question.takeSQL(nil, command) }
        if queries.count > 1 { question.leaveOut("only the last of its queries is asked") }
        question.takeSQL(query, command)
    }
}

extension CheckQuestion {
    /// Says which options are not known to mean nothing.
    mutating func leaveOut(unknown options: CheckOptions) {
        for option in options.unknown { leaveOut("the option \(PrintableText.line(option)) is not asked") }
    }

    /// Takes a query, and what its output has to be.
    mutating func takeSQL(_ query: ShellWord?, _ command: CheckCommand) {
        var isPlain = true
        if let query {
            let text = query.value ?? ""
            let words = text.lowercased().split { $0 == " " || $0 == ";" || $0 == "\n" }.joined(
                separator: " ")
            isPlain = words == "select 1"
            if query.value == nil {
                leaveOut("the query is SELECT 1: a variable in its own has no value here")
            } else if text.hasPrefix("\\") {
                isPlain = true
            } else if !isPlain, !words.isEmpty {
                set("query", query.text)
            }
        }
        switch command.output {
        case .ignored: break
        case .matches(let pattern) where isPlain && pattern.isFound(in: ["1", "(1 row)"]): break
        case .equals("1") where isPlain: break
        case .equals(let value): set("expect_value", value)
        default: leaveOut("what it prints is not looked at")
        }
    }
}
