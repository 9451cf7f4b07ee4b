/// Reads `[NAME=]TARGET`.
package struct TargetReader {
    private let surroundings: Surroundings

    package init(surroundings: Surroundings) {
        self.surroundings = surroundings
    }

    /// The forms of a target, by scheme.
    private static let schemes = [
        "postgres", "postgresql", "pg", "redis", "rediss", "redis+unix", "redis+sentinel", "http", "https",
        "http+unix", "tcp",
        "tls",
        "unix", "dns", "file", "exec", "env",
    ]

    /// Reads one argument. `label` names it in a message: its text is never shown.
    func read(_ text: [UInt8], label: String) throws(ConfigurationError) -> Target {
        let (name, body) = Self.splitName(text[...])
        if let name, TargetName.isTaken(name) {
            throw ConfigurationError("target \(name): \(TargetName.taken)")
        }
        do {
            var target = try read(body, name: name)
            target.hasPasswordInArguments = target.hasWrittenSecret && !body.starts(with: "env:".utf8)
            return target
        } catch {
            throw error.described(as: name.map { "target \($0)" } ?? label, in: text)
        }
    }

    /// Reads a target whose name is known. `prefix` is what the text leaves out, like `tcp://`;
    /// positions in a message count without it.
    package func read(
        _ text: [UInt8], named name: String, prefix: String = ""
    ) throws(ConfigurationError) -> Target {
        let whole = Array(prefix.utf8) + text
        do {
            return try read(whole[...], name: name)
        } catch {
            let shift = whole.count - text.count
            let problem = TargetProblem(error.part, at: error.index.map { max(0, $0 - shift) }, error.advice)
            throw problem.described(as: name, in: text)
        }
    }

    /// The NAME is directly before the first `=`, with no `:` or `/` before it.
    private static func splitName(_ text: ArraySlice<UInt8>) -> (String?, ArraySlice<UInt8>) {
        guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else { return (nil, text) }
        let name = String(decoding: text[..<equals], as: UTF8.self)
        return TargetName.isName(name) ? (name, text[(equals + 1)...]) : (nil, text)
    }

    private func read(_ text: ArraySlice<UInt8>, name: String?) throws(TargetProblem) -> Target {
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else {
            if text.isEmpty { throw TargetProblem(.target, at: text.startIndex, HostText.emptyHost) }
            throw TargetProblem(.target, at: text.startIndex, "write host:port, or a URI like unix:///path")
        }
        let scheme = String(decoding: text[..<colon], as: UTF8.self)
        let rest = text[(colon + 1)...]
        // A host may be called `pg` or `env`, too.
        if !rest.isEmpty, rest.allSatisfy(IPLiteral.isDigit) { return try readBare(text, name: name) }
        if scheme == "env" { return try readVariable(rest, name: name) }
        if scheme == "pg" { return Self.target(try PostgresTarget(conninfo: rest, surroundings), name: name) }
        if scheme == "exec" {
            let service = try ExecService(text: rest)
            return Self.target(.local(service.name), .exec(service), name: name)
        }
        if scheme == "dns", !rest.starts(with: "//".utf8) {
            return Self.target(.local(try HostText.host(rest)), .dns, name: name)
        }
        guard rest.starts(with: "//".utf8) else {
            return try readBare(text, name: name)
        }
        return try readURI(scheme.lowercased(), at: text.startIndex, rest, name: name)
    }

    /// Takes what follows a scheme and its colon.
    private func readURI(
        _ scheme: String, at start: Int, _ rest: ArraySlice<UInt8>, name: String?
    ) throws(TargetProblem) -> Target {
        switch scheme {
        case "postgres", "postgresql":
            return Self.target(try PostgresTarget(uri: rest, surroundings), name: name)
        case let known where known.hasPrefix("postgres+") || known.hasPrefix("postgresql+"):
            return Self.target(try PostgresTarget(uri: rest, surroundings), name: name)
        case "redis", "rediss", "redis+unix", "redis+sentinel":
            let forms: [String: RedisTarget.Form] = ["redis+unix": .unixSocket, "redis+sentinel": .sentinel]
            let redis = try RedisTarget(uri: rest, forms[scheme] ?? .network)
            return Self.target(redis.endpoint, .redis(redis.service), overTLS: scheme == "rediss", name: name)
        case "http", "https":
            let http = try HTTPTarget(uri: rest, port: scheme == "https" ? 443 : 80)
            return Self.target(http.endpoint, .http(http.service), overTLS: scheme == "https", name: name)
        case "http+unix":
            let http = try HTTPTarget(unixURI: rest)
            return Self.target(http.endpoint, .http(http.service), name: name)
        case "tcp", "tls":
            let endpoint = try readAddress(rest.dropFirst(2))
            return Self.target(endpoint, .connect, overTLS: scheme == "tls", name: name)
        case "unix":
            return Self.target(
                .unixSocket(path: try Self.socketPath(rest.dropFirst(2))), .connect, name: name)
        case "file":
            return Self.target(
                .local(try Self.absolutePath(rest.dropFirst(2), like: "file:///run/ready")), .file, name: name
            )
        default:
            throw TargetProblem(
                .scheme, at: start,
                "unknown; known are \(Self.schemes.joined(separator: ", "))")
        }
    }

    /// `host:port`, where the well-known ports say what answers there.
    private func readBare(_ text: ArraySlice<UInt8>, name: String?) throws(TargetProblem) -> Target {
        let endpoint = try readAddress(text)
        var target: Target
        switch endpoint {
        case .network(_, 5432):
            target = Self.target(PostgresTarget(endpoint: endpoint, surroundings), name: name)
        case .network(_, 6379):
            target = Self.target(endpoint, .redis(RedisTarget(endpoint: endpoint).service), name: name)
        default:
            return Self.target(endpoint, .connect, name: name)
        }
        target.isInferred = true
        return target
    }

    private func readAddress(_ text: ArraySlice<UInt8>) throws(TargetProblem) -> Endpoint {
        if let at = text.firstIndex(of: UInt8(ascii: "@")) {
            throw TargetProblem(.user, at: at, "a user needs a scheme: postgres://USER:PASSWORD@host:port/db")
        }
        if let slash = text.firstIndex(of: UInt8(ascii: "/")) {
            throw TargetProblem(.path, at: slash, "nothing may follow host:port; a path needs a scheme")
        }
        let (host, port) = try HostText.split(text)
        let name = try HostText.host(host)
        guard let port else { throw TargetProblem(.port, at: text.endIndex, "missing: write host:port") }
        return .network(host: name, port: try HostText.port(port))
    }

    private func readVariable(_ text: ArraySlice<UInt8>, name: String?) throws(TargetProblem) -> Target {
        let variable = String(decoding: text, as: UTF8.self)
        // `env:$DATABASE_URL` brings the value, password and all.
        guard !variable.isEmpty, !variable.utf8.contains(where: { "=:/@%".utf8.contains($0) || $0 == 0 })
        else {
            throw TargetProblem(
                .variable, at: text.startIndex,
                "not the name of a variable: write env:DATABASE_URL, without `$`")
        }
        let shown = PrintableText.word(variable.utf8)
        guard let value = surroundings.variable(variable) else {
            throw TargetProblem(.variable, "\(shown) is not set")
        }
        guard !value.isEmpty else { throw TargetProblem(.variable, "\(shown) is empty") }
        guard !value.hasPrefix("env:") else {
            throw TargetProblem(.variable, "\(shown) must hold a target, not another env:")
        }
        let bytes = Array(value.utf8)
        do {
            var target = try read(bytes[...], name: name)
            if name == nil { target.name = TargetName.made(of: variable, for: target) }
            return target
        } catch {
            // Positions count inside the variable, so the sentence is finished here.
            let inner = error.described(as: "\(shown)", in: bytes)
            throw TargetProblem(.variable, inner.description)
        }
    }

    /// An absolute path, decoded, short enough for `sockaddr_un`.
    static func socketPath(_ text: ArraySlice<UInt8>) throws(TargetProblem) -> String {
        let path = try absolutePath(text, like: "unix:///run/app.sock")
        guard path.utf8.count <= 107 else {
            throw TargetProblem(
                .path, at: text.startIndex, "longer than the 107 bytes a socket's path may have")
        }
        return path
    }

    /// An absolute path, decoded.
    private static func absolutePath(
        _ text: ArraySlice<UInt8>, like example: String
    ) throws(TargetProblem) -> String {
        guard text.first == UInt8(ascii: "/"), text.count > 1 else {
            throw TargetProblem(
                .path, at: text.startIndex, "not an absolute path: three slashes, \(example)")
        }
        return String(decoding: try URIParts.decoded(text, .path), as: UTF8.self)
    }

    private static func target(_ read: PostgresTarget, name: String?) -> Target {
        var target = target(read.endpoint, .postgres(read.service), name: name)
        target.notes = read.notes
        return target
    }

    private static func target(
        _ endpoint: Endpoint, _ service: Target.Service, overTLS: Bool = false, name: String?
    ) -> Target {
        var target = Target(
            name: name ?? "", endpoint: endpoint, service: service,
            tls: overTLS ? TLSSettings() : nil, settings: TargetSettings(), isInferred: false, notes: [])
        if name == nil { target.name = TargetName.made(for: target) }
        return target
    }
}
