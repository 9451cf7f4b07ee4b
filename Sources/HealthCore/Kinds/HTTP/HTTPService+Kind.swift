extension HTTPService: Kind {
    package static let word = "http"
    package static let title = "HTTP"

    package static var forms: [TargetForm] {
        [
            TargetForm("http", of: Self.self, like: "http://app/ready") { text, _ throws(TargetError) in
                try HTTPTarget(uri: text, port: 80).reading
            },
            TargetForm("https", of: Self.self, title: "HTTPS", like: "https://app/", isEncrypted: true) {
                text, _ throws(TargetError) in try HTTPTarget(uri: text, port: 443).reading
            },
            TargetForm(
                "http+unix", of: Self.self, like: "http+unix:///run/app.sock:/ready",
                claiming: { scheme, rest in scheme == "http" && rest.starts(with: "//unix:/".utf8) }
            ) { text, _ throws(TargetError) in try HTTPTarget(unixURI: text).reading
            },
        ]
    }

    package var namePath: String { path }

    package var hasWrittenSecret: Bool {
        requestTarget.reveal { target in
            let query = target.drop { $0 != UInt8(ascii: "?") }.dropFirst()
            return query.split(separator: UInt8(ascii: "&")).contains { pair in
                SecretName.isOne(pair.prefix { $0 != UInt8(ascii: "=") })
            }
        }
    }

    package var reasons: [Reason] { [.protocol, .httpStatus, .bodyMismatch, .config] }

    package func address(at endpoint: Endpoint) -> [(key: String, value: String)] {
        let place = endpoint.parts
        return place + [(place.count == 1 ? "request" : "path", path)]
    }

    package func conflict(_ context: ReadingContext) -> SettingConflict? {
        guard let file = headerFile else { return nil }
        guard let lines = context.secretFile(file) else {
            return (key: "header_file", message: Target.unreadable(file))
        }
        guard HTTPService.Header.list(lines) == nil else { return nil }
        return (key: "header_file", message: "\(PrintableText.line(file)): a line of it is not `Name: value`")
    }
}
