/// Judges one health check by every rule.
final class Lint {
    let subject: LintSubject
    /// The service as it sees itself.
    let service: ComposeService
    let variables: CheckVariables
    let check: ComposeHealthcheck
    let script: LintedScript
    let image: LintedImage
    private(set) var findings: [LintFinding] = []

    init(_ subject: LintSubject) {
        self.subject = subject
        service = subject.inside
        variables = CheckVariables(service: service)
        check = service.healthcheck ?? ComposeHealthcheck()
        script = LintedScript(check.test, variables)
        image = LintedImage(service.image)
    }

    func judge() {
        judgeTimes()
        judgeDependencies()
        guard check.test != .ofImage, check.test != .disabled else { return }
        judgeForm()
        judgeResult()
        for command in script.commands {
            judgeServers(command)
            judgeWeb(command)
            judgeProcesses(command)
            judgeLimit(command)
            judgePlace(command)
        }
        if hasPassword { add(.password, form: true) }
    }

    func add(_ rule: LintRule, _ key: String = "test", form hasForm: Bool = false) {
        guard !findings.contains(where: { $0.rule == rule && $0.key == key }) else { return }
        findings.append(LintFinding(rule: rule, key: key, instead: hasForm ? form : nil))
    }

    /// The text of the check, as far as a rule looks for a word in it.
    var text: String {
        switch check.test {
        case .shell(let text): text.value
        case .command(let words): words.map(\.value).joined(separator: " ")
        case .ofImage, .disabled: ""
        }
    }

    /// Whether its image is that of a server, or not known.
    func isServer(_ key: String) -> Bool {
        let known = KnownServer.of(service.image)?.key
        return known == nil || known == key
    }

    /// Whether the check is this command, whose end is the check's.
    func isWhole(_ command: LintedCommand) -> Bool { script.count == 1 && !command.isRead }

    /// Whether a word of the check is a password that is written out.
    private var hasPassword: Bool {
        let check = service.translatedCheck(for: .healthy)
        let isSetting = check.settings.contains { setting in
            setting.key == "password" && setting.variable == nil && !setting.value.hasVariables
                && !setting.value.value.isEmpty && text.mentions(setting.value.value)
        }
        return isSetting
            || script.commands.flatMap(\.call.arguments).contains { word in
                let password = ConnectionURI(word).password
                return word.beginning.mentions("://") && password?.text.hasVariables == false
                    && password?.text.value.isEmpty == false
            }
    }

    // MARK: What to write instead

    private static let schemes = ["postgres", "redis", "mysql", "amqp", "memcached", "nats", "grpc", "tcp"]

    /// The check as waitfor makes it inside of the container, without what could be secret.
    private var form: String? {
        let check = service.translatedCheck(for: .healthy)
        guard let (key, text) = check.address, check.coverage == .full || check.coverage == .partial else {
            return nil
        }
        var address = text.written
        if key == "http" {
            address = String(address.prefix { $0 != "?" })
            return address.mentions("@") ? nil : "waitfor check \(PrintableText.line(address))"
        }
        guard Self.schemes.contains(key), !address.mentions("@") else { return nil }
        if key == "tcp", let port = KnownServer.speaking(at: address)?.key {
            return "waitfor check \(port)://\(address)"
        }
        if address.mentions("://") { return "waitfor check \(PrintableText.line(address))" }
        func setting(_ key: String) -> String? {
            guard let setting = check.settings.first(where: { $0.key == key }) else { return nil }
            return setting.variable.map { "$\($0)" } ?? setting.value.written
        }
        if let user = setting("user"), key != "redis" { address = "\(user)@\(address)" }
        if let database = setting("database") { address += "/\(database)" }
        return "waitfor check \(PrintableText.line("\(key)://\(address)"))"
    }
}

extension KnownServer {
    /// The server that refuses clients in its own words, by the port of an address.
    static func speaking(at address: String) -> KnownServer? {
        let port = address.split(separator: ":").last.flatMap { UInt16($0, radix: 10) }
        return [postgres, redis, mysql, rabbitmq].first { $0.port == port }
    }
}

/// What the name of an image says of what is in it.
final class LintedImage {
    let path: String
    let name: String
    let tag: String

    init(_ image: ComposeText?) {
        let text = image.map { $0.unset.isEmpty ? $0.value.lowercased() : "" } ?? ""
        let (whole, last) = (text.prefix { $0 != "@" }, text.split(separator: "/").last ?? "")
        path = String(whole)
        name = String(last.prefix { $0 != ":" && $0 != "@" })
        tag = String(last.dropFirst(name.count))
    }

    /// Whether it is one of Docker's own library.
    var isOfLibrary: Bool { !name.isEmpty && (!path.mentions("/") || path.mentions("docker.io/library/")) }
    var isAlpine: Bool { tag.mentions("alpine") || name == "alpine" || name == "busybox" }

    /// Whether the image is known to come without a program.
    func lacks(_ program: String) -> Bool {
        let isCurl = program == "curl"
        if path.mentions("distroless/") {
            return !tag.mentions("debug") && (isCurl || ["wget", "nc", "sh", "bash"].contains(program))
        }
        guard isOfLibrary, isCurl || program == "wget" else { return false }
        if isAlpine {
            return isCurl
                && ["alpine", "postgres", "redis", "valkey", "node", "python", "golang", "memcached"]
                    .contains(name)
        }
        let isSlim = ["node", "python"].contains(name) && tag.mentions("slim")
        return isSlim || ["debian", "ubuntu", "postgres", "redis", "memcached"].contains(name)
    }
}
