/// Something to wait for, with all that is needed to ask it.
package struct Target: Sendable, Equatable {
    /// The word for it in every output; unique among the targets of a run.
    package var name: String
    package var endpoint: Endpoint
    package var service: Service
    /// How TLS is spoken; nil on a plain connection. PostgreSQL's is in libpq's parameters.
    package var tls: TLSSettings?
    package var settings: TargetSettings
    /// Whether the kind was inferred from a well-known port.
    package var isInferred: Bool
    /// Whether its password or a token for it was an argument, where `ps` and `docker inspect` show it.
    package var hasPasswordInArguments = false
    /// What `-v` says about how the target was read.
    package var notes: [String]

    /// What answers there, and how deep the question goes. Indirect, because a thousand targets are kept, and copied.
    package indirect enum Service: Sendable, Equatable {
        case postgres(PostgresService)
        case redis(RedisService)
        case http(HTTPService)
        /// A connection, and with TLS a handshake: nothing is sent.
        case connect
        case dns
        case file
        case exec(ExecService)
    }

    /// The kind as a person calls it.
    package var title: String {
        switch (service, endpoint) {
        case (.postgres, _): "PostgreSQL"
        case (.redis, _): "Redis"
        case (.http, _): tls == nil ? "HTTP" : "HTTPS"
        case (.connect, .unixSocket): "Unix socket"
        case (.connect, _): tls == nil ? "TCP" : "TLS"
        case (.dns, _): "DNS name"
        case (.file, _): "file"
        case (.exec, _): "command"
        }
    }

    /// The word for the kind in reports.
    package var kind: String {
        switch (service, endpoint) {
        case (.postgres, _): "postgres"
        case (.redis, _): "redis"
        case (.http, _): "http"
        case (.connect, .unixSocket): "unix"
        case (.connect, _): tls == nil ? "tcp" : "tls"
        case (.dns, _): "dns"
        case (.file, _): "file"
        case (.exec, _): "exec"
        }
    }
}
