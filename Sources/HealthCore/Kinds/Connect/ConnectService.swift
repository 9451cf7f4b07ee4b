/// A connection without a request, and with TLS a handshake.
package struct ConnectService: Kind {
    package static let word = "tcp"
    package static let title = "TCP"
    package static var bareExample: String? { "host:port" }
    package static var forms: [TargetForm] {
        [
            TargetForm("tcp", of: Self.self, like: "tcp://db:5432", read: network),
            TargetForm(
                "tls", of: Self.self, word: "tls", title: "TLS", like: "tls://mail:993", isEncrypted: true,
                read: network),
            TargetForm(
                "unix", of: Self.self, word: "unix", title: "Unix socket", like: "unix:///run/app.sock"
            ) {
                text, _ throws(TargetError) in
                Reading(
                    endpoint: .unixSocket(path: try PathText.socket(text.dropFirst(2))),
                    service: ConnectService())
            },
        ]
    }

    package var reasons: [Reason] { [.config] }

    @Sendable private static func network(
        _ text: ArraySlice<UInt8>, _: ReadingContext
    ) throws(TargetError) -> Reading {
        let place = text.dropFirst(2).prefix { $0 != UInt8(ascii: "?") }
        var reading = reading(try HostText.address(place))
        if place.endIndex < text.endIndex {
            reading.warnings += try URIParts(text).droppedParameters(of: Self.self)
        }
        return reading
    }

    /// The reading of a target whose probe only connects, with a warning where such connections do harm.
    static func reading(_ endpoint: Endpoint) -> Reading {
        var reading = Reading(endpoint: endpoint, service: ConnectService())
        if case .network(_, 3306) = endpoint {
            reading.warnings.append(
                "MySQL and MariaDB count connections without a handshake, such as these, and block a host that"
                    + " made max_connect_errors of them (100); a login in between begins the count anew")
        }
        return reading
    }
}
