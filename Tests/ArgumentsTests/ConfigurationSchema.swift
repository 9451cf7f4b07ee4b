import Configuration
import HealthCore

@testable import waitfor

/// JSON in the order in which it is written.
indirect enum OrderedJSON {
    case text(String)
    case number(Int)
    case flag(Bool)
    case list([OrderedJSON])
    case object([(String, OrderedJSON)])

    /// The JSON as a file has it.
    func written(_ indent: String = "") -> String {
        let deeper = indent + "  "
        func block(_ open: String, _ items: [String], _ close: String) -> String {
            guard !items.isEmpty else { return open + close }
            return "\(open)\n\(items.map { deeper + $0 }.joined(separator: ",\n"))\n\(indent)\(close)"
        }
        switch self {
        case .text(let text): return JSONText.quoted(text)
        case .number(let number): return "\(number)"
        case .flag(let flag): return "\(flag)"
        case .list(let items): return block("[", items.map { $0.written(deeper) }, "]")
        case .object(let members):
            let lines = members.map { "\(JSONText.quoted($0.0)): \($0.1.written(deeper))" }
            return block("{", lines, "}")
        }
    }
}

/// The JSON Schema of a configuration file, made from the rows that read it. What a row takes is asked of the row.
/// Draft 7 is what editors know best.
struct ConfigurationSchema {
    private typealias Members = [(String, OrderedJSON)]
    private let reader = TargetReader(context: ReadingContext(variable: { _ in nil }))
    private var definitions = types

    /// The schema as a file has it.
    static func written() throws -> String {
        var schema = ConfigurationSchema()
        return try schema.write()
    }

    private mutating func write() throws -> String {
        var targets: [OrderedJSON] = [Self.definition("text")]
        for word in Kinds.words {
            let target = try target(word)
            definitions.append(("\(word)_target", target))
            targets.append(Self.definition("\(word)_target"))
        }
        let any = try anyTarget()
        definitions.append(("any_target", any))
        targets.append(Self.definition("any_target"))
        let own = try AgentSetting.all.map { ($0.key, try agentKey($0)) }
        let schema = Self.object(
            own + [
                (
                    "defaults",
                    Self.object(try TargetSettings.settings.map { try key([$0], of: [sample("tcp")]) })
                ),
                (
                    "targets",
                    .object([
                        ("description", .text("what is asked: a name for each, and where and how")),
                        ("type", .text("object")), ("minProperties", .number(1)),
                        (
                            "patternProperties",
                            .object([
                                ("^x-", .object([])),
                                ("^[A-Za-z][A-Za-z0-9_-]*$", .object([("anyOf", .list(targets))])),
                            ])
                        ),
                        ("additionalProperties", .flag(false)),
                    ])
                ),
            ], required: ["targets"])
        guard case .object(let members) = schema else { return "" }
        let head: Members = [
            ("$schema", .text("http://json-schema.org/draft-07/schema#")),
            ("title", .text("waitfor: a configuration file")),
            (
                "description",
                .text("Written by `./dev schema` from the program's tables. Keys are only ever added.")
            ),
        ]
        return OrderedJSON.object(head + members + [("definitions", .object(definitions))]).written() + "\n"
    }

    // MARK: Types

    private static func definition(_ name: String) -> OrderedJSON {
        .object([("$ref", .text("#/definitions/\(name)"))])
    }

    private static func anyOf(_ schemas: [OrderedJSON]) -> OrderedJSON {
        schemas.count == 1 ? schemas[0] : .object([("anyOf", .list(schemas))])
    }

    private static func pattern(_ pattern: String) -> OrderedJSON {
        .object([("type", .text("string")), ("pattern", .text(pattern))])
    }

    private static func choice(_ words: [String]) -> OrderedJSON {
        .object([("enum", .list(words.map(OrderedJSON.text)))])
    }

