/// The targets of a run, completed by their settings, names and passwords.
package struct TargetList {
    package private(set) var targets: [Target] = []
    private let context: ReadingContext

    /// Reads the arguments, adds them to the targets of a file, and applies `adjust` to all of them, then
    /// `--set`, `--password-file` and the ambient passwords.
    package static func read(
        _ arguments: [[UInt8]], besides file: [Target] = [],
        adjusting adjust: (inout TargetSettings) -> Void = { _ in }, settings: [[UInt8]],
        settingsSource: String = "--set", passwordFile: String?,
        passwordFileSource: String = "--password-file", _ context: ReadingContext
    ) throws(ConfigurationError) -> [Target] {
        var list = TargetList(context: context)
        list.targets = file
        let reader = TargetReader(context: context)
        for (index, argument) in arguments.enumerated() {
            list.targets.append(try reader.read(argument, label: "target \(index + 1)"))
        }
        try list.requireDistinctNames()
        for index in list.targets.indices { adjust(&list.targets[index].settings) }
        for setting in settings { try list.apply(setting, from: settingsSource) }
        if let passwordFile { try list.givePasswordFile(passwordFile, from: passwordFileSource) }
        list.giveAmbientPasswords()
        try list.requireNoConflict()
        return list.targets
    }

    private init(context: ReadingContext) {
        self.context = context
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
            throw ConfigurationError(
                "\(form), and there is no target called \(PrintableText.word(name.utf8))")
        }
        let value = SettingValue(Array(setting[(equals + 1)...]), in: .set)
        let hadPasswordInArguments = targets[index].hasPasswordInArguments
        do throws(SettingError) { try Setting.apply(key, value, to: &targets[index]) } catch {
            throw ConfigurationError("\(name).\(PrintableText.word(key.utf8)): \(error.expected)")
        }
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
        let kinds = targets.map(\.kind)
        for index in targets.indices where targets[index].password != nil {
            let isOnly = !kinds.indices.contains { $0 != index && kinds[$0] == kinds[index] }
            targets[index].service.takeAmbientPassword(context, isOnly: isOnly)
        }
    }

    private func requireNoConflict() throws(ConfigurationError) {
        for target in targets {
            guard let conflict = target.conflict(context) else { continue }
            throw ConfigurationError("\(target.name).\(conflict.key): \(conflict.message)")
        }
    }
}
