import HealthCore

/// What Compose and Docker are told of the provider. Compose passes only the options that are in it.
enum ComposeMetadata {
    struct Parameter {
        /// The key in `provider.options`.
        var name: String
        /// The option of the gate; empty for a setting of the target, and for what only the provider knows.
        var option = ""
        var help: String
    }

    static var parameters: [Parameter] { own + ofGate + settings }

    static let own = [
        Parameter(name: "target", help: "what to wait for: host:port or a URI"),
        Parameter(name: "target_env", help: "a variable that has the target, with its password"),
        Parameter(
            name: "setenv", help: "url: give dependent services SERVICE_URL, the target as it was written"),
    ]

    /// Options of the gate for its one target.
    static let ofGate = [
        "timeout", "attempt-timeout", "interval", "success-threshold", "stable", "fail-fast", "accept", "for",
        "password-file",
    ].compactMap { name in
        Option.first { $0.name == name }.map {
            Parameter(name: key(of: name), option: name, help: withoutDefaults($0.help))
        }
    }

    /// Settings of single kinds, of TLS and of passwords.
    static let settings = Setting.ofSomeKinds.reduce(into: [Parameter]()) { parameters, row in
        let isKnown = (own + ofGate + parameters).contains { $0.name == row.key }
        if !isKnown { parameters.append(Parameter(name: row.key, help: row.help)) }
    }

    static var ofProvider: JSONText {
        let parameters = parameters.map { parameter in
            JSONText.object([
                ("name", .string(parameter.name)), ("description", .string(parameter.help)),
                ("required", .bool(false)), ("type", .string("string")),
            ])
        }
        return .object([
            ("description", .string("Wait for a server outside of the project until it is ready")),
            ("up", .object([("parameters", .array(parameters))])),
            ("down", .object([("parameters", .array([]))])),
        ])
    }

    static var ofPlugin: JSONText {
        .object([
            ("SchemaVersion", .string("0.1.0")), ("Vendor", .string("waitfor")),
            ("Version", .string(Version.number)),
            ("ShortDescription", .string("Wait until databases and services are ready")),
        ])
    }

    /// The defaults of the verbs are not all of the provider's.
    private static func withoutDefaults(_ help: String) -> String {
        guard let bracket = help.firstIndex(of: "("), bracket > help.startIndex else { return help }
        return String(help[..<help.index(before: bracket)])
    }

    private static func key(of option: String) -> String {
        String(option.map { $0 == "-" ? "_" : $0 })
    }
}
