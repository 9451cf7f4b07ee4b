import Configuration
import HealthCore
import TestSupport
import Testing

@testable import waitfor

@Suite("The documents' lists are the program's tables")
struct DocumentTablesTests {
    /// The cells of a table of a page, which has to be there.
    private func table(_ first: String, under heading: String, of page: String) throws -> [[String]] {
        let rows = Document(page).table(first, under: heading)
        try #require(!rows.isEmpty, "\(page) has no table \(first) under \(heading)")
        return rows
    }

    /// What stands between back quotes, in its order.
    private func quoted(_ text: some StringProtocol) -> [String] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    /// The text without what is in brackets.
    private func withoutAsides(_ text: String) -> String {
        var depth = 0
        return text.reduce(into: "") { kept, character in
            if character == "(" { depth += 1 }
            if depth == 0 { kept.append(character) }
            if character == ")" { depth -= 1 }
        }
    }

    /// The paragraph of a page that begins so, in one line, up to `end`.
    private func sentence(_ start: String, until end: String, of page: String) throws -> String {
        let text = Document(page).lines.joined(separator: " ")
        let begin = try #require(text.indices.first { text[$0...].hasPrefix(start) }, "no \(start)")
        let rest = text[begin...]
        let stop = try #require(rest.indices.first { rest[$0...].hasPrefix(end) }, "no \(end)")
        return String(rest[..<stop])
    }

    @Test(
        "the reasons are all that there are, in their order, and those are permanent that someone must act on"
    )
    func reasons() throws {
        let list = try sentence(
            "A target is not ready for one of these reasons: `", until: " Of these", of: "docs/readiness.md")
        #expect(quoted(list) == Reason.allCases.map(\.rawValue))
        let permanent = try sentence(
            "Of these `auth`", until: " are permanent", of: "docs/readiness.md")
        // `tls` only for a certificate.
        #expect(
            Set(quoted(permanent)) == Set(Reason.allCases.filter(\.isPermanent).map(\.rawValue) + ["tls"]))
    }

    @Test("the table of settings has every key of every kind, and no other")
    func settings() throws {
        let written = try table("for", under: "# Settings of a target", of: "docs/settings.md")
        var rows = written.reduce(into: [String: [String]]()) { rows, cells in
            // `link: up` is the key `link`.
            rows[cells[0]] = quoted(withoutAsides(cells[1])).map { String($0.prefix { $0 != ":" }) }
        }
        func expect(_ row: String, _ settings: [Setting], sourceLocation: SourceLocation = #_sourceLocation) {
            let written = Set(rows.removeValue(forKey: row) ?? [])
            #expect(written == Set(settings.map(\.key)), "\(row)", sourceLocation: sourceLocation)
        }
        expect("every target", TargetSettings.settings)
        expect("TLS", TLSSettings.settings)
        for kind in Kinds() {
            let form = try #require(kind.forms.first)
            let target = try TargetReader(context: ReadingContext(variable: { _ in nil }))
                .read(Array(form.example.utf8), named: "x")
            let settings = kind.settings + (target.password == nil ? [] : Setting.passwords)
            if !settings.isEmpty { expect(kind.title, settings) }
        }
        #expect(rows.isEmpty, "no kind of target has these")
    }

    @Test("the table of targets has every form, and no scheme that is none")
    func forms() throws {
        let written = try table("written", under: "## Forms", of: "docs/targets.md").flatMap { quoted($0[0]) }
        let schemes = Set(
            written.compactMap { text -> String? in
                let scheme = text.prefix { $0 != ":" }
                let rest = text.dropFirst(scheme.count + 1)
                // `host:port` and `db:5432` have none.
                let isBare = rest == "port" || rest.allSatisfy(\.isNumber) || scheme.hasPrefix("[")
                return isBare ? nil : String(scheme)
            })
        #expect(schemes == Set(Kinds.forms.map(\.scheme) + ["env", "env-file"]))
    }

    @Test("the ports that mean more than a connection are those of the kinds that have one")
    func wellKnownPorts() throws {
        let kinds = Kinds().compactMap { kind in kind.wellKnownPort.map { (port: $0, title: kind.title) } }
        func list(_ words: [String]) -> String {
            "\(words.dropLast().joined(separator: ", ")) and \(words.last ?? "")"
        }
        let sentence = "The ports \(list(kinds.map { "\($0.port)" })) mean \(list(kinds.map(\.title)))"
        let isThere = Document("docs/targets.md").lines.joined(separator: " ").contains(sentence)
        #expect(isThere, "\(sentence)")
    }

    @Test("a file's words for kinds are those of the forms, and `target`")
    func words() throws {
        let list = try sentence("A target is one of", until: " (anything", of: "docs/agent.md")
        #expect(Set(quoted(list)) == Set(Kinds.words + ["target"]))
    }

    @Test("the table of options has every option, for the verbs that take it, and no other")
    func options() throws {
        var missing = Set(Option.all.map(\.name))
        // They are of every verb, or of one that has no other.
        missing.subtract(["help", "version", "libraries"])
        for cells in try table("option", under: "# Options", of: "docs/options.md") {
            try #require(cells.count == 6, "\(cells)")
            for word in quoted(cells[0]) {
                let spelled = word.prefix { $0 != " " && $0 != "[" && $0 != "=" }
                let option = Option.all.first {
                    spelled == "--\($0.name)" || $0.short.map { spelled == "-\($0)" } ?? false
                }
                guard let option else {
                    Issue.record("\(spelled) is no option")
                    continue
                }
                missing.remove(option.name)
                for (verb, cell) in zip([Verb.gate, .check, .agent, .run], cells[1...4]) {
                    #expect(option.verbs.contains(verb) == !cell.isEmpty, "\(word), \(verb)")
                }
            }
        }
        #expect(missing.isEmpty, "these are not in the table")
    }

    @Test("every key of the agent's own is an option of the agent")
    func agentSettings() {
        for setting in AgentSetting.all {
            let option = Option.all.first { $0.name == setting.option }
            #expect(option?.verbs.contains(.agent) == true, "\(setting.key)")
        }
    }

    @Test("every setting of all targets that is an option is one of the agent")
    func targetSettings() {
        for setting in TargetSettings.settings where setting.isOption {
            let option = Option.all.first { $0.name == setting.option }
            #expect(option?.verbs.contains(.agent) == true, "\(setting.key)")
        }
    }

    @Test("the table of exit codes is that of the help")
    func exitCodes() throws {
        let help = try #require(HelpText.topic("exit")).split(separator: "\n")
            .map { String($0.prefix { $0 != " " }) }.filter { $0.first?.isNumber == true }
        let written = try table("code", under: "## Exit codes", of: "README.md").flatMap { cells in
            cells[0].split(separator: ",").map { String($0.drop { $0 == " " }) }
        }
        #expect(written == help && help.count > 5)
    }
}
