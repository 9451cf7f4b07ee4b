/// A NATS server, which must let its client in and answer PING.
package struct NATSService: Kind {
    package static let word = "nats"
    package static let title = "NATS"
    package static let wellKnownPort: UInt16? = 4222

    package var user: String?
    /// The password of the user; without a user it is a token.
    package var password = PasswordSource.none
    /// Whether TLS begins with the connection, and not behind the server's INFO.
    package var startsWithTLS = false
    /// Whether JetStream must answer.
    package var requiresJetStream = false

    package static var forms: [TargetForm] {
        func form(_ scheme: String, like example: String, aliases: [String], isEncrypted: Bool) -> TargetForm
        {
            TargetForm(scheme, of: Self.self, like: example, aliases: aliases, isEncrypted: isEncrypted) {
                text, context throws(TargetError) in try reading(text, context)
            }
        }
        return [
            form("nats", like: "nats://USER:PASSWORD@queue", aliases: [], isEncrypted: false),
            form("nats+tls", like: "nats+tls://queue", aliases: ["natss", "nats+ssl"], isEncrypted: true),
        ]
    }

    package static func bare(_ endpoint: Endpoint, _ context: ReadingContext) -> NATSService? {
        NATSService()
    }

    package static let settings = [
        Setting("user", "USER", "who logs in", isShown: true, of: Self.self) {
            service, value throws(SettingError) in service.user = try value.filledText()
        },
        Setting("jetstream", "YES", "JetStream must answer as well", isShown: true, of: Self.self) {
            service, value throws(SettingError) in service.requiresJetStream = try value.flag()
        },
        Setting("tls_first", "YES", "begin TLS before the server has said anything") {
            target, value throws(SettingError) in
            guard var service = target.service as? NATSService else { throw SettingError.foreign(to: target) }
            guard target.tls != nil else { throw SettingError(service.adviceOnTLS) }
            service.startsWithTLS = try value.flag()
            target.service = service
        },
    ]

    package var namesUser: Bool { user != nil }

    package static var secrets: SecretPlaces { SecretPlaces(better: ["password_file"]) }

    package var passwordSource: PasswordSource? {
        get { password }
        set { if let newValue { password = newValue } }
    }

    package var reasons: [Reason] {
        [
            .tls, .protocol, .starting, .shuttingDown, .tooManyConnections, .auth, .denied, .config, .error,
        ]
    }

    package var adviceOnTLS: String { "TLS has no settings here: write nats+tls://" }

    package func address(at endpoint: Endpoint) -> [(key: String, value: String)] {
        endpoint.parts + (user.map { [("user", $0)] } ?? [])
    }

    /// A user without a password: a login needs both.
    package func conflict(_ context: ReadingContext) -> SettingConflict? {
        guard user != nil, password == .none else { return nil }
        return (key: "user", message: "a NATS user needs a password as well")
    }

    /// Reads `//[user:password@|token@]host[:port]`.
    private static func reading(
        _ text: ArraySlice<UInt8>, _ context: ReadingContext
    ) throws(TargetError) -> Reading {
        let parts = try URIParts(text)
        guard parts.path.dropFirst().isEmpty else {
            throw TargetError(.path, at: parts.path.startIndex, "NATS has none: write nats://HOST:PORT")
        }
        let (host, port) = try HostText.split(parts.authority)
        var (service, warnings) = (NATSService(), try parts.droppedParameters(of: Self.self))
        if let password = parts.password, password.isEmpty {
            warnings.append(try URIParts.warning(ofEmptyPassword: password.startIndex, context))
        } else if let user = parts.user {
            // NATS's own clients differ: it is the password of a user without a name, or nothing.
            guard !user.isEmpty || parts.password == nil else {
                throw TargetError(
                    .user, at: user.startIndex,
                    "a password without a user: a token stands alone, nats://TOKEN@host, and a login is"
                        + " nats://USER:PASSWORD@host")
            }
            if !user.isEmpty {
                let secret = parts.password ?? user
                service.password = .given(Secret(try URIParts.decoded(secret, .password)))
            }
            if parts.password != nil {
                service.user = String(decoding: try URIParts.decoded(user, .user), as: UTF8.self)
            }
        }
        return Reading(
            endpoint: .network(host: try HostText.host(host), port: try port.map(HostText.port) ?? 4222),
            service: service, warnings: warnings)
    }
}
