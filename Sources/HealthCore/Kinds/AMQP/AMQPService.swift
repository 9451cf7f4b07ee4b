/// A server of AMQP 0-9-1, such as RabbitMQ.
package struct AMQPService: Kind {
    package static let word = "amqp"
    package static let title = "AMQP"
    package static let wellKnownPort: UInt16? = 5672

    package var user: String?
    package var password = PasswordSource.none
    package var virtualHost = "/"
    /// The level that was asked for; nil leaves it to whether there is a login.
    package var chosenLevel: AMQPLevel?

    package var level: AMQPLevel { chosenLevel ?? (password == .none ? .ping : .login) }

    package static var forms: [TargetForm] {
        func form(
            _ scheme: String, like example: String, port: UInt16, aliases: [String], isEncrypted: Bool
        ) -> TargetForm {
            TargetForm(scheme, of: Self.self, like: example, aliases: aliases, isEncrypted: isEncrypted) {
                text, context throws(TargetError) in try reading(text, port: port, context)
            }
        }
        return [
            form(
                "amqp", like: "amqp://USER:PASSWORD@queue/vhost", port: 5672,
                aliases: ["pyamqp", "librabbitmq", "rabbitmq"], isEncrypted: false),
            form(
                "amqps", like: "amqps://USER:PASSWORD@queue/vhost", port: 5671,
                aliases: ["amqp+ssl", "amqp+tls", "rabbitmqs"], isEncrypted: true),
        ]
    }

    package static func bare(_ endpoint: Endpoint, _ context: ReadingContext) -> AMQPService? {
        AMQPService()
    }

    package static let settings = [
        Setting("user", "USER", "who logs in", isShown: true, of: Self.self) {
            service, value throws(SettingError) in service.user = try value.filledText()
        },
        Setting("vhost", "NAME", "the virtual host to open (/)", isShown: true, of: Self.self) {
            service, value throws(SettingError) in service.virtualHost = try value.filledText()
        },
        Setting(
            "level", "LEVEL",
            "ping, login (the default with a password) or publish (sees alarms)",
            isShown: true, of: Self.self
        ) { service, value throws(SettingError) in
            service.chosenLevel = try value.choice(AMQPLevel.self, "ping, login or publish")
        },
    ]

    package var namePath: String { "/\(virtualHost)" }

    package var namesUser: Bool { user != nil }

    package static var secrets: SecretPlaces { SecretPlaces(better: ["password_file"]) }

    package var passwordSource: PasswordSource? {
        get { password }
        set { if let newValue { password = newValue } }
    }

    package var reasons: [Reason] {
        [
            .protocol, .shuttingDown, .tooManyConnections, .auth, .noDatabase, .denied, .busy, .config,
            .error,
        ]
    }

    package var adviceOnTLS: String { "there is no TLS: write amqps://" }

    /// Once a minute where each probe leaves a line in the server's log.
    package var usualInterval: Duration? { level == .ping ? .seconds(60) : nil }

    package func address(at endpoint: Endpoint) -> [(key: String, value: String)] {
        endpoint.parts + (user.map { [("user", $0)] } ?? []) + [("vhost", virtualHost)]
    }

    package func warnings(_ context: ReadingContext) -> [String] {
        guard level == .ping else { return [] }
        return [
            "without a login each probe leaves a warning in RabbitMQ's log, so an agent asks once a minute:"
                + " name a user and a password"
        ]
    }

    package func conflict(_ context: ReadingContext) -> SettingConflict? {
        if password == .none, user != nil {
            return (key: "user", message: "an AMQP user needs a password as well")
        }
        if user == nil, password != .none {
            return (key: "user", message: "whose password is it? name a user")
        }
        if user == nil, let chosenLevel, chosenLevel != .ping {
            return (key: "level", message: "\(chosenLevel) needs a user and a password")
        }
        // A short string has one byte for its length.
        guard virtualHost.utf8.count > 255 else { return nil }
        return (key: "vhost", message: "a name of at most 255 bytes")
    }

    /// Reads `//[user:password@]host[:port][/vhost]`. A path that is empty is the usual vhost, as to most drivers.
    private static func reading(
        _ text: ArraySlice<UInt8>, port usual: UInt16, _ context: ReadingContext
    ) throws(TargetError) -> Reading {
        let parts = try URIParts(text)
        let (host, port) = try HostText.split(parts.authority)
        var (service, warnings) = (AMQPService(), try parts.droppedParameters(of: Self.self))
        if let password = parts.password, password.isEmpty {
            warnings.append(try URIParts.warning(ofEmptyPassword: password.startIndex, context))
        } else {
            if let user = parts.user, !user.isEmpty {
                service.user = String(decoding: try URIParts.decoded(user, .user), as: UTF8.self)
            }
            // Without a user it is a conflict: no login that was asked for is left out.
            if let password = parts.password {
                service.password = .given(Secret(try URIParts.decoded(password, .password)))
            }
        }
        let path = parts.path.dropFirst()
        if !path.isEmpty {
            try URIParts.requireNoParameters(in: path)
            service.virtualHost = String(decoding: try URIParts.decoded(path, .path), as: UTF8.self)
        }
        return Reading(
            endpoint: .network(host: try HostText.host(host), port: try port.map(HostText.port) ?? usual),
            service: service, warnings: warnings)
    }
}

/// How deep a probe of an AMQP server looks.
package enum AMQPLevel: String, Sendable {
    /// The server speaks the protocol.
    case ping
    /// It lets the user in, and opens the vhost.
    case login
    /// It takes a message, which no alarm holds back.
    case publish
}
