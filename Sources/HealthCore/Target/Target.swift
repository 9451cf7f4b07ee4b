/// A target with everything that a probe of it needs.
package struct Target: Sendable {
    /// The name of the target in every output; unique in a run.
    package var name: String
    /// The kind in reports.
    package let kind: String
    /// The kind in text for people.
    package let title: String
    package var endpoint: Endpoint
    /// The settings of the kind.
    package var service: any Kind
    /// The settings of TLS; nil on a plain connection. PostgreSQL's are in libpq's parameters.
    package var tls: TLSSettings?
    package var settings: TargetSettings
    /// Whether nobody gave it a name.
    package var hasMadeName: Bool
    /// Whether the kind was inferred from a well-known port.
    package var isInferred: Bool
    /// Whether a password or token was an argument, where `ps` and `docker inspect` show it.
    package var hasPasswordInArguments = false
    /// Notes of the reader, for `-v`.
    package var notes: [String]
    /// What everybody is told about how the target was read.
    package var warnings: [String]

    /// The reasons for which the target can fail: the series of its metric that exist from the start.
    package var usualReasons: [Reason] {
        let connection: [Reason] =
            switch endpoint {
            case .local: []
            case .network: [.dns] + Self.connectionReasons
            case .unixSocket: [.missing] + Self.connectionReasons
            }
        return (connection + (tls == nil ? [] : [.tls, .protocol]) + service.reasons).reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
        }
    }

    private static let connectionReasons: [Reason] = [.refused, .unreachable, .timeout, .closed]

    /// The source of the password; nil for a kind that takes none.
    package var password: PasswordSource? {
        get { service.passwordSource }
        set { service.passwordSource = newValue }
    }

    /// Whether the text of the target contains a password or a token.
    var hasWrittenSecret: Bool {
        if case .given = password { return true }
        return service.hasWrittenSecret
    }

    /// Whether its password is one of these.
    func hasPassword(among values: [[UInt8]]) -> Bool {
        guard case .given(let secret) = password else { return false }
        return values.contains { Secret($0) == secret }
    }

    /// The first setting that cannot be met, alone or together with another.
    package func conflict(_ context: ReadingContext) -> SettingConflict? {
        if case .file(let path) = password, context.secretFile(path) == nil {
            return (key: "password_file", message: Self.unreadable(path, context))
        }
        if case .variable(let name) = password, context.meaningful(name) == nil {
            let shown = PrintableText.word(name.utf8)
            return (
                key: "password_env",
                message: "\(shown) is \(context.variable(name) == nil ? "not set" : "empty")"
            )
        }
        if settings.minimumValidity != nil, tls == nil, !service.seesCertificate {
            return (key: "min_validity", message: service.adviceOnTLS)
        }
        return service.conflict(context) ?? tls?.conflict(context)
    }

    /// The message about a file that cannot be read.
    static func unreadable(_ path: String, _ context: ReadingContext) -> String {
        "cannot read \(PrintableText.line(path)): \(context.whyUnreadable(path))"
    }
}

extension Target: Equatable {
    package static func == (one: Target, other: Target) -> Bool {
        one.name == other.name && one.kind == other.kind && one.endpoint == other.endpoint
            && one.service.equals(other.service) && one.tls == other.tls && one.settings == other.settings
            && one.isInferred == other.isInferred && one.notes == other.notes
            && one.warnings == other.warnings
            && one.hasPasswordInArguments == other.hasPasswordInArguments
    }
}
