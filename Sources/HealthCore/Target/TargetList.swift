/// The targets of a run, read and completed: settings, names, and whose password is whose.
package struct TargetList {
    package private(set) var targets: [Target] = []
    private let surroundings: Surroundings

    /// Reads the arguments, adds them to the targets of a file, and applies to all of them `adjust`, then
    /// `--set`, `--password-file` and the ambient passwords.
    package static func read(
        _ arguments: [[UInt8]], besides file: [Target] = [],
        adjusting adjust: (inout TargetSettings) -> Void = { _ in }, settings: [[UInt8]],
        settingsSource: String = "--set", passwordFile: String?,
        passwordFileSource: String = "--password-file", _ surroundings: Surroundings
    ) throws(ConfigurationError) -> [Target] {
        var list = TargetList(surroundings: surroundings)
        list.targets = file
        let reader = TargetReader(surroundings: surroundings)
        for (index, argument) in arguments.enumerated() {
            list.targets.append(try reader.read(argument, label: "target \(index + 1)"))
        }
        try list.requireDistinctNames()
        for index in list.targets.indices { adjust(&list.targets[index].settings) }
        for setting in settings { try list.apply(setting, from: settingsSource) }
        if let passwordFile { try list.givePasswordFile(passwordFile, from: passwordFileSource) }
        list.giveAmbientPasswords()
        try list.requireFiles()
        try list.requirePasswordsOfUsers()
        try list.requireNoContradiction()
        return list.targets
    }

    private init(surroundings: Surroundings) {
        self.surroundings = surroundings
    }

    private func requireDistinctNames() throws(ConfigurationError) {
        // A few are compared faster than a dictionary is made, and thousands are not.
        var seen: [String: Bool] = [:]
        for (place, target) in targets.enumerated() {
            let isKnown =
                targets.count <= 16
                ? targets[..<place].contains { $0.name == target.name }
                : seen.updateValue(true, forKey: target.name) != nil
            guard isKnown else { continue }
            throw ConfigurationError(
                "two targets are called \(PrintableText.line(target.name)): name them, for example"
                    + " first=HOST:PORT second=HOST:PORT")
        }
    }

    private mutating func apply(_ setting: [UInt8], from source: String) throws(ConfigurationError) {
        let form = "\(source) takes NAME.key=value"
        guard let equals = setting.firstIndex(of: UInt8(ascii: "=")),
            let dot = setting[..<equals].lastIndex(of: UInt8(ascii: ".")), dot > 0, dot + 1 < equals
        else { throw ConfigurationError(form) }
        let name = String(decoding: setting[..<dot], as: UTF8.self)
        let key = String(decoding: setting[(dot + 1)..<equals], as: UTF8.self)
        guard let index = targets.firstIndex(where: { $0.name == name }) else {
            throw ConfigurationError(
                "\(form), and there is no target called \(PrintableText.word(name.utf8))")
        }
        let assignment = TargetAssignment(key: key, value: Array(setting[(equals + 1)...]))
        let hadPasswordInArguments = targets[index].hasPasswordInArguments
        try assignment.apply(to: &targets[index])
        if !source.hasPrefix("-") { targets[index].hasPasswordInArguments = hadPasswordInArguments }
    }

    private mutating func givePasswordFile(_ path: String, from source: String) throws(ConfigurationError) {
        let takers = targets.indices.filter { targets[$0].password != nil }
        guard takers.count == 1 else {
            throw ConfigurationError(
                "\(source) needs exactly one target that can take a password, and there are"
                    + " \(takers.count): use --set NAME.password_file=PATH")
        }
        guard targets[takers[0]].password == PasswordSource.none else {
            throw ConfigurationError("\(source): \(targets[takers[0]].name) has a password already")
        }
        targets[takers[0]].password = .file(path: path)
    }

    private mutating func giveAmbientPasswords() {
        let redis = targets.indices.filter { targets[$0].kind == "redis" }
        for index in targets.indices {
            switch targets[index].service {
            case .postgres(var postgres):
                givePostgresPassword(&postgres, at: targets[index].endpoint)
                targets[index].service = .postgres(postgres)
            case .redis(var service):
                guard redis.count == 1, service.password == .none, service.user == nil,
                    let password = surroundings.meaningful("REDISCLI_AUTH")
                else { continue }
                service.password = .given(Secret(password.utf8))
                service.passwordIsAmbient = true
                targets[index].service = .redis(service)
            case .http, .connect, .dns, .file, .exec: continue
            }
        }
    }

    private func givePostgresPassword(_ service: inout PostgresService, at endpoint: Endpoint) {
        var path: String?
        switch service.password {
        case .given, .file: return
        case .passFile(let named): path = named
        case .none:
            let userIsNamed = service.userOrigin == .target || service.userOrigin == .libpqVariable
            if userIsNamed, let password = surroundings.meaningful("PGPASSWORD") {
                service.password = .given(Secret(password.utf8))
                return
            }
            path =
                surroundings.meaningful("PGPASSFILE")
                ?? surroundings.meaningful("HOME").map { $0 + "/.pgpass" }
        }
        service.password = .none
        guard let path, let contents = surroundings.passFile(path),
            PassFile.hasLine(contents, for: service, at: endpoint)
        else { return }
        service.password = .passFile(path: path)
    }

    private func requireFiles() throws(ConfigurationError) {
        for target in targets {
            guard let missing = target.missingFile(surroundings) else { continue }
            throw ConfigurationError("\(target.name).\(missing.key): \(missing.message)")
        }
    }

    /// AUTH takes a user only together with a password.
    private func requirePasswordsOfUsers() throws(ConfigurationError) {
        for target in targets {
            guard case .redis(let service) = target.service, service.user != nil, service.password == .none
            else {
                continue
            }
            throw ConfigurationError("\(target.name).user: a Redis user needs a password as well")
        }
    }

    private func requireNoContradiction() throws(ConfigurationError) {
        for target in targets {
            if let mistake = target.contradiction { throw ConfigurationError("\(target.name).\(mistake)") }
        }
    }
}

