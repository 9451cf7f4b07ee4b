package import HealthCore

/// What `config convert` writes: the configuration file that asks the same as a Compose file. Values of variables stand
/// as they were written, and what may be a secret is the name of a variable or of a file.
package struct ComposeConversion {
    package private(set) var text = ""
    /// The variables that the text needs, with the values by which it means the same.
    private(set) var variables: [String: String] = [:]
    private let outside: (String) -> String?

    package init(
        _ project: ComposeProject, service: String?, asksPorts: Bool, _ context: ReadingContext
    ) throws(ConfigurationErrors) {
        // What cannot be asked is a mistake here as well.
        _ = try ConfigurationFile.load(project, service: service, asksPorts: asksPorts, context)
        outside = { context.variable($0) ?? project.variables[$0] }
        var targets = ""
        for edge in try project.edges(of: service, asksPorts: asksPorts) { targets += lines(of: edge) }
        text = Self.comment(
            "By `waitfor config convert`: \(service.map { "what \($0) depends on" } ?? "each service").")
        if !variables.isEmpty {
            text += Self.comment("No value of a variable is written here. Needed in the environment are:")
            for name in variables.keys.sorted() { text += Self.comment("  \(name)") }
        }
        for warning in project.warnings { text += Self.comment(warning) }
        text += "targets:\n" + targets
    }

    private static func comment(_ text: String, _ indent: String = "") -> String {
        "\(indent)# \(PrintableText.line(text, atMost: 400))\n"
    }

    private mutating func lines(of edge: ComposeEdge) -> String {
        let (check, name) = (edge.check, edge.targetName)
        let condition = edge.dependent == nil ? "" : " (\(edge.dependency.condition.rawValue))"
        let written = edge.written.isEmpty ? "" : ": \(WrittenCheck.shown(edge.written))"
        var lines = Self.comment("\(edge.dependency.service)\(condition)\(written)", "  ")
        for note in check.notes { lines += Self.comment(note, "  ") }
        guard let (key, address) = check.address else { return lines }
        lines += "  \(name):\n"
        func add(_ key: String, _ value: String) {
            lines += "    \(key): \(value == "true" ? value : YAMLText.exact(value))\n"
        }
        if check.hasWrittenSecret {
            add(key, "${\(variable("\(Self.prefix(name))TARGET", address.value, name))}")
        } else {
            add(key, self.written(address, name))
        }
        for setting in check.settings where setting.value.unset.isEmpty {
            let value = setting.value
            switch setting.key {
            case "password":
                let own = value.variable ?? setting.variable
                add("password_env", variable(own ?? "\(Self.prefix(name))PASSWORD", value.value, name))
            case "headers":
                var lines: [String] = []
                for field in value.fields { lines.append(header(field, name)) }
                add("headers", lines.joined(separator: "\n"))
            case let key where WrittenCheck.hasSecret(value):
                add(key, "${\(variable(Self.prefix(name) + Self.upper(key), value.value, name))}")
            default: add(setting.key, self.written(value, name))
            }
        }
        return lines
    }

    /// A text as it was written.
    private mutating func written(_ text: ComposeText, _ target: String) -> String {
        var result = ""
        for piece in text.pieces {
            let one = ComposeText([piece])
            guard case .variable(let written, let value?) = piece, one.isNamed, let own = one.variable else {
                result += one.written
                continue
            }
            let name = variable(own, value, target)
            result += name == own ? written : "${\(name)}"
        }
        return result
    }

    /// Fields whose values are no secrets.
    private static let plainFields = ["host", "accept", "user-agent", "content-type"]

    /// A field of a request; a value that may be a secret is a variable, but for the word before it.
    private mutating func header(
        _ field: (name: String, value: ComposeText, line: ComposeText), _ target: String
    ) -> String {
        let schemes = ["Bearer", "Basic", "Token", ""]
        let isNamed = field.value.pieces.allSatisfy { piece in
            guard case .literal(let text) = piece else { return ComposeText([piece]).isNamed }
            return schemes.contains(Array(text.utf8)[...].trimmed.text)
        }
        if isNamed || Self.plainFields.contains(field.name.lowercased()) {
            return written(field.line, target)
        }
        let value = Array(field.value.value.utf8)[...].trimmed.text
        let name = variable(Self.prefix(target) + Self.upper(field.name), value, target)
        return "\(field.name): ${\(name)}"
    }

    /// The name of a variable that has this value where the text is read: its own, unless another has that.
    private mutating func variable(_ name: String, _ value: String, _ target: String) -> String {
        var name = name
        while let known = variables[name] ?? outside(name), known != value {
            name = Self.prefix(target) + name
        }
        variables[name] = value
        return name
    }

    private static func prefix(_ target: String) -> String { upper(target) + "_" }

    private static func upper(_ name: String) -> String {
        name.uppercased().utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }[...].text
    }
}
