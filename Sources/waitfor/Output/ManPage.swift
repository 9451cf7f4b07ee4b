import HealthCore

/// The manual page, made from the tables that help is made from.
enum ManPage {
    static var text: String {
        header + synopsis + section("DESCRIPTION", Verb.allCases.map(description).joined())
            + section("OPTIONS", Option.all.map(item).joined())
            + section("TARGETS", targets) + section("SETTINGS", settings)
            + section(
                "REASONS",
                Roff.filled("For --accept and --fail-fast:")
                    + Roff.filled(Reason.allCases.map(\.rawValue).joined(separator: ", ") + "."))
            + section(
                "EXIT STATUS",
                HelpText.exitCodes.map { Roff.item(Roff.bold($0.0), $0.1) }.joined() + ".PP\n"
                    + Roff.filled(HelpText.exitNote))
            + section("ENVIRONMENT", environment) + section("FILES", files)
            + section("EXAMPLES", Roff.verbatim(HelpText.examples))
    }

    private static var header: String {
        ".\\\" Written by `waitfor help man`.\n"
            + ".TH WAITFOR 1 \"\(Version.date)\" \"waitfor \(Version.number)\" \"User Commands\"\n"
            // Neither hyphens nor wider blanks: words are to be copied.
            + ".nh\n.ad l\n"
            + section("NAME", "waitfor \\- \(Roff.escaped(HelpText.purpose))\n")
    }

    private static var synopsis: String {
        let calls = HelpText.forms.map { "\(Roff.bold("waitfor")) \(Roff.escaped($0.form))\n" }.joined()
        return section("SYNOPSIS", ".nf\n\(calls).fi\n")
    }

    private static func section(_ title: String, _ text: String) -> String { ".SH \(title)\n\(text)" }

    private static func description(_ verb: Verb) -> String {
        let others = verb.otherWord.map { " (also: waitfor \($0))" } ?? ""
        let name = verb == .gate ? "the gate" : "waitfor \(verb.rawValue)"
        return ".SS \(Roff.escaped(name + others))\n" + Roff.paragraphs(HelpText.prose(verb))
    }

    private static func item(_ option: Option) -> String {
        let short = option.short.map { Roff.bold("-\($0)") + ", " } ?? ""
        let value =
            switch option.value {
            case .none: ""
            case .required(let form): "=" + Roff.italic(form)
            case .optional(let form): "[=" + Roff.italic(form) + "]"
            }
        let verbs = option.verbs.map(\.rawValue).joined(separator: ", ")
        let of = option.verbs.count == Verb.allCases.count ? "" : " [\(verbs)]"
        return Roff.item("\(short)\(Roff.bold("--\(option.name)"))\(value)", option.help + of)
    }

    private static var targets: String {
        let forms = Kinds().map { kind in
            let (examples, title) = HelpText.forms(of: kind)
            return Roff.item(Roff.bold(title), lines: examples)
        }
        return Roff.filled("A target is [NAME=]TARGET. NAME is the word for it in every output.")
            + forms.joined()
            + Roff.item(Roff.bold("env:"), "env:DATABASE_URL is the target in that variable")
            + ".PP\n" + Roff.filled(HelpText.ports)
    }

    private static var settings: String {
        Roff.filled("Settings of one target, by --set NAME.KEY=VALUE or in the configuration file.")
            + HelpText.settings.map { group in
                ".SS \(Roff.escaped(group.title))\n"
                    + group.rows.map { row in
                        Roff.item("\(Roff.bold(row.key))=\(Roff.italic(row.takes))", row.help)
                    }.joined()
            }.joined()
    }

    private static var environment: String {
        [Verb.gate, .check, .agent, .run, .status].map { Roff.filled(HelpText.variables($0)) }.joined(
            separator: ".PP\n")
            + Roff.item(
                Roff.bold(TargetsVariable.name),
                "the targets, where there are neither targets nor a configuration file; blanks separate them")
            + ".PP\n" + Roff.filled(HelpText.passwords)
    }

    private static var files: String {
        Roff.item(
            Roff.italic(TargetSource.usualPath),
            "what an agent reads without targets and -c, and a gate without targets, -c and a command")
    }
}
