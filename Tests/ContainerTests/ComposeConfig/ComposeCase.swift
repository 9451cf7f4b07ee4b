import Testing

/// A small project that both read.
struct ComposeCase: Sendable, CustomTestStringConvertible {
    struct Options: Sendable {
        var envFiles: [String] = []
        var profiles: [String] = []
    }

    var name: String
    /// Texts by name; `c.yaml` is read, and `o.yaml` after it if there is one.
    var files: [String: String]
    var options = Options()
    var variables: [String: String] = [:]
    init(
        _ name: String, _ files: [String: String], _ options: Options = Options(),
        variables: [String: String] = [:]
    ) {
        (self.name, self.files, self.options) = (name, files, options)
        self.variables = variables
    }

    /// One service with these keys, and variables of `.env`.
    init(keys: String, env: String? = nil, more: String = "") {
        self.init(keys, ["c.yaml": "services:\n  a: {image: a, \(keys)}\n\(more)"])
        files[".env"] = env
    }

    /// A text of a service's environment.
    init(text: String) {
        let quoted = text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        self.init(
            keys: "environment: {X: '\(quoted)'}", env: "FOO=first\nBAR=\nJSON='{\"json\":2}'\n")
    }

    /// Lines of `.env`, and the variables that they may have set.
    init(env: String, _ names: String...) {
        let names = names.isEmpty ? ["FOO"] : names
        self.init(keys: "environment: [\(names.joined(separator: ", "))]", env: env)
        name = env
    }

    var testDescription: String { name }
}
