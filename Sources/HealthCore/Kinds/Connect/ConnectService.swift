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
        Reading(endpoint: try HostText.address(text.dropFirst(2)), service: ConnectService())
    }
}
