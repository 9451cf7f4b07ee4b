import HealthCore

/// The texts of `help`, made from the table of options.
enum HelpText {
    /// The help for a topic, nil if there is none.
    static func topic(_ word: String?) -> String? {
        switch word {
        case nil: overview
        case "targets": targets
        case "exit": exits
        case "man": ManPage.text
        case "gate": page(.gate)
        case let word?: Verb(word: word).map(page)
        }
    }

    /// The topics that there are.
    static let topics = Verb.words + ["targets", "exit", "man"]

    /// The ways to call the program, and what each does.
    static let forms: [(verb: Verb, form: String, purpose: String)] = [
        (.gate, "[OPTIONS] TARGET... [-- COMMAND [ARG...]]", "wait, then become the command"),
        (.check, "check [OPTIONS] TARGET...", "ask once: exit 0 or 1"),
        (.check, "check --agent[=URL] [NAME]", "ask a running agent instead"),
        (.agent, "agent [OPTIONS] [TARGET...]", "watch, and answer /readyz and /metrics"),
        (.run, "run [OPTIONS] TARGET... -- COMMAND [ARG...]", "wait, start it, watch, reap: a PID 1"),
        (.status, "status [URL]", "show what a running agent knows"),
        (.config, "config check|show FILE", "validate a file, or show its settings"),
        (.config, "config convert -f FILE", "make one of a Compose file"),
        (.lint, "lint FILE...", "find what is wrong with written health checks"),
        (.install, "install PATH", "copy the program there, for other images"),
        (.completion, "completion \(shells)", "print completions for a shell"),
        (.version, "version [--libraries]", "the version, and the linked libraries"),
        (.help, "help [wait|check|agent|run|targets|exit|man]", "more"),
    ]

    private static let shells = Shell.allCases.map(\.rawValue).joined(separator: "|")

    /// What the program is for.
    static let purpose = "know whether the services you need are ready, not merely listening"

    private static var overview: String {
        "waitfor: \(purpose)\n\n"
            + forms.map { columns("  waitfor \($0.form)\n", $0.purpose, width: 54) }.joined() + "\n"
            + examples.map { "  \($0)\n" }.joined()
    }

    /// Command lines to copy from.
    static let examples = [
        "waitfor db:5432 cache:6379 -- start-app", "waitfor check postgres://app@db/app",
        "waitfor agent -c waitfor.yaml",
    ]

    /// How a verb is called, what it does, and its options.
    private static func page(_ verb: Verb) -> String {
        var calls = forms.filter { $0.verb == verb }.map { "waitfor \($0.form)" }
        if verb == .help { calls = ["waitfor help [\(topics.joined(separator: "|"))]"] }
        if let other = verb.otherWord { calls[0] += "     (also: waitfor \(other))" }
        var text = calls.map { $0 + "\n" }.joined() + "\n\(prose(verb))" + options(verb)
        if verb.readsEnvironment { text += "\n\(variables(verb))" }
        return text
    }

    /// What a verb does: paragraphs, and lines that begin with blanks and stay as they are.
    static func prose(_ verb: Verb) -> String {
        switch verb {
        case .gate:
            """
            Wait until every target is ready, then become COMMAND: same PID, environment and stdin.
            Without a command, exit 0.

            """
        case .check:
            """
            Ask every target once, print a line for each, exit 0 if ready and 1 if not; or ask a running
            agent for its verdict: /readyz, with --for liveness /livez, or that on the target NAME.

            """
        case .agent:
            """
            Watch every target with Docker's rules, log every change of state, and answer from memory:
              /livez /startupz /readyz /healthz   200 or 503; ?verbose, ?exclude=NAME, /readyz/NAME
              /status /metrics                    JSON; Prometheus and OpenMetrics

            Without targets and -c the agent reads \(TargetSource.usualPath). SIGHUP reloads the file, SIGTERM
            ends the agent.

            """
        case .run:
            """
            Be the init of a container: wait for the targets as the gate does, start COMMAND as a child with
            its terminal and stdin, pass on signals, reap orphans, and end as COMMAND ends. Meanwhile watch
            the targets and answer as the agent does; a target that is called self, the command's own port,
            is watched once it runs. SIGTERM goes to COMMAND, and turns /readyz to 503 at once; a second one
            kills.

            """
        case .status:
            """
            Show what a running agent knows of its targets: state, time in it, how long the last probe took,
            and why; the worst first. URL is http://HOST:PORT or unix:/PATH; without it, where an agent with the
            same environment and file would listen. Exit 0 if all is ready and 1 if not, or if no agent answers;
            with --watch, when a signal comes, by what was shown last.

            """
        case .config:
            """
            `check` reports the mistakes of a file, with line and column; `show` prints its settings,
            without secrets. Without FILE it is \(TargetSource.usualPath). With -f it is a Compose file,
            and `show` prints what is asked of its services.

            """
        case .lint:
            """
            Find what is wrong with the health checks of Compose files, Dockerfiles, quadlets (.container)
            and Kubernetes manifests: a line for each finding, and how waitfor asks in its place. Exit 1 if
            there are any. `# waitfor-lint: ignore=RULE reason`, there or above, leaves one out.

            """
        case .install:
            """
            Copy the program itself to PATH, a file or a directory that is there, in one step and for everybody
            to run: into a volume, from which the containers of other images start it.

            """
        case .completion:
            """
            Print what makes a shell complete the command line, from the tables of options and settings:
              bash   waitfor completion bash > /usr/share/bash-completion/completions/waitfor
              zsh    waitfor completion zsh > "${fpath[1]}/_waitfor"
              fish   waitfor completion fish > ~/.config/fish/completions/waitfor.fish

            """
        case .version: "Print the version and linked libraries.\n"
        case .help: "Show help. `waitfor help man` prints the manual page, in roff.\n"
        }
    }

