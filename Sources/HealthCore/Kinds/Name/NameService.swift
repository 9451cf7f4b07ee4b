/// A DNS name that must resolve.
package struct NameService: Kind {
    package static let word = "dns"
    package static let title = "DNS name"
    package static var hasOpaqueForm: Bool { true }
    package static var forms: [TargetForm] {
        [
            TargetForm("dns", of: Self.self, like: "dns:db", isOpaque: true) { text, _ throws(TargetError) in
                if let colon = text.firstIndex(of: ASCII.colon) {
                    throw TargetError(.port, at: colon, "a name has no port: dns:NAME")
                }
                return Reading(endpoint: .local(try HostText.host(text)), service: NameService())
            }
        ]
    }

    package static func prefix(of text: String, for word: String) -> String { "\(word):" }

    package var reasons: [Reason] { [.dns, .timeout, .config] }

    package func address(at endpoint: Endpoint) -> [(key: String, value: String)] {
        [("host", endpoint.host)]
    }
}
