import HealthCore

/// The verbs of the command line.
enum Verb: String, CaseIterable {
    case gate, check, agent, run, status, config, lint, install, completion, version, help

    /// The verb behind a word; `wait` is another name of the gate, `serve` of the agent.
    init?(word: String) {
        switch word {
        case "wait": self = .gate
        case "serve": self = .agent
        case "gate": return nil
        default: self.init(rawValue: word)
        }
    }

    /// The words for all verbs.
    static let words = [
        "wait", "check", "agent", "serve", "run", "status", "config", "lint", "install", "completion",
        "version",
        "help",
    ]

    /// The word for the verb that is not its name.
    var otherWord: String? { self == .gate ? "wait" : self == .agent ? "serve" : nil }

    /// Whether the verb has targets.
    var probes: Bool { startsCommand || self == .check || self == .agent }

    /// Whether the environment can hold the verb's options.
    var readsEnvironment: Bool { probes || self == .status }

    /// Whether a command may follow `--`.
    var startsCommand: Bool { self == .gate || self == .run }
}

/// One option: its spelling, its value, its verbs and its help.
struct Option: Sendable {
    enum Value: Sendable {
        case none
        case required(String)
        /// The value is given only as `--name=value`.
        case optional(String)
    }

    let name: String
    let short: Unicode.Scalar?
    let value: Value
    let verbs: [Verb]
    let help: String

    private init(_ name: String, _ short: Unicode.Scalar?, _ value: Value, _ verbs: [Verb], _ help: String) {
        (self.name, self.short, self.value, self.verbs, self.help) = (name, short, value, verbs, help)
    }

    private static let every: [Verb] = [.gate, .check, .agent, .run]
    private static let orStatus: [Verb] = every + [.status]
    private static let ofCompose: [Verb] = [.gate, .check, .agent, .run, .config]

    /// Every option. The help texts and the names of the variables are made from this table.
    static var all: [Option] { own + ofEveryTarget }

    /// The first option that `isMeant` accepts. Options from the rows of settings are made only if no other option is
    /// meant: making them would be half of a check's instructions.
    static func first(where isMeant: (Option) -> Bool) -> Option? {
        own.first(where: isMeant) ?? ofEveryTarget.first(where: isMeant)
    }

    /// Settings of every target that only what watches has an option for.
    private static let ofEveryTarget = TargetSettings.settings.filter { row in
        row.isOption && !own.contains { $0.name == row.option }
    }.map { Option($0.option, nil, .required($0.takes), [.agent, .run], $0.help) }