    /// Which variables are options.
    static func variables(_ verb: Verb) -> String {
        switch verb {
        case .agent:
            "Every option has a variable: --start-period is WAITFOR_AGENT_START_PERIOD. Options win over\n"
                + "the environment, the environment over the file.\n"
        case .check: "Every option has a variable: --timeout is WAITFOR_CHECK_TIMEOUT. Options win.\n"
        case .status: "Every option has a variable: --timeout is WAITFOR_STATUS_TIMEOUT. Options win.\n"
        case .run:
            "Every option has a variable: --stop-timeout is WAITFOR_RUN_STOP_TIMEOUT. Options win over the\n"
                + "environment, the environment over the file.\n"
        default:
            "Every option has a variable: --attempt-timeout is WAITFOR_GATE_ATTEMPT_TIMEOUT. Options win.\n"
        }
    }

    private static func options(_ verb: Verb) -> String {
        Option.all.filter { $0.verbs.contains(verb) }.map { option in
            let spelling = (option.short.map { "-\($0), " } ?? "    ") + "--\(option.name)\(option.suffix)"
            return columns("  \(spelling)\n", option.help, width: 36)
        }.reduce("\n", +)
    }

    private static var targets: String {
        var text = "A target is [NAME=]TARGET. NAME is the word for it in every output.\n\n"
        for kind in Kinds() {
            let (examples, title) = forms(of: kind)
            text += columns(folded(examples, width: 64), title)
        }
        text += columns("  env:DATABASE_URL\n", "the target in that variable")
        text += "\n\(ports)\nSettings of one target, --set NAME.KEY=VALUE:\n"
        for group in settings { text += rows(group.rows, title: group.title) }
        text += "\n\(passwords)\nReasons, for --accept and --fail-fast:\n"
        return text + folded(Reason.allCases.map(\.rawValue), width: 90)
    }

    /// The settings, by whose they are.
    static var settings: [(title: String, rows: [Setting])] {
        let ofKinds = Kinds().map { (title: $0.title, rows: $0.settings) }
        let ofMany = [
            (title: "where there is a user", rows: Setting.passwords),
            (title: "over TLS", rows: TLSSettings.settings),
            (title: "every target", rows: TargetSettings.settings),
        ]
        return (ofKinds + ofMany).filter { !$0.rows.isEmpty }
    }

    /// Where passwords belong.
    static var passwords: String {
        var places: [String] = []
        for place in Kinds().flatMap({ $0.secrets.better }) where !places.contains(place) {
            places.append(place)
        }
        return """
            A secret is better in env:NAME than on the command line, or in one of these, as its kind has them:
            \(places.joined(separator: ", ")). PGPASSWORD counts when
            the user is named as well, MYSQL_PWD when the target names one, REDISCLI_AUTH when there is
            exactly one Redis target.

            """
    }

    /// The ports that mean more than a connection.
    static var ports: String {
        "A port that accepts is not a database that is ready, so\n\(wellKnownPorts);\n"
            + "tcp://db:5432 asks for the bare port.\n"
    }

    /// An example of each form of a kind, and what the kind is called.
    static func forms(of kind: any Kind.Type) -> (examples: [String], title: String) {
        var titles: [String] = []
        for form in kind.forms where !titles.contains(form.title) { titles.append(form.title) }
        let examples = (kind.bareExample.map { [$0] } ?? []) + kind.forms.map(\.example)
        return (examples, titles.joined(separator: ", "))
    }

    private static var wellKnownPorts: String {
        let kinds = Kinds().compactMap { kind in kind.wellKnownPort.map { (port: $0, title: kind.title) } }
        func list(_ words: [String]) -> String {
            "\(words.dropLast().joined(separator: ", ")) and \(words.last ?? "")"
        }
        return "\(list(kinds.map { "\($0.port)" })) mean \(list(kinds.map(\.title)))"
    }

    private static func rows(_ settings: [Setting], title: String) -> String {
        "  \(title)\n"
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

    /// The exit codes, and their meanings.
    static let exitCodes = [
        ("0", "ready (with a command, the gate has become it: its exit code is the one you see)"),
        ("1", "not ready: check failed, or a reason of --fail-fast"),
        ("124", "the gate's timeout passed"),
        ("125", "a mistake on the command line or in the environment, or a fault of waitfor's own"),
        ("126", "the command cannot be executed"),
        ("127", "the command cannot be found"),
        ("128+n", "ended by signal n while waiting; of `run`, also: the command was"),
    ]

    /// What is said before some of them.
    static let exitNote = "A line on stderr always comes before 124 to 127.\n"

    private static var exits: String {
        exitCodes.map { columns("\($0.0)\n", $0.1, width: 9) }.joined() + "\n" + exitNote
    }
}
