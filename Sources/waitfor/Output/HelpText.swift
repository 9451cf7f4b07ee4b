/// The texts of `help`, made from the table of options.
enum HelpText {
    /// The help for a topic, nil if there is none.
    static func topic(_ word: String?) -> String? {
        switch word {
        case nil: overview
        case "wait", "gate": gate
        case "check": check
        case "agent", "serve": agent
        case "config": config
        case "version":
            "waitfor version [--libraries]\n\nPrint the version, or what is linked in.\n" + options(.version)
        case "help":
            "waitfor help [wait|check|agent|config|version|targets|exit]\n\nShow help.\n"
                + options(.help)
        case "targets": targets
        case "exit": exits
        default: nil
        }
    }

    static let overview = """
        waitfor: know whether the services you depend on are ready, not merely listening

          waitfor [OPTIONS] TARGET... [-- COMMAND [ARG...]]   wait, then become the command
          waitfor check [OPTIONS] TARGET...                   ask once: exit 0 or 1
          waitfor check --agent[=URL]                         ask a running agent instead
          waitfor agent [OPTIONS] [TARGET...]                 watch, and answer /readyz and /metrics
          waitfor config check|show FILE                      validate a file, or show what it means
          waitfor version [--libraries]                       the version, and what is linked in
          waitfor help [wait|check|agent|targets|exit]        more

          waitfor db:5432 cache:6379 -- start-app
          waitfor check postgres://app@db/app
          waitfor agent -c waitfor.yaml

        """

    private static var gate: String {
        """
        waitfor [OPTIONS] TARGET... [-- COMMAND [ARG...]]     (also: waitfor wait)

        Wait until every target is ready, then become COMMAND: same PID, environment and stdin.
        Without a command, exit 0.

        """ + options(.gate)
            + "\nEvery option has a variable: --attempt-timeout is WAITFOR_GATE_ATTEMPT_TIMEOUT. Options win.\n"
    }

    private static var check: String {
        """
        waitfor check [OPTIONS] TARGET...
        waitfor check --agent[=URL]

        Ask every target once, print a line for each, exit 0 if ready and 1 if not; or ask a running
        agent for its verdict: /readyz, with --for liveness /livez.

        """ + options(.check)
            + "\nEvery option has a variable: --timeout is WAITFOR_CHECK_TIMEOUT. Options win.\n"
    }

    private static var agent: String {
        """
        waitfor agent [OPTIONS] [TARGET...]     (also: waitfor serve)

        Watch every target with Docker's rules, log every change of state, and answer from memory:
          /livez /startupz /readyz /healthz   200 or 503; ?verbose, ?exclude=NAME, /readyz/NAME
          /status /metrics                    JSON; Prometheus and OpenMetrics

        Without targets and -c it reads \(TargetSource.usualPath). SIGHUP reloads the file, SIGTERM ends.

        """ + options(.agent)
            + "\nEvery option has a variable: --start-period is WAITFOR_AGENT_START_PERIOD. Options win over\n"
            + "the environment, the environment over the file.\n"
    }

    private static var config: String {
        """
        waitfor config check FILE     say what is wrong with it, with line and column
        waitfor config show FILE      print what it means, without secrets

        """ + options(.config)
    }

    private static func options(_ verb: Verb) -> String {
        Option.all.filter { $0.verbs.contains(verb) }.map { option in
            let value =
                switch option.value {
                case .none: ""
                case .required(let form): "=\(form)"
                case .optional(let form): "[=\(form)]"
                }
            let spelling = (option.short.map { "-\($0), " } ?? "    ") + "--\(option.name)\(value)"
            let gap = String(repeating: " ", count: max(1, 34 - spelling.count))
            return "  \(spelling)\(gap)\(option.help)\n"
        }.reduce("\n", +)
    }

    private static let targets = """
        A target is [NAME=]TARGET. NAME is the word for it in every output.

          db:5432  postgres://USER:PASSWORD@db/app  pg:host=db user=app    PostgreSQL
          cache:6379  redis://:PASSWORD@cache/0                            Redis, Valkey
          postgres:///app?host=/run/postgresql  redis+unix:///run/redis.sock?db=1
          redis+sentinel://sentinel:26379/mymaster  rediss://cache         its master; over TLS
          http://app/ready  https://app/  http+unix:///run/app.sock:/ready HTTP
          host:port  tcp://db:5432  unix:///run/app.sock  tls://mail:993   accepts a connection
          dns:db  file:///run/ready  exec:COMMAND  exec:["CMD","ARG"]      resolves; is there; ends with 0
          env:DATABASE_URL                                                 what that variable holds

        A port that accepts is not a database that is ready, so 5432 and 6379 mean PostgreSQL and Redis;
        tcp://db:5432 asks for the bare port.

        Settings of one target, --set NAME.KEY=VALUE:
          user, password, password_file, database
          level             PostgreSQL: ping (would it talk to me), query (log in and run a query; the
                            default once there is a password), writable (and it takes writes)
          query, expect_value     what to run instead of SELECT 1, and what its first value must be
          role, max_lag     PostgreSQL: primary or standby; how far a standby may be behind
          role, link, cluster     Redis: master or replica; up; ok
          expect_key        Redis: KEY or KEY=VALUE
          method, headers, header_file, expect_status, expect_body, follow_redirects    HTTP
          ca_file, cert_file, key_file, server_name, insecure, min_validity    TLS
          timeout, interval, success_threshold, stable, optional, accept, for
          retries, start_period, start_interval, initial_delay, jitter    (agent)

        A password is better in password_file, PGPASSFILE or env:NAME than on the command line. PGPASSWORD
        counts when the user is named as well, REDISCLI_AUTH when there is exactly one Redis target.

        Reasons, for --accept and --fail-fast:
          dns refused unreachable timeout closed tls protocol
          starting shutting_down recovering too_many_connections auth no_database denied
          loading masterdown busy misconf read_only role lag link_down cluster_down
          http_status body_mismatch missing exit_status stale config error

        """

    private static let exits = """
        0        ready (with a command, the gate has become it: its exit code is the one you see)
        1        not ready: check failed, or a reason of --fail-fast
        124      the gate's timeout passed
        125      a mistake on the command line or in the environment, or a fault of waitfor's own
        126      the command cannot be executed
        127      the command cannot be found
        128+n    ended by signal n while waiting

        A line on stderr always comes before 124 to 127.

        """
}