    private static let own: [Option] = [
        Option("config", "c", .required("PATH"), orStatus, "take targets and settings from a file"),
        Option(
            "file", "f", .required("PATH"), ofCompose,
            "take targets from a Compose file (may be repeated: later files change earlier ones)"),
        Option(
            "service", nil, .required("NAME"), ofCompose,
            "of the Compose file, take what this service depends on"),
        Option(
            "env-file", nil, .required("PATH"), ofCompose,
            "variables of the Compose file, in place of .env beside it (may be repeated)"),
        Option(
            "profile", nil, .required("NAME"), ofCompose,
            "a profile of the Compose file that is active (may be repeated)"),
        Option(
            "strict-started", nil, .none, ofCompose,
            "of the Compose file, ask what is only started for its port, not for its name"),
        Option(
            "timeout", "t", .required("DURATION"), orStatus,
            "give up after this long (gate: 60s, 0: never; check, status: 2s; agent's probe: 3s)"),
        Option(
            "attempt-timeout", nil, .required("DURATION"), [.gate, .run],
            "bound one attempt, name lookup to answer (3s)"),
        Option(
            "interval", "i", .required("DURATION"), [.gate, .agent, .run],
            "pause this long between attempts (gate: what suits the failure; agent, run: 10s)"),
        Option("any", nil, .none, [.gate, .check, .run], "one required target is enough"),
        Option("quorum", nil, .required("K"), [.gate, .check, .run], "K required targets are enough"),
        Option(
            "optional", nil, .required("NAME"), every,
            "go on without this target (may be repeated; NAME,NAME works)"),
        Option(
            "optional-wait", nil, .required("DURATION"), [.gate, .run],
            "wait at least this long for optional targets (5s)"),
        Option(
            "success-threshold", nil, .required("N"), [.gate, .agent, .run],
            "ask for N good answers in a row (1)"),
        Option(
            "stable", nil, .required("DURATION"), [.gate, .run], "ask for good answers over this long (0s)"),
        Option(
            "fail-fast", nil, .optional("REASONS"), [.gate, .run],
            "end with 1 on a permanent reason, or on one of REASONS"),
        Option("until", nil, .required("STATE"), [.gate], "down: wait until every target is gone"),
        Option(
            "fail-code", nil, .required("N"), [.check], "exit with N when not ready (1); mistakes stay 125"),
        Option(
            "accept", nil, .required("REASONS"), every, "count these reasons as success: loading,auth,…"),
        Option(
            "for", nil, .required("USE"), every,
            "readiness (as it is), or liveness: accept whatever the server itself says"),
        Option(
            "set", nil, .required("NAME.KEY=VALUE"), every, "a setting of one target (may be repeated)"),
        Option(
            "password-file", nil, .required("PATH"), every,
            "the password of the one target that takes one"),
        Option("ipv4", "4", .none, orStatus, "resolve names to IPv4 only"),
        Option("ipv6", "6", .none, orStatus, "resolve names to IPv6 only"),
        Option(
            "agent", nil, .optional("URL"), [.check],
            "ask a running agent instead: http://HOST:PORT or unix:/PATH"),
        Option(
            "listen", nil, .required("ADDRESS"), [.agent, .run],
            "listen on HOST:PORT, :PORT, unix:/PATH (127.0.0.1:8642; may be repeated)"),
        Option(
            "expose", nil, .required("WHAT"), [.agent, .run],
            "full: show addresses and messages to other machines as well (names)"),
        Option(
            "allowed-hosts", nil, .required("NAMES"), [.agent, .run],
            "answer on loopback to these names as well (localhost and addresses)"),
        Option(
            "max-connections", nil, .required("N"), [.agent, .run],
            "close the oldest idle connection beyond N (256)"),
        Option(
            "ready-file", nil, .required("PATH"), [.agent, .run],
            "keep a file at PATH while every required target is ready"),
        Option(
            "notify", nil, .required("WHEN"), [.agent, .run],
            "tell systemd READY=1 when started, or when ready (started)"),
        Option(
            "watch", nil, .none, [.agent, .run, .status],
            "reload the configuration when its file changes; status: look again every 2s"),
        Option(
            "shutdown-delay", nil, .required("DURATION"), [.agent],
            "keep running for this long after SIGTERM, not ready (0s)"),
        Option(
            "on-unhealthy", nil, .required("NAME=ACTION"), [.agent, .run],
            "when a healthy target is unhealthy: exit[:CODE], restart, signal:SIG"),
        Option(
            "on-healthy", nil, .required("NAME=ACTION"), [.agent, .run],
            "when it is healthy again after that: likewise (both may be repeated)"),
        Option(
            "exit-on", nil, .required("STATE[:CODE]"), [.agent, .run],
            "unhealthy: end with CODE (1) when a healthy required target is unhealthy"),
        Option(
            "restart-limit", nil, .required("N"), [.run],
            "after N restarts, end with 1 in place of another one (any number)"),
        Option("group", nil, .none, [.run], "send signals to the command's process group, not to it alone"),
        Option(
            "signal", nil, .required("FROM:TO"), [.run],
            "send the signal TO in place of FROM: TERM:QUIT, 20:19; 0 for none (may be repeated)"),
        Option(
            "stop-timeout", nil, .required("DURATION"), [.run],
            "kill the command's process group this long after SIGTERM (8s; 0: never)"),
        Option("subreaper", nil, .none, [.run], "reap orphans also where waitfor is not PID 1"),
        Option(
            "output", nil, .required("FORM"), [.check, .status, .config, .lint],
            "text or json; for `lint` also sarif"),
        Option("log", nil, .required("FORM"), every, "text or json, on stderr"),
        Option("quiet", "q", .none, every, "print nothing but errors of usage"),
        Option("verbose", "v", .none, every, "tell about every attempt"),
        Option("libraries", nil, .none, [.version], "list the linked libraries"),
        Option("help", "h", .none, Verb.allCases, "show help"),
        Option("version", "V", .none, [.gate], "show the version"),
    ]

    /// The placeholder of the value, for help: `=PATH`, `[=URL]`.
    var suffix: String {
        switch value {
        case .none: ""
        case .required(let form): "=\(form)"
        case .optional(let form): "[=\(form)]"
        }
    }

    /// What may be the value behind a verb, for completions.
    func candidates(for verb: Verb?) -> Candidates {
        switch value {
        case .none: .nothing
        case .required(let form), .optional(let form): Candidates(of: form, for: verb)
        }
    }

    /// The groups of options that contradict each other.
    static let alternatives = [
        ["any", "quorum"], ["config", "file"], ["ipv4", "ipv6"], ["quiet", "verbose"], ["until", "for"],
    ]

    /// The variables that can hold the option, the more specific one first; help and version have none.
    func variables(for verb: Verb) -> [String] {
        guard verb.readsEnvironment, name != "help", name != "version" else { return [] }
        let letters = name.uppercased().utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
        let word = String(decoding: letters, as: UTF8.self)
        let isCommon = name == "log" || name == "config"
        return ["WAITFOR_\(verb.rawValue.uppercased())_\(word)"] + (isCommon ? ["WAITFOR_\(word)"] : [])
    }
}
