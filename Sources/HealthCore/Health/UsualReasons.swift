/// The reasons for which a kind of target can fail: the series of its metric that are there from the start.
struct UsualReasons: Sendable {
    private let kind: String
    private let isUnixSocket: Bool
    /// What its settings ask for besides.
    private let extra: [Reason]
    /// Whether its scheme says so.
    let speaksTLS: Bool

    init(_ target: Target) {
        kind = target.kind
        if case .unixSocket = target.endpoint { isUnixSocket = true } else { isUnixSocket = false }
        speaksTLS = target.tls != nil
        extra = Self.extra(target.service)
    }

    private static func extra(_ service: Target.Service) -> [Reason] {
        switch service {
        case .postgres(let service):
            let hasRole = service.role != nil || service.sessionAttributes != "any"
            return (hasRole ? [.role] : []) + (service.maximumLag != nil ? [.lag, .linkDown] : [])
                + (service.expectedValue != nil ? [.bodyMismatch] : [])
        case .redis(let service):
            let key: [Reason] =
                service.expectedKey.map { $0.value == nil ? [.missing] : [.missing, .bodyMismatch] } ?? []
            return (service.role != nil ? [.role] : []) + (service.requiresLink ? [.linkDown] : [])
                + (service.sentinelMaster != nil && key.isEmpty ? [.missing] : key)
        default: return []
        }
    }

    var list: [Reason] { usual + extra.filter { !usual.contains($0) } }

    private var usual: [Reason] {
        let place: [Reason] = isUnixSocket ? [.missing] : [.dns]
        let connection =
            place + [.refused, .unreachable, .timeout, .closed] + (speaksTLS ? [.tls, .protocol] : [])
        switch kind {
        case "postgres":
            return connection + [
                .tls, .protocol, .starting, .shuttingDown, .recovering, .tooManyConnections, .auth,
                .noDatabase, .denied, .readOnly, .config, .error,
            ]
        case "redis":
            return connection.filter { $0 != .protocol } + [
                .protocol, .tooManyConnections, .auth, .noDatabase, .denied, .loading, .masterdown, .busy,
                .misconf, .readOnly, .clusterDown, .config, .error,
            ]
        case "http":
            return connection.filter { $0 != .protocol } + [.protocol, .httpStatus, .bodyMismatch, .config]
        case "dns": return [.dns, .timeout, .config]
        case "file": return [.missing, .denied, .error]
        case "exec": return [.exitStatus, .timeout, .config]
        default: return connection + [.config]
        }
    }
}
