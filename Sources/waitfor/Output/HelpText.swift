import HealthCore

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
        case "install": install
        case "version":
            "waitfor version [--libraries]\n\nPrint the version and linked libraries.\n" + options(.version)
        case "help":
            "waitfor help [\(topics.joined(separator: "|"))]\n\nShow help.\n"
                + options(.help)
        case "targets": targets
        case "exit": exits
        default: nil
        }
    }

    /// The topics that there are.
    static let topics = Verb.words + ["targets", "exit"]

    static let overview = """
        waitfor: know whether the services you depend on are ready, not merely listening

          waitfor [OPTIONS] TARGET... [-- COMMAND [ARG...]]   wait, then become the command
          waitfor check [OPTIONS] TARGET...                   ask once: exit 0 or 1
          waitfor check --agent[=URL]                         ask a running agent instead
          waitfor agent [OPTIONS] [TARGET...]                 watch, and answer /readyz and /metrics
          waitfor config check|show FILE                      validate a file, or show its settings
          waitfor install PATH                                copy the program there, for other images
          waitfor version [--libraries]                       the version, and the linked libraries
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

        Without targets and -c the agent reads \(TargetSource.usualPath). SIGHUP reloads the file, SIGTERM
        ends the agent.

        """ + options(.agent)
            + "\nEvery option has a variable: --start-period is WAITFOR_AGENT_START_PERIOD. Options win over\n"
            + "the environment, the environment over the file.\n"
    }

    private static var config: String {
        """
        waitfor config check FILE     report the mistakes of a file, with line and column
        waitfor config show FILE      print the settings of a file, without secrets

        """ + options(.config)
    }

    private static var install: String {
        """
        waitfor install PATH

        Copy the program itself to PATH, a file or a directory that is there, in one step and for everybody
        to run: into a volume, from which the containers of other images start it.

        """ + options(.install)
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

    private static var targets: String {
        var text = "A target is [NAME=]TARGET. NAME is the word for it in every output.\n\n"
        for kind in Kinds() { text += forms(kind) }
        text += columns("  env:DATABASE_URL\n", "the target in that variable")
        text += "\nA port that accepts is not a database that is ready, so \(wellKnownPorts);\n"
        text += "tcp://db:5432 asks for the bare port.\n\nSettings of one target, --set NAME.KEY=VALUE:\n"
        for kind in Kinds() { text += rows(kind.settings, title: kind.title) }
        text += rows(Setting.passwords, title: "where there is a user")
        text += rows(TLSSettings.settings, title: "over TLS")
        text += rows(TargetSettings.settings, title: "every target")
        text += """

            A password is better in password_file, PGPASSFILE or env:NAME than on the command line. PGPASSWORD
            counts when the user is named as well, REDISCLI_AUTH when there is exactly one Redis target.

            Reasons, for --accept and --fail-fast:

            """
        return text + folded(Reason.allCases.map(\.rawValue), width: 90)
    }

    /// The forms of a kind, an example for each, and the kind's title.
    private static func forms(_ kind: any Kind.Type) -> String {
        let examples = (kind.bareExample.map { [$0] } ?? []) + kind.forms.map(\.example)
        var titles: [String] = []
        for form in kind.forms where !titles.contains(form.title) { titles.append(form.title) }
        return columns(folded(examples, width: 64), titles.joined(separator: ", "))
    }

    private static var wellKnownPorts: String {
        let kinds = Kinds().compactMap { kind in kind.wellKnownPort.map { (port: $0, title: kind.title) } }
        func list(_ words: [String]) -> String {
            "\(words.dropLast().joined(separator: ", ")) and \(words.last ?? "")"
        }
        return "\(list(kinds.map { "\($0.port)" })) mean \(list(kinds.map(\.title)))"
    }

    private static func rows(_ settings: [Setting], title: String) -> String {
        guard !settings.isEmpty else { return "" }
        return "  \(title)\n"
            + settings.map { columns("    \($0.key)=\($0.takes)\n", $0.help, width: 34) }.joined()
    }

    /// Words in lines of at most `width` characters.
    private static func folded(_ words: [String], width: Int = 100) -> String {
        var lines: [String] = []
        for word in words {
            if let last = lines.last, last.count + word.count + 2 <= width {
                lines[lines.count - 1] += "  \(word)"
            } else {
                lines.append("  \(word)")
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Lines with a word in a column beside the first line.
    private static func columns(_ lines: String, _ word: String, width: Int = 68) -> String {
        let first = lines.prefix { $0 != "\n" }
        let gap = String(repeating: " ", count: max(1, width - first.count))
        return "\(first)\(gap)\(word)" + lines.dropFirst(first.count)
    }

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
