extension HTTPService: Kind {
    package static let word = "http"
    package static let title = "HTTP"

    package static var forms: [TargetForm] {
        [
            TargetForm("http", of: Self.self, like: "http://app/ready") { text, context throws(TargetError) in
                try HTTPTarget(uri: text, port: 80, context).reading
            },
            TargetForm("https", of: Self.self, title: "HTTPS", like: "https://app/", isEncrypted: true) {
                text, context throws(TargetError) in try HTTPTarget(uri: text, port: 443, context).reading
            },
            TargetForm(
                "http+unix", of: Self.self, like: "http+unix:///run/app.sock:/ready",
                claiming: { scheme, rest in
                    // After the colon stands a path, or the port of a host that is called so.
                    guard scheme == "http", rest.starts(with: "//unix:".utf8) else { return false }
                    let next = rest.dropFirst(7).first
                    return next == ASCII.slash || next.map(ASCII.isLetter) == true
                        || next == UInt8(ascii: ".")
                }
            ) { text, context throws(TargetError) in try HTTPTarget(unixURI: text, context).reading
            },
        ]
    }

    package var namePath: String { path }

    package static var secrets: SecretPlaces { SecretPlaces(name: "a token for", better: ["header_file"]) }

    package var hasWrittenSecret: Bool {
        credentials != nil || hasSecretInQuery
    }

    private var hasSecretInQuery: Bool {
        requestTarget.reveal { target in
            let query = target.drop { $0 != UInt8(ascii: "?") }.dropFirst()
            return query.split(separator: UInt8(ascii: "&")).contains { pair in
                SecretName.isOne(pair.prefix { $0 != UInt8(ascii: "=") })
            }
        }
    }

    package var adviceOnTLS: String { "there is no TLS: write https://; another Host is headers=Host: NAME" }

    package var reasons: [Reason] { [.protocol, .httpStatus, .bodyMismatch, .config] }

    package func address(at endpoint: Endpoint) -> [(key: String, value: String)] {
        let place = endpoint.parts
        return place + [(place.count == 1 ? "request" : "path", path)]
    }

    package func conflict(_ context: ReadingContext) -> SettingConflict? {
        if method == "HEAD", !expectedJSON.isEmpty {
            return (key: "expect_json", message: "the answer to a HEAD has no body")
        }
        guard let file = headerFile else { return nil }
        guard let lines = context.secretFile(file) else {
            return (key: "header_file", message: Target.unreadable(file, context))
        }
        guard HTTPService.Header.list(lines) == nil else { return nil }
        return (key: "header_file", message: "\(PrintableText.line(file)): a line of it is not `Name: value`")
    }
}
