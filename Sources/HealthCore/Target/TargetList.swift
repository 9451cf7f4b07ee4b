/// The targets of a run, completed by their settings, names and passwords.
package struct TargetList {
    package private(set) var targets: [Target] = []
    private let context: ReadingContext

    /// Reads the arguments, adds them to the targets of a file, and applies `adjust` to all of them, then
    /// `--set`, `--password-file` and the ambient passwords.
    package static func read(
        _ arguments: [[UInt8]], from variable: String? = nil, besides file: [Target] = [],
        adjusting adjust: (inout TargetSettings) -> Void = { _ in }, settings: [[UInt8]],
        settingsSource: String = "--set", passwordFile: String?,
        passwordFileSource: String = "--password-file", noting note: (String) -> Void = { _ in },
        _ context: ReadingContext
    ) throws(ConfigurationError) -> [Target] {
        var list = TargetList(context: context)
        list.targets = file
        try list.read(arguments, from: variable, noting: note)
        try list.settleNames()
        for index in list.targets.indices { adjust(&list.targets[index].settings) }
        for setting in settings { try list.apply(setting, from: settingsSource) }
        if let passwordFile { try list.givePasswordFile(passwordFile, from: passwordFileSource) }
        list.giveAmbientPasswords()
        try list.requireNoConflict()
        list.resolvePasswords()
        return list.targets
    }

    /// Reads all arguments, and says of all of them what is wrong.
    private mutating func read(
        _ arguments: [[UInt8]], from variable: String?, noting note: (String) -> Void
    ) throws(ConfigurationError) {
        let reader = TargetReader(context: context)
        var errors: [String] = []
        for (index, argument) in arguments.enumerated() {
            do throws(ConfigurationError) {
                let label = variable.map { "\($0), target" } ?? "target"
                if var target = try reader.read(argument, label: "\(label) \(index + 1)") {
                    if variable != nil { target.hasPasswordInArguments = false }
                    targets.append(target)
                } else {
                    note("\(PrintableText.line(argument.dropLast())) is left out: the variable is not set")
                }
            } catch {
                errors.append(error.description)
            }
        }
        guard errors.isEmpty else { throw ConfigurationError(errors.joined(separator: "\n")) }
        guard !targets.isEmpty || arguments.isEmpty else {
            throw ConfigurationError("no target is left: none of the variables is set")
        }
    }

    private init(context: ReadingContext) {
        self.context = context
    }

    /// Gives the long name to all targets that would share a short one. A name that was written stays.
    private mutating func settleNames() throws(ConfigurationError) {
        guard targets.count > 1 else { return }
        for step in 0..<3 {
            let shared = sharedNames
            guard !shared.isEmpty else { return }
            for index in targets.indices
            where targets[index].hasMadeName && shared[targets[index].name] != nil {
                targets[index].name = TargetName.long(for: targets[index])[step]
            }
        }
        try requireDistinctNames()
    }

    /// The names that more than one target has.
    private var sharedNames: [String: Bool] {
        var seen: [String: Bool] = [:]
        for target in targets { seen[target.name] = seen[target.name] != nil }
        return seen.filter(\.value)
    }

    private func requireDistinctNames() throws(ConfigurationError) {
        // For a few targets comparing is faster than making a dictionary.
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
            throw ConfigurationError("\(form), and \(Self.missing(name, among: targets))")
        }
        var bytes = Array(setting[(equals + 1)...])
        let variables = source.hasPrefix("-") ? try variables(bytes[...], of: "\(name).\(key)") : nil
        if let variables { bytes = variables.verbatim }
        let value = SettingValue(bytes, in: .set)
        let hadPasswordInArguments = targets[index].hasPasswordInArguments
        do throws(SettingError) { try Setting.apply(key, value, to: &targets[index]) } catch {
            throw ConfigurationError("\(name).\(PrintableText.word(key.utf8)): \(error.expected)")
        }
        let isVariable = variables.map { targets[index].hasPassword(among: $0.values) } ?? false
        if !source.hasPrefix("-") || isVariable {
            targets[index].hasPasswordInArguments = hadPasswordInArguments
        }
    }

    /// The variables of a value of `--set`. A line end would begin another field of `headers`.
    private func variables(_ value: ArraySlice<UInt8>, of path: String) throws(ConfigurationError)
        -> VariableText?
    {
        do throws(TargetError) {
            let variables = try VariableText(value, context)
            let hasLineEnd = variables?.values.contains {
                $0.contains { $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }
            }
            guard hasLineEnd != true else { throw TargetError(.variable, "a variable brings a line end") }
            return variables
        } catch {
            throw ConfigurationError("\(path): \(error.advice)")
        }
    }

    /// What is said of a name that no target has; several have it as their short name.
    package static func missing(_ name: String, among targets: [Target]) -> String {
        let meant = targets.filter { $0.hasMadeName && TargetName.made(for: $0) == name }.map(\.name)
        let shown = PrintableText.word(name.utf8)
        return meant.count > 1
            ? "\(shown) is short for several targets: \(meant.joined(separator: ", "))"
            : "there is no target called \(shown)\(NearestWord.hint(name, among: targets.map(\.name)))"
    }

    /// The password file is for the one target without a password, or the one of several that names a user.
    private mutating func givePasswordFile(_ path: String, from source: String) throws(ConfigurationError) {
        let takers = targets.indices.filter { targets[$0].password == PasswordSource.none }
        let named = takers.filter { targets[$0].service.namesUser }
        let all = targets.filter { $0.password != nil }
        if takers.isEmpty, all.count == 1 {
            throw ConfigurationError("\(source): \(all[0].name) has a password already")
        }
        guard let taker = takers.count == 1 ? takers.first : named.count == 1 ? named.first : nil else {
            throw ConfigurationError(
                "\(source) needs exactly one target without a password, or one of them that names a user,"
                    + " and there are \(named.isEmpty ? takers.count : named.count): use --set NAME.password_file=PATH"
            )
        }
        targets[taker].password = .file(path: path)
    }

    /// A password that a variable holds becomes the password itself.
    private mutating func resolvePasswords() {
        for index in targets.indices {
            guard case .variable(let name) = targets[index].password, let value = context.meaningful(name)
            else { continue }
            targets[index].password = .given(Secret(value.utf8))
        }
    }

    private mutating func giveAmbientPasswords() {
        let kinds = targets.map(\.kind)
        for index in targets.indices where targets[index].password != nil {
            let isOnly = !kinds.indices.contains { $0 != index && kinds[$0] == kinds[index] }
            targets[index].service.takeAmbientPassword(context, isOnly: isOnly)
            let warnings = targets[index].service.warnings(context)
            if !warnings.isEmpty { targets[index].warnings += warnings }
        }
    }

    private func requireNoConflict() throws(ConfigurationError) {
        for target in targets {
            guard let conflict = target.conflict(context) else { continue }
            throw ConfigurationError("\(target.name).\(conflict.key): \(conflict.message)")
        }
    }
}
