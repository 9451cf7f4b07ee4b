/// What waitfor was asked to do.
enum Verb: String {
    case gate, check, version, help

    /// The verb behind a word; `wait` is another name of the gate.
    init?(word: String) {
        switch word {
        case "wait": self = .gate
        case "check": self = .check
        case "version": self = .version
        case "help": self = .help
        default: return nil
        }
    }

    /// Words that will be verbs: refused by name rather than taken for a target.
    static let planned = ["agent", "serve", "config"]
}

/// One option: its spelling, what it takes, who takes it.
struct Option: Sendable {
    enum Value: Sendable {
        case none
        case required(String)
        /// Only as `--name=value`.
        case optional(String)
    }

    let name: String
    let short: Unicode.Scalar?
    let value: Value
    let verbs: [Verb]
    let help: String

    private init(_ name: String, _ short: Unicode.Scalar?, _ value: Value, _ verbs: [Verb], _ help: String) {
        self.name = name
        self.short = short
        self.value = value
        self.verbs = verbs
        self.help = help
    }

    /// Every option there is. Help texts and the environment are made from this table.
    static let all: [Option] = [
        Option(
            "timeout", "t", .required("DURATION"), [.gate, .check],
            "give up after this long (gate: 60s, 0 waits for ever; check: 2s)"),
        Option(
            "attempt-timeout", nil, .required("DURATION"), [.gate],
            "bound one attempt, name lookup to answer (3s)"),
        Option(
            "interval", "i", .required("DURATION"), [.gate],
            "pause this long between attempts, instead of what suits the failure"),
        Option("any", nil, .none, [.gate, .check], "one required target is enough"),
        Option("quorum", nil, .required("K"), [.gate, .check], "K required targets are enough"),
        Option(
            "optional", nil, .required("NAME"), [.gate, .check],
            "go on without this target (may be repeated; NAME,NAME works)"),
        Option(
            "optional-wait", nil, .required("DURATION"), [.gate],
            "wait at least this long for optional targets (5s)"),
        Option("success-threshold", nil, .required("N"), [.gate], "ask for N good answers in a row (1)"),
        Option("stable", nil, .required("DURATION"), [.gate], "ask for good answers over this long (0s)"),
        Option(
            "fail-fast", nil, .optional("REASONS"), [.gate],
            "end with 1 on a permanent reason, or on one of REASONS"),
        Option(
            "accept", nil, .required("REASONS"), [.gate, .check],
            "count these reasons as success: loading,auth,…"),
        Option(
            "for", nil, .required("USE"), [.gate, .check],
            "readiness (as it is), or liveness: accept whatever the server itself says"),
        Option(
            "set", nil, .required("NAME.KEY=VALUE"), [.gate, .check],
            "a setting of one target (may be repeated)"),
        Option(
            "password-file", nil, .required("PATH"), [.gate, .check],
            "the password of the one target that takes one"),
        Option("ipv4", "4", .none, [.gate, .check], "resolve names to IPv4 only"),
        Option("ipv6", "6", .none, [.gate, .check], "resolve names to IPv6 only"),
        Option("output", nil, .required("FORM"), [.check], "text or json"),
        Option("log", nil, .required("FORM"), [.gate, .check], "text or json, on stderr"),
        Option("quiet", "q", .none, [.gate, .check], "print nothing but errors of usage"),
        Option("verbose", "v", .none, [.gate, .check], "tell about every attempt"),
        Option("libraries", nil, .none, [.version], "list what is linked in"),
        Option("help", "h", .none, [.gate, .check, .version, .help], "show help"),
        Option("version", "V", .none, [.gate], "show the version"),
    ]

    /// Options of which the command line takes one; two of them contradict each other.
    static let alternatives = [["any", "quorum"], ["ipv4", "ipv6"], ["quiet", "verbose"]]

    /// The variables that can hold it, the more specific one first; help and version have none.
    func variables(for verb: Verb) -> [String] {
        guard verb == .gate || verb == .check, name != "help", name != "version" else { return [] }
        let letters = name.uppercased().utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
        let word = String(decoding: letters, as: UTF8.self)
        return ["WAITFOR_\(verb.rawValue.uppercased())_\(word)"] + (name == "log" ? ["WAITFOR_LOG"] : [])
    }
}
