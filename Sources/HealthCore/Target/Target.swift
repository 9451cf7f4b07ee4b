/// Something to wait for, with all that is needed to ask it.
package struct Target: Sendable {
    /// The word for it in every output; unique among the targets of a run.
    package var name: String
    /// The word for the kind in reports.
    package let kind: String
    /// The kind as a person calls it.
    package let title: String
    package var endpoint: Endpoint
    /// What answers there, and how deep the question goes.
    package var service: any Kind
    /// How TLS is spoken; nil on a plain connection. PostgreSQL's is in libpq's parameters.
    package var tls: TLSSettings?
    package var settings: TargetSettings
    /// Whether the kind was inferred from a well-known port.
    package var isInferred: Bool
    /// Whether its password or a token for it was an argument, where `ps` and `docker inspect` show it.
    package var hasPasswordInArguments = false
    /// What `-v` says about how the target was read.
    package var notes: [String]
    /// What everybody is told about how the target was read.
    package var warnings: [String]

    /// The reasons for which it can fail: the series of its metric that are there from the start.
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

    /// Where its password is; nil for a kind that takes none.
    package var password: PasswordSource? {
        get { service.passwordSource }
        set { service.passwordSource = newValue }
    }

    /// Whether what was written of it has a password or a token in it.
    var hasWrittenSecret: Bool {
        if case .given = password { return true }
        return service.hasWrittenSecret
    }

    /// The first setting that cannot be met, or not together with another.
    package func conflict(_ context: ReadingContext) -> SettingConflict? {
        if case .file(let path) = password, context.secretFile(path) == nil {
            return (key: "password_file", message: Self.unreadable(path))
        }
        return service.conflict(context) ?? tls?.conflict(context)
    }

    /// What is said of a file that cannot be read.
    static func unreadable(_ path: String) -> String {
        "cannot read \(PrintableText.line(path)): it must exist, be readable and have at most 64 KiB"
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