extension Target {
    /// The first file of its settings that cannot be read, and what is wrong with it.
    package func missingFile(_ surroundings: Surroundings) -> (key: String, message: String)? {
        if case .file(let path) = password, surroundings.secretFile(path) == nil {
            return ("password_file", Self.unreadable(path))
        }
        if case .http(let service) = service, let path = service.headerFile {
            guard let lines = surroundings.secretFile(path) else {
                return ("header_file", Self.unreadable(path))
            }
            if HTTPService.Header.list(lines) == nil {
                return ("header_file", "\(PrintableText.line(path)): a line of it is not `Name: value`")
            }
        }
        if let key = tls?.keyFile, tls?.certificateFile == nil, surroundings.isReadable(key) {
            return ("key_file", "a key without its certificate: name that with cert_file")
        }
        for file in tls?.files ?? [] where !surroundings.isReadable(file.path) {
            return (file.key, "cannot read \(PrintableText.line(file.path))")
        }
        return nil
    }

    /// Settings that cannot be met together, by the key of one of them.
    package var contradiction: String? {
        guard case .postgres(let service) = service, service.chosenLevel == .ping,
            let key = service.needsLogin
        else { return nil }
        return "\(key): level ping does not log in, and cannot tell"
    }

    private static func unreadable(_ path: String) -> String {
        "cannot read \(PrintableText.line(path)): it must exist, be readable and have at most 64 KiB"
    }

    /// Where its password is; nil for a kind that takes none.
    package var password: PasswordSource? {
        get {
            switch service {
            case .postgres(let service): service.password
            case .redis(let service): service.password
            case .http, .connect, .dns, .file, .exec: nil
            }
        }
        set {
            guard let newValue else { return }
            switch service {
            case .postgres(var postgres):
                postgres.password = newValue
                service = .postgres(postgres)
            case .redis(var redis):
                redis.password = newValue
                service = .redis(redis)
            case .http, .connect, .dns, .file, .exec: break
            }
        }
    }
}
