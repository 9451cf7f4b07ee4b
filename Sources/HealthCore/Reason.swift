/// The closed set of reasons why a target is not ready; the raw value stands in text, JSON and metrics.
package enum Reason: String, CaseIterable, Sendable {
    case dns, refused, unreachable, timeout, closed, tls, `protocol`
    case starting, shuttingDown = "shutting_down", recovering
    case tooManyConnections = "too_many_connections"
    case auth, noDatabase = "no_database", denied
    case loading, masterdown, busy, misconf, readOnly = "read_only"
    case role, lag, linkDown = "link_down", clusterDown = "cluster_down"
    case httpStatus = "http_status", bodyMismatch = "body_mismatch"
    case missing, exitStatus = "exit_status", stale, config, error

    /// Whether the failure lasts until someone acts. A certificate that does not verify is permanent too, which only
    /// its `Failure` can tell: other failures of TLS are not.
    package var isPermanent: Bool {
        switch self {
        case .auth, .noDatabase, .denied, .config: true
        default: false
        }
    }

    /// Whether the reason is an answer of the server in its own protocol: such a server is alive, and an orchestrator
    /// must not kill it.
    package var isSpokenByServer: Bool {
        switch self {
        case .starting, .shuttingDown, .recovering, .tooManyConnections, .auth, .noDatabase, .denied,
            .loading, .masterdown, .busy, .misconf, .readOnly, .role, .lag, .linkDown, .clusterDown,
            .httpStatus, .bodyMismatch, .error:
            true
        case .dns, .refused, .unreachable, .timeout, .closed, .tls, .protocol, .missing, .exitStatus,
            .stale, .config:
            false
        }
    }

    /// Advice to end a sentence that names the reason.
    package var advice: String {
        switch self {
        case .dns: "check the name, and that both are on the same network"
        case .refused: "is it started, and does it listen on this address?"
        case .unreachable: "check the address, the route and the firewall"
        case .timeout: "it does not answer: a firewall, a wrong address or a stuck server"
        case .closed: "it hung up: a proxy without a backend, or a server that is stopping"
        case .tls: "check the certificate, the name in it and the CA"
        case .protocol: "something else listens here: check the port and the scheme"
        case .starting, .recovering, .loading: "it is on its way: wait"
        case .shuttingDown: "it is being stopped"
        case .tooManyConnections: "raise the connection limit, or find who holds the connections"
        case .auth: "check the user and the password"
        case .noDatabase: "create the database, or correct its name"
        case .denied: "check the permissions of this user"
        case .masterdown, .linkDown: "the replica has lost its master"
        case .busy: "a script is running: see SCRIPT KILL"
        case .misconf: "see the server's log: it cannot save to disk"
        case .readOnly: "this is not the primary, or it is set to read-only"
        case .role: "this server has another role"
        case .lag: "the replica is too far behind"
        case .clusterDown: "the cluster has lost slots or its majority"
        case .httpStatus, .bodyMismatch: "see the service's own log"
        case .missing: "nothing is at this path yet"
        case .exitStatus: "run the command by hand"
        case .stale: "the last result is too old"
        case .config: "correct the settings of this target"
        case .error: "see the server's log"
        }
    }
}
