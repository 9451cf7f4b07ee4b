extension GRPCService: Kind {
    package static let word = "grpc"
    package static let title = "gRPC"

    package static var secrets: SecretPlaces { SecretPlaces(name: "a token for", better: ["header_file"]) }

    package static var forms: [TargetForm] {
        func form(_ scheme: String, like example: String, isEncrypted: Bool = false) -> TargetForm {
            TargetForm(scheme, of: Self.self, like: example, isEncrypted: isEncrypted) {
                text, _ throws(TargetError) in try read(uri: text)
            }
        }
        return [
            form("grpc", like: "grpc://api:50051/SERVICE"),
            form("grpcs", like: "grpcs://api:443/SERVICE", isEncrypted: true),
            TargetForm("grpc+unix", of: Self.self, like: "grpc+unix:///run/api.sock:/SERVICE") {
                text, _ throws(TargetError) in try read(unixURI: text)
            },
        ]
    }

    package static let settings = [
        Setting("authority", "NAME", "the server's name in the call", isShown: true, of: Self.self) {
            service, value throws(SettingError) in
            let text = try value.filled()
            guard text.allSatisfy({ (0x21..<0x7F).contains($0) && $0 != ASCII.slash }) else {
                throw SettingError("a host name, with or without a port")
            }
            service.authority = value.text
        },
        Setting("headers", "NAME: VALUE", "fields of the call") { target, value throws(SettingError) in
            guard var service = target.service as? GRPCService else { throw SettingError.foreign(to: target) }
            guard let headers = Self.headers(try value.filled()) else {
                throw SettingError("`Name: value`, and none of the connection's or gRPC's own")
            }
            // A later field replaces an earlier one of the same name.
            let names = headers.map { $0.name.lowercased() }
            service.headers = service.headers.filter { !names.contains($0.name.lowercased()) } + headers
            target.service = service
            if headers.contains(where: { SecretName.isOne(Array($0.name.utf8)[...]) }) {
                target.hasPasswordInArguments = true
            }
        },
        Setting("header_file", "PATH", "lines of `Name: value`, for tokens", of: Self.self) {
            service, value throws(SettingError) in
            service.headerFile = try value.filledText()
        },
    ]

    package var namePath: String { name.isEmpty ? "" : "/\(name)" }

    package var reasons: [Reason] { [.protocol, .busy, .missing, .auth, .denied, .config, .error] }

    package var adviceOnTLS: String { "there is no TLS: write grpcs://" }

    package var shown: [(key: String, value: String)] { authority.map { [("authority", $0)] } ?? [] }

    package func address(at endpoint: Endpoint) -> [(key: String, value: String)] {
        endpoint.parts + (name.isEmpty ? [] : [("service", PrintableText.line(name))])
    }

    package func conflict(_ context: ReadingContext) -> SettingConflict? {
        guard let file = headerFile else { return nil }
        guard let lines = context.secretFile(file) else {
            return (key: "header_file", message: Target.unreadable(file, context))
        }
        guard Self.headers(lines) == nil else { return nil }
        return (
            key: "header_file",
            message: "\(PrintableText.line(file)): a line of it is not `Name: value`, or one of gRPC's own"
        )
    }

    /// Reads `//host:port[/service]`.
    private static func read(uri text: ArraySlice<UInt8>) throws(TargetError) -> Reading {
        let parts = try parts(of: text)
        let (host, port) = try HostText.split(parts.authority)
        let name = try HostText.host(host)
        guard let port else {
            throw TargetError(.port, at: host.endIndex, "missing: gRPC has no usual one")
        }
        return Reading(
            endpoint: .network(host: name, port: try HostText.port(port)),
            service: GRPCService(name: try service(parts.path)),
            warnings: try parts.droppedParameters(of: Self.self))
    }

    /// Reads `///socket[:/service]`; the socket's path ends at the first colon.
    private static func read(unixURI text: ArraySlice<UInt8>) throws(TargetError) -> Reading {
        let parts = try parts(of: text)
        guard parts.authority.isEmpty else {
            throw TargetError(
                .host, at: parts.authority.startIndex, "a socket has no host: grpc+unix:///run/api.sock")
        }
        let colon = parts.path.firstIndex(of: ASCII.colon) ?? parts.path.endIndex
        return Reading(
            endpoint: .unixSocket(path: try PathText.socket(parts.path[..<colon])),
            service: GRPCService(name: try service(parts.path[colon...].dropFirst())),
            warnings: try parts.droppedParameters(of: Self.self))
    }

    private static func parts(of text: ArraySlice<UInt8>) throws(TargetError) -> URIParts {
        let parts = try URIParts(text)
        if let user = parts.user {
            throw TargetError(.user, at: user.startIndex, "gRPC has none: a token goes into header_file")
        }
        return parts
    }

    private static func service(_ path: ArraySlice<UInt8>) throws(TargetError) -> String {
        guard path.first == nil || path.first == ASCII.slash else {
            throw TargetError(.path, at: path.startIndex, "the service begins with a `/`")
        }
        let name = try URIParts.decoded(path.dropFirst(), .path)
        guard let text = String(validating: name, as: UTF8.self) else {
            throw TargetError(.path, at: path.startIndex, "no text: the name of a service is UTF-8")
        }
        return text
    }
}
