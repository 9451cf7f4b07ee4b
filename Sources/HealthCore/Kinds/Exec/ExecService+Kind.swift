extension ExecService: Kind {
    package static let word = "exec"
    package static let title = "command"

    package static var hasOpaqueForm: Bool { true }
    package static var forms: [TargetForm] {
        [
            TargetForm("exec", of: Self.self, like: #"exec:["CMD","ARG"]"#, isOpaque: true) {
                text, _ throws(TargetError) in
                let service = try ExecService(text: text)
                return Reading(endpoint: .local(service.name), service: service)
            }
        ]
    }

    package static func prefix(of text: String, for word: String) -> String { "\(word):" }

    /// A command's arguments are never shown.
    package var showsVariables: Bool { false }

    package var reasons: [Reason] { [.exitStatus, .timeout, .config] }

    package func address(at endpoint: Endpoint) -> [(key: String, value: String)] {
        [("command", endpoint.host)] + (arguments.count > 1 ? [("arguments", "***")] : [])
    }
}
