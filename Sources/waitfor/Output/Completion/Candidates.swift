import HealthCore

/// What may stand for a placeholder of help, for completions.
enum Candidates: Equatable {
    case nothing
    case files
    case words([String])
    /// `NAME.KEY=VALUE`.
    case settings

    init(of placeholder: String, for verb: Verb? = nil) {
        switch placeholder {
        case "PATH": self = .files
        case "NAME.KEY=VALUE": self = .settings
        case "REASONS": self = .words(Reason.allCases.map(\.rawValue))
        case "USE": self = .words(["readiness", "liveness"])
        case "FORM": self = .words(["text", "json"] + (verb == .lint ? ["sarif"] : []))
        case "WHAT": self = .words(["full", "names"])
        case "WHEN": self = .words(["started", "ready"])
        case "LEVEL": self = .words(["ping", "query", "writable", "login", "publish"])
        case "ROLE": self = .words(["primary", "standby", "master", "replica"])
        case "YES": self = .words(["true", "false"])
        case "STATE[:CODE]": self = .words(["unhealthy"])
        case "STATE": self = .words(["down"])
        case "up", "ok": self = .words([placeholder])
        default: self = .nothing
        }
    }
}

/// What the scripts of all shells are made from.
enum CompletionTables {
    /// The keys of targets, each once, with what the first of its rows says.
    static var settings: [Setting] {
        (TargetSettings.settings + Setting.ofSomeKinds).reduce(into: []) { rows, row in
            if !rows.contains(where: { $0.key == row.key }) { rows.append(row) }
        }
    }

    /// The words for values of settings, and the keys that take them.
    static var values: [(keys: [String], words: [String])] {
        settings.reduce(into: []) { groups, row in
            guard case .words(let words) = Candidates(of: row.takes) else { return }
            if let index = groups.firstIndex(where: { $0.words == words }) {
                groups[index].keys.append(row.key)
            } else {
                groups.append((keys: [row.key], words: words))
            }
        }
    }

    /// What a target begins with: `redis://`, `dns:`.
    static var schemes: [String] {
        (Kinds.forms.map { $0.isOpaque ? "\($0.scheme):" : "\($0.scheme)://" } + ["env:", "env-file:"])
            .reduce(into: []) { schemes, scheme in
                if !schemes.contains(scheme) { schemes.append(scheme) }
            }
    }

    /// The words for verbs, and what each is for.
    static var verbs: [(word: String, purpose: String)] {
        Verb.words.map { word in
            (word, HelpText.forms.first { $0.verb == Verb(word: word) }?.purpose ?? "")
        }
    }

    /// The verbs that have an option, by what may be its value there.
    static func groups(_ option: Option) -> [(verbs: [Verb], candidates: Candidates)] {
        option.verbs.reduce(into: []) { groups, verb in
            let candidates = option.candidates(for: verb)
            if let index = groups.firstIndex(where: { $0.candidates == candidates }) {
                groups[index].verbs.append(verb)
            } else {
                groups.append((verbs: [verb], candidates: candidates))
            }
        }
    }

    /// The words for some verbs.
    static func words(for verbs: [Verb]) -> [String] {
        Verb.words.filter { Verb(word: $0).map(verbs.contains) ?? false }
    }

    /// The words that may follow a verb, besides options and targets.
    static let arguments: [(verb: Verb, words: [String])] = [
        (.config, ConfigVerb.actions), (.completion, Shell.allCases.map(\.rawValue)),
        (.help, HelpText.topics),
    ]
}
