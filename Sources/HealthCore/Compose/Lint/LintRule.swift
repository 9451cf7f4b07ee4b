/// What `waitfor lint` finds in health checks: a row for each rule. docs/lint.md has the same rows, with an example and
/// the test that shows the lie on a real server.
package enum LintRule: String, Sendable, CaseIterable {
    case pgSocket = "pg-socket"
    case pgRole = "pg-role"
    case pgDatabase = "pg-database"
    case pgAnyAnswer = "pg-any-answer"
    case redisAnyAnswer = "redis-any-answer"
    case redisWrites = "redis-writes"
    case mysqlAnyLogin = "mysql-any-login"
    case mysqlSocket = "mysql-socket"
    case httpAnyStatus = "http-any-status"
    case noLimit = "no-limit"
    case limitAboveTimeout = "limit-above-timeout"
    case cannotFail = "cannot-fail"
    case cannotPass = "cannot-pass"
    case findsItself = "finds-itself"
    case processOnly = "process-only"
    case execSyntax = "exec-syntax"
    case execVariable = "exec-variable"
    case composeVariable = "compose-variable"
    case keywordInText = "keyword-in-text"
    case wordsBehindScript = "words-behind-script"
    case password
    case barePort = "bare-port"
    case mysqlBlocks = "mysql-blocks"
    case rabbitNode = "rabbit-node"
    case localhost
    case noTool = "no-tool"
    case healthyWithoutCheck = "healthy-without-check"
    case startedOnly = "started-only"
    case zeroIsDefault = "zero-is-default"
    case startInterval = "start-interval"
    case shortStart = "short-start"
    case gateIsCounted = "gate-is-counted"
    case swarmOrder = "swarm-order"
    case kubeSecond = "kube-second"
    case kubeLiveness = "kube-liveness"
    case unknownIgnore = "unknown-ignore"

    package enum Level: String, Sendable { case error, warning, note }

    /// How bad it is: an error never does what was meant, a warning says yes or no wrongly at times.
    package var level: Level { row.level }
    /// Why it is wrong: a sentence without its stop.
    package var why: String { row.why }

    private var row: (level: Level, why: String) {
        switch self {
        case .pgSocket:
            (
                .warning,
                "without -h the socket is asked, where the image's first server answers while it initialises"
            )
        case .pgRole:
            (.note, "without -U each check logs `FATAL: role \"root\" does not exist` in the server")
        case .pgDatabase:
            (
                .note,
                "without -d the database is the user's name: each check logs `FATAL: database … does not exist`"
            )
        case .pgAnyAnswer:
            (
                .note,
                "pg_isready is content with any answer: a database that is not there, too many connections"
            )
        case .redisAnyAnswer:
            (.warning, "redis-cli ends with 0 whatever the server says: LOADING, NOAUTH, MASTERDOWN")
        case .redisWrites: (.error, "each check writes into the data, and ends with 0 where it may not")
        case .mysqlAnyLogin:
            (.warning, "`ping` ends with 0 where the login is refused: a wrong password is alive, too")
        case .mysqlSocket:
            (.warning, "localhost is the socket, where the image's first server answers while it initialises")
        case .httpAnyStatus: (.warning, "curl without -f ends with 0 whatever the status: 500 is healthy")
        case .noLimit:
            (
                .note,
                "neither the command nor the check has a limit: a silent server holds it for 30 s, the default"
            )
        case .limitAboveTimeout:
            (
                .warning,
                "the command's own limit is longer than the check's timeout, which kills it before it can tell"
            )
        case .cannotFail: (.error, "the check cannot fail: it is healthy whatever there is")
        case .cannotPass: (.error, "the check cannot succeed: it is unhealthy whatever there is")
        case .findsItself: (.error, "the search finds the check's own command line, and cannot fail")
        case .processOnly: (.note, "a process that is there need not answer: one that hangs is healthy")
        case .execSyntax: (.error, "no shell reads the list: the operator is an argument of the command")
        case .execVariable: (.error, "no shell reads the list: the variable stays as it is written")
        case .composeVariable:
            (
                .error,
                "Compose replaces the variable by its own, which is not set: write $$ for the container's"
            )
        case .keywordInText: (.error, "in a text CMD, CMD-SHELL and NONE are commands, which no image has")
        case .wordsBehindScript:
            (.error, "a shell runs the one word behind -c or CMD-SHELL: the others are its parameters")
        case .password:
            (.warning, "the password stands in the file, in `docker inspect` and in the list of processes")
        case .barePort:
            (
                .warning,
                "the port accepts while the server refuses every client, as when it is starting or full"
            )
        case .mysqlBlocks:
            (.warning, "MySQL counts connections without a login as errors, and blocks the host after 100")
        case .rabbitNode:
            (
                .note,
                "the node is asked, not whether clients are let in; and each check starts an Erlang machine"
            )
        case .localhost:
            (
                .warning,
                "BusyBox takes the first address of localhost only, ::1: a server on 0.0.0.0 is not found"
            )
        case .noTool: (.error, "the image does not have the program: the check always fails")
        case .healthyWithoutCheck:
            (.error, "service_healthy waits for a service that has no check: Compose gives up")
        case .startedOnly:
            (
                .note,
                "it is waited for until it is started, although it has a check: service_healthy waits for that"
            )
        case .zeroIsDefault: (.warning, "0 means the default: 30 s, or 3 retries")
        case .startInterval:
            (.warning, "without a start_period Compose refuses start_interval, and an engine does not use it")
        case .shortStart:
            (
                .warning,
                "without a start_period failures count at once, and the first start of this server is longer"
            )
        case .gateIsCounted:
            (
                .warning,
                "its command waits for others first, and the check is unhealthy before the wait can end"
            )
        case .swarmOrder: (.note, "`docker stack deploy`, for which its deploy is, ignores depends_on")
        case .kubeSecond: (.note, "without timeoutSeconds the command is ended after 1 s")
        case .kubeLiveness:
            (
                .warning,
                "without a startupProbe or initialDelaySeconds a long start, as after a crash, is ended after 30 s"
            )
        case .unknownIgnore: (.error, "there is no such rule to ignore")
        }
    }
}

/// What a rule has found, at a key of what was read: `test`, `interval`, `depends_on.db`.
package struct LintFinding {
    package var rule: LintRule
    package var key: String
    /// How waitfor asks in place of it; nil where there is no other form.
    package var instead: String?

    package init(rule: LintRule, key: String, instead: String? = nil) {
        (self.rule, self.key, self.instead) = (rule, key, instead)
    }
}
