/// Reads `[NAME=]TARGET`.
package struct TargetReader {
    var context: ReadingContext

    package init(context: ReadingContext) {
        self.context = context
    }

    /// Reads one argument; nil for `env:NAME?` where NAME is not set. A message names the target by `label`, and never
    /// shows its text.
    func read(_ text: [UInt8], label: String) throws(ConfigurationError) -> Target? {
        let (name, body) = Self.splitName(text[...])
        if let name, TargetName.isTaken(name) {
            throw ConfigurationError("target \(name): \(TargetName.taken)")
        }
        var reader = self
        let isVerbatim = ["exec:", "env:", "env-file:"].contains { body.starts(with: $0.utf8) }
        do {
            if try isLeftOut(body) { return nil }
            let variables = isVerbatim ? nil : try VariableText(body, context)
            reader.context.hasVariables = variables != nil
            var target = try reader.read(try variables?.target()[...] ?? body, name: name)
            let isArgument = !isVerbatim || body.starts(with: "exec:".utf8)
            target.hasPasswordInArguments =
                target.hasWrittenSecret && isArgument && !target.hasPassword(among: variables?.values ?? [])
            return target
        } catch {
            var found = error
            // A place counts in the text with its values.
            if reader.context.hasVariables { found.index = nil }
            if !isVerbatim, !reader.context.hasVariables, found.part != .variable,
                let advice = UnexpandedVariable.advice(body)
            {
                found.advice += "; \(advice)"
            }
            throw found.described(as: name.map { "target \($0)" } ?? label, in: text)
        }
    }

    /// Reads a target with a given name. `prefix`, like `tcp://`, is put before the text; positions in a message count
    /// without it.
    package func read(
        _ text: [UInt8], named name: String, prefix: String = ""
    ) throws(ConfigurationError) -> Target {
        let whole = Array(prefix.utf8) + text
        do {
            return try read(whole[...], name: name)
        } catch {
            let shift = whole.count - text.count
            let moved = TargetError(error.part, at: error.index.map { max(0, $0 - shift) }, error.advice)
            throw moved.described(as: name, in: text)
        }
    }

    /// The NAME is directly before the first `=`, with no `:` or `/` before it.
    private static func splitName(_ text: ArraySlice<UInt8>) -> (String?, ArraySlice<UInt8>) {
        guard let equals = text.firstIndex(of: UInt8(ascii: "=")), !isPairs(text) else { return (nil, text) }
        let name = String(decoding: text[..<equals], as: UTF8.self)
        return TargetName.isName(name) ? (name, text[(equals + 1)...]) : (nil, text)
    }

    /// Whether an argument without `:` and `/` is a target all the same.
    package static func isTarget(_ argument: [UInt8]) -> Bool {
        argument.endOfFirst("${".utf8) != nil || isPairs(argument[...]) || isPairs(splitName(argument[...]).1)
    }

    /// Whether a text without a scheme is a driver's list of `key=value` pairs: `host=db user=app`.
    private static func isPairs(_ text: ArraySlice<UInt8>) -> Bool {
        text.contains(UInt8(ascii: "=")) && Kinds().contains { $0.isPairs(text) }
    }

    func read(_ text: ArraySlice<UInt8>, name: String?) throws(TargetError) -> Target {
        if text.contains(UInt8(ascii: "=")) {
            for kind in Kinds() {
                guard var reading = try kind.read(pairs: text, context) else { continue }
                if case .network(_, let port) = reading.endpoint,
                    let other = Kinds().first(where: { $0.wellKnownPort == port }), other.word != kind.word
                {
                    reading.warnings.append(
                        "such pairs are \(kind.title)'s, so that is asked, although port \(port) is"
                            + " \(other.title)'s: write HOST:\(port) for \(other.title)")
                }
                return Self.target(
                    reading, word: kind.word, title: kind.title, tls: reading.tls, name: name)
            }
        }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else {
            if text.isEmpty { throw TargetError(.target, at: text.startIndex, HostText.emptyHost) }
            if let target = try readGoAddress(text, name: name) { return target }
            throw TargetError(.target, at: text.startIndex, "write host:port, or a URI like unix:///path")
        }
        let scheme = String(decoding: text[..<colon], as: UTF8.self)
        let rest = text[(colon + 1)...]
        // A host may be called `pg` or `env`, too.
        if !rest.isEmpty, rest.allSatisfy(ASCII.isDigit) { return try readBare(text, name: name) }
        if scheme == "env" { return try readVariable(rest, name: name) }
        if scheme == "env-file" { return try readFile(rest, name: name) }
        if let unwrapped = try Self.unwrapped(scheme, rest) {
            var reader = self
            reader.context.isJava = true
            return try reader.read(unwrapped, name: name)
        }
        let isOpaque = !rest.starts(with: "//".utf8)
        if let (form, reading) = try Kinds.read(scheme, rest, isOpaque: true, context) {
            return Self.target(form, reading, name: name)
        }
        if isOpaque { return try readOpaque(scheme, rest, text, name: name) }
        for scheme in Kinds.schemes(scheme.lowercased()) {
            if let (form, reading) = try Kinds.read(scheme, rest, isOpaque: false, context) {
                return Self.target(form, reading, name: name)
            }
        }
        throw TargetError(
            .scheme, at: text.startIndex,
            UnknownScheme.advice(on: scheme, rest, hasVariables: context.hasVariables))
    }

    private static let choices: Set<String> = [
        "sequential", "loadbalance", "load-balance-read", "replication", "failover", "aurora",
    ]

    /// What follows `jdbc:` and its kin, where it is a URI, without the names of pools, proxies and tracers before it:
    /// `r2dbc:pool:`, `jdbc:aws-wrapper:`, `jdbc:otel:`.
    private static func unwrapped(
        _ scheme: String, _ rest: ArraySlice<UInt8>
    ) throws(TargetError) -> ArraySlice<UInt8>? {
        let scheme = scheme.lowercased()
        guard ["jdbc", "r2dbc", "r2dbcs", "vertx-reactive"].contains(scheme) else { return nil }
        if scheme == "jdbc", rest.starts(with: "tc:".utf8) {
            throw TargetError(
                .scheme, at: rest.startIndex,
                "Testcontainers starts a server of its own: there is none to wait for")
        }
        guard let end = rest.endOfFirst("://".utf8) else {
            guard scheme == "jdbc", rest.starts(with: "postgresql:".utf8) else { return nil }
            throw TargetError(
                .host, at: rest.startIndex,
                "missing, which is localhost: jdbc:postgresql://localhost/DATABASE")
        }
        let words = rest[..<(end - 3)].split(separator: ASCII.colon)
        var inner = words.last.map { rest[$0.startIndex...] } ?? rest
        // How a driver chooses among several hosts stands behind its name; here the first that can be reached is asked.
        if let choice = words.last?.text.lowercased(), choices.contains(choice),
            let driver = words.dropLast().last,
            ["mysql", "mariadb"].contains(where: { driver.starts(with: $0.utf8) })
        {
            guard !driver.contains(UInt8(ascii: "+")) else {
                throw TargetError(
                    .scheme, at: driver.startIndex,
                    UnknownScheme.advice(on: driver.text, rest[(end - 3)...], hasVariables: false))
            }
            // Places in the text stay what they are.
            let start = end - 3 - driver.count
            inner = (Array(repeating: 0, count: start) + driver + rest[(end - 3)...])[start...]
        }
        // The `s` asks for TLS.
        guard scheme == "r2dbcs" else { return inner }
        let isFirst = !inner.contains(UInt8(ascii: "?"))
        return Array(inner + Array("\(isFirst ? "?" : "&")ssl=true".utf8))[...]
    }

    /// The target of an address of Go's driver; nil where the text is none.
    private func readGoAddress(_ text: ArraySlice<UInt8>, name: String?) throws(TargetError) -> Target? {
        guard let address = GoAddress(text) else { return nil }
        let reading = try MySQLTarget(go: address, context).reading
        return Self.target(reading, word: MySQLService.word, title: MySQLService.title, name: name)
    }

    /// A text without `//` that has a colon: `host:port`, or one of the forms that are written with one slash.
    private func readOpaque(
        _ scheme: String, _ rest: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>, name: String?
    ) throws(TargetError) -> Target {
        if let target = try readGoAddress(text, name: name) { return target }
        if ["unix", "file"].contains(scheme) ? rest.first == ASCII.slash : RedisTarget.hasSymfonyHosts(rest) {
            let slashed = Array("//".utf8) + rest
            if let (form, reading) = try Kinds.read(scheme, slashed[...], isOpaque: false, context) {
                return Self.target(form, reading, name: name)
            }
        }
        if rest.starts(with: "tcp://".utf8) || rest.starts(with: "udp://".utf8) {
            throw TargetError(.port, at: rest.startIndex, TargetError.addressOfKubernetes)
        }
        if let end = rest.endOfFirst("://".utf8),
            let inner = UnknownScheme.known(behind: rest[..<(end - 3)].text)
        {
            throw TargetError(
                .target, at: rest.startIndex, "what stands before `\(inner)://` is no part of an address")
        }
        if let advice = Self.adviceOnPath(scheme, rest) {
            throw TargetError(.path, at: rest.startIndex, advice)
        }
        return try readBare(text, name: name)
    }

    /// What is said of a path that is not absolute, or has no slashes before it.
    private static func adviceOnPath(_ scheme: String, _ rest: ArraySlice<UInt8>) -> String? {
        if rest.first == ASCII.slash, Kinds.forms.contains(where: { $0.has(scheme: scheme) }) {
            return "`//` must follow: \(scheme)://"
        }
        return switch scheme {
        case "unix":
            "an absolute path, after three slashes: unix:///run/app.sock, http+unix:///run/app.sock:/path"
        case "file": "an absolute path, after three slashes: file:///run/ready"
        default: nil
        }
    }

    /// Reads `host:port`, with the kind of its well-known port.
    private func readBare(_ text: ArraySlice<UInt8>, name: String?) throws(TargetError) -> Target {
        let endpoint = try HostText.address(text)
        guard case .network(_, let port) = endpoint,
            let kind = Kinds().first(where: { $0.wellKnownPort == port }),
            let service = kind.bare(endpoint, context)
        else {
            let reading = ConnectService.reading(endpoint)
            return Self.target(reading, word: ConnectService.word, title: ConnectService.title, name: name)
        }
        var target = Self.target(
            Reading(endpoint: endpoint, service: service), word: kind.word, title: kind.title, name: name)
        target.isInferred = true
        return target
    }

    private static func target(_ form: TargetForm, _ reading: Reading, name: String?) -> Target {
        target(
            reading, word: form.word, title: form.title,
            tls: reading.tls ?? (form.isEncrypted ? TLSSettings() : nil), name: name)
    }

    private static func target(
        _ reading: Reading, word: String, title: String, tls: TLSSettings? = nil, name: String?
    ) -> Target {
        var target = Target(
            name: name ?? "", kind: word, title: title, endpoint: reading.endpoint, service: reading.service,
            tls: tls, settings: TargetSettings(), hasMadeName: name == nil, isInferred: false,
            notes: reading.notes,
            warnings: reading.warnings)
        if name == nil { target.name = TargetName.made(for: target) }
        return target
    }
}