    /// An object that has no other keys, but `x-…`.
    private static func object(
        _ properties: [(String, OrderedJSON)], required: [String] = []
    ) -> OrderedJSON {
        var members: [(String, OrderedJSON)] = [("type", .text("object"))]
        if !required.isEmpty { members.append(("required", .list(required.map(OrderedJSON.text)))) }
        return .object(
            members + [
                ("properties", .object(properties)), ("patternProperties", .object([("^x-", .object([]))])),
                ("additionalProperties", .flag(false)),
            ])
    }

    /// What rows of several keys take.
    private static let types: [(String, OrderedJSON)] = [
        ("variable", pattern(#"\$"#)),
        ("text", .object([("type", .list(["string", "number", "boolean"].map(OrderedJSON.text)))])),
        ("duration", pattern(#"^\+?(([0-9]+\.?[0-9]*|\.[0-9]+)(w|d|h|m|s|ms|us|µs|μs|ns))+$"#)),
        ("zero", .object([("enum", .list([.number(0), .text("0")]))])),
        ("share", pattern("^([0-9]|[1-4][0-9]|50)%$")),
        (
            "flag",
            .object([
                (
                    "enum",
                    .list(
                        [.flag(true), .flag(false), .number(0), .number(1)]
                            + ["yes", "no", "on", "off"].map(OrderedJSON.text))
                )
            ])
        ),
        ("reason", choice(Reason.allCases.map(\.rawValue))),
    ]

    // MARK: Keys

    /// A key, and what its rows take: several, if the target may be of several kinds.
    private mutating func key(_ rows: [Setting], of targets: [Target]) throws -> (String, OrderedJSON) {
        var names: [String] = []
        for (row, target) in zip(rows, targets) {
            let name = try define(row, of: target)
            if !names.contains(name) { names.append(name) }
        }
        return (rows[0].key, Self.anyOf(names.map(Self.definition)))
    }

    /// The name of a definition of what a row takes, which is written once.
    private mutating func define(_ row: Setting, of target: Target) throws -> String {
        let kind = type(of: target.service)
        let isOfKind = kind.settings.contains { $0.key == row.key }
        let name = isOfKind ? "\(kind.word)_\(row.key)" : row.key
        if !definitions.contains(where: { $0.0 == name }) {
            definitions.append(
                (name, described(row.help, try types(row, of: target) + [Self.definition("variable")])))
        }
        return name
    }

    private func described(_ help: String, _ types: [OrderedJSON]) -> OrderedJSON {
        .object([("description", .text(help)), ("anyOf", .list(types))])
    }

    private func types(_ row: Setting, of target: Target) throws -> [OrderedJSON] {
        func takes(_ text: String) -> Bool {
            var target = target
            return (try? row.apply(SettingValue(Array(text.utf8), in: .file), to: &target)) != nil
        }
        return Self.types(row.takes, takes)
    }

    private static func types(_ placeholder: String, _ takes: (String) -> Bool) -> [OrderedJSON] {
        if case .words(let words) = Candidates(of: placeholder), placeholder != "REASONS",
            placeholder != "YES"
        {
            return [choice(words.filter(takes))]
        }
        switch placeholder {
        case "DURATION": return [definition("duration")] + (takes("0") ? [definition("zero")] : [])
        case "N": return [numbers(takes)]
        case "SHARE": return [definition("zero"), definition("share")]
        case "YES": return [definition("flag")]
        case "REASONS":
            let item = anyOf([definition("reason"), definition("variable")])
            let list = OrderedJSON.object([("type", .text("array")), ("items", item)])
            return [pattern("^[a-z_]+(,[a-z_]+)*$"), list]
        case "STATUSES", "/POINTER[=VALUE]":
            let list = OrderedJSON.object([("type", .text("array")), ("items", definition("text"))])
            return [definition("text"), list] + (placeholder == "STATUSES" ? [] : [texts(orNothing: true)])
        case "NAME: VALUE": return [definition("text"), texts(orNothing: false)]
        case "COMMAND": return [.object([("type", .text("array")), ("items", definition("text"))])]
        case "ADDRESS", "NAMES":
            return [
                definition("text"),
                .object([
                    ("type", .text("array")), ("items", definition("text")), ("minItems", .number(1)),
                ]),
            ]
        default: return [definition("text")]
        }
    }

    /// A mapping of names to texts.
    private static func texts(orNothing: Bool) -> OrderedJSON {
        let value =
            orNothing ? anyOf([definition("text"), .object([("type", .text("null"))])]) : definition("text")
        return .object([("type", .text("object")), ("additionalProperties", value)])
    }

    /// Whole numbers between the smallest and the largest that are taken.
    private static func numbers(_ takes: (String) -> Bool) -> OrderedJSON {
        var (known, refused) = (1, 1 << 40)
        while refused - known > 1 {
            let middle = (known + refused) / 2
            if takes("\(middle)") { known = middle } else { refused = middle }
        }
        return .object([
            ("type", .text("integer")), ("minimum", .number(takes("0") ? 0 : 1)), ("maximum", .number(known)),
        ])
    }

    /// A key of the agent itself: help and placeholder are those of its option.
    private func agentKey(_ setting: AgentSetting) throws -> OrderedJSON {
        guard let option = Option.all.first(where: { $0.name == setting.option }) else {
            throw ConfigurationError("\(setting.key) is no option")
        }
        let placeholder =
            switch option.value {
            case .none: "YES"
            case .required(let form), .optional(let form): form
            }
        let types = Self.types(placeholder) { text in
            var choices = AgentChoices()
            return (try? setting.apply(&choices, SettingValue(Array(text.utf8), in: .file))) != nil
        }
        return described(option.help, types + [Self.definition("variable")])
    }

    // MARK: Targets

    /// A target of a form with this word, with TLS if one has it, as settings of TLS need it.
    private func sample(_ word: String) throws -> Target {
        let forms = Kinds.forms.filter { $0.word == word }
        let form = forms.first(where: \.isEncrypted) ?? forms.first
        return try reader.read(Array((form?.example ?? "").utf8), named: "x")
    }

    private mutating func target(_ word: String) throws -> OrderedJSON {
        let target = try sample(word)
        var rows = TargetSettings.settings + type(of: target.service).settings
        if target.password != nil { rows += Setting.passwords }
        if target.tls != nil { rows += TLSSettings.settings }
        if target.tls == nil, target.service.seesCertificate {
            rows += TLSSettings.settings.filter { $0.key == "min_validity" }
        }
        let examples = Kinds.forms.filter { $0.word == word }.map(\.example)
        var types = [Self.definition("text")]
        if word == "exec" { types.append(Self.command) }
        let address = (word, described("a target: \(examples.joined(separator: ", "))", types))
        let keys = try rows.map { row in try key([row], of: [target]) }
        return Self.object([address] + keys, required: [word])
    }

    /// The `test` of a HEALTHCHECK.
    private static let command = OrderedJSON.object([
        ("type", .text("array")), ("minItems", .number(2)),
        ("items", .list([choice(["CMD", "CMD-SHELL"])])),
        ("additionalItems", definition("text")),
    ])

    /// A target of which only its address says what it is: it may have the keys of every kind.
    private mutating func anyTarget() throws -> OrderedJSON {
        var keys: [String] = []
        var rows: [String: [(Setting, Target)]] = [:]
        for word in Kinds.words {
            guard let target = try? sample(word) else { continue }
            let settings = TargetSettings.settings + type(of: target.service).settings
            for row in settings + Setting.passwords + TLSSettings.settings {
                if rows[row.key] == nil { keys.append(row.key) }
                rows[row.key, default: []].append((row, target))
            }
        }
        let address = described(
            "whatever the command line takes: host:port, a URI, env:NAME", [Self.definition("text")])
        let settings = try keys.map { name in
            let rows = rows[name] ?? []
            return try key(rows.map(\.0), of: rows.map(\.1))
        }
        return Self.object([("target", address)] + settings, required: ["target"])
    }
}
