internal import HealthCore

/// What `config show -f` prints: for each service, and each that it depends on, what was written, what is asked in its
/// place and what was left out. What came out of a variable stands as it was written, and possible secrets as `***`.
package struct ComposeSummary {
    private let edges: [ComposeEdge]
    private let warnings: [String]

    /// The edges of a named service, or all, after each service for its own sake.
    package init(
        _ project: ComposeProject, service name: String?, asksPorts: Bool = false
    ) throws(ConfigurationErrors) {
        let own = try project.edges(of: name, asksPorts: asksPorts)
        edges = name == nil ? own + project.services.flatMap { project.edges(of: $0, asksPorts) } : own
        warnings = project.warnings
    }

    /// A mapping of YAML: services by name, and what others depend on by theirs.
    package var text: String {
        var text = ""
        var heading: String?
        for edge in edges {
            let above = edge.dependent.map { "\($0) depends on" } ?? "services"
            if above != heading { text += "\(YAMLText.scalar(above)):\n" }
            heading = above
            text += "  \(YAMLText.scalar(edge.dependency.service)):\n"
            for (key, value) in Self.fields(edge) {
                switch value {
                case .text(let line): text += "    \(key): \(YAMLText.scalar(line))\n"
                case .list(let lines):
                    text += "    \(key):\n" + lines.map { "      - \(YAMLText.scalar($0))\n" }.joined()
                }
            }
        }
        if !warnings.isEmpty {
            text += "warnings:\n" + warnings.map { "  - \(YAMLText.scalar($0))\n" }.joined()
        }
        return text
    }

    /// The same as one line of JSON.
    package var json: String {
        func list(_ lines: [String]) -> String {
            "[" + lines.map(JSONText.quoted).joined(separator: ",") + "]"
        }
        let objects = edges.map { edge in
            let fields = Self.fields(edge).map { key, value in
                switch value {
                case .text(let line): "\(JSONText.quoted(key)):\(JSONText.quoted(PrintableText.line(line)))"
                case .list(let lines): "\(JSONText.quoted(key)):\(list(lines))"
                }
            }
            let dependent = edge.dependent.map { "\"dependent\":\(JSONText.quoted($0))," } ?? ""
            let service = JSONText.quoted(edge.dependency.service)
            return "{\(dependent)\"service\":\(service),\(fields.joined(separator: ","))}"
        }
        return "{\"checks\":[\(objects.joined(separator: ","))],\"warnings\":\(list(warnings))}\n"
    }

    private enum Value {
        case text(String)
        case list([String])
    }

    private static func fields(_ edge: ComposeEdge) -> [(String, Value)] {
        var fields: [(String, Value)] = []
        if edge.dependent != nil { fields.append(("condition", .text(edge.dependency.condition.rawValue))) }
        if !edge.written.isEmpty { fields.append(("written", .text(WrittenCheck.shown(edge.written)))) }
        fields.append(("asks", .text(edge.check.coverage.rawValue)))
        if let (key, text) = edge.check.address {
            fields.append((key, .text(edge.check.hasWrittenSecret ? "***" : shown(text))))
        }
        for setting in edge.check.settings {
            let isSecret = setting.isSecret || WrittenCheck.hasSecret(setting.value)
            fields.append((setting.key, .text(isSecret ? secret(setting) : shown(setting.value))))
        }
        if !edge.check.notes.isEmpty { fields.append(("notes", .list(edge.check.notes))) }
        return fields
    }

    /// A text as it was written; an address with a user and a password, which may be written, without them.
    private static func shown(_ text: ComposeText) -> String {
        let written = text.written
        return written.utf8.contains(UInt8(ascii: "@")) ? WrittenCheck.shown([text]) : written
    }

    /// The names of the variables that the value is; a default may be the secret itself.
    private static func secret(_ setting: TranslatedSetting) -> String {
        let names = setting.value.pieces.map {
            if case .variable(let written, _) = $0 { "${\(ComposeText.name(in: written))}" } else { "***" }
        }
        return names.contains("***") ? "***" : names.joined()
    }
}
