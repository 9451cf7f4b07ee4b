internal import HealthCore

/// The checked settings of `defaults` for every target, and their text as written.
struct TargetDefaults {
    var settings = TargetSettings()
    var written: [(key: String, text: String)] = []
}

extension ConfigurationReader {
    private static var commonKeys: [String] { TargetSettings.settings.map(\.key) }
    private static var serviceKeys: [String] {
        Setting.ofSomeKinds.reduce(into: []) { keys, row in
            if !keys.contains(row.key) { keys.append(row.key) }
        }
    }
    /// The keys that hold the text of a target.
    private static var kinds: [String] { Kinds.words + ["target"] }

    // MARK: Defaults

    mutating func readDefaults(_ node: YAMLNode) -> TargetDefaults {
        var defaults = TargetDefaults()
        guard let entries = entries(of: node, "defaults") else { return defaults }
        for entry in entries {
            let path = "defaults.\(entry.key)"
            guard let row = TargetSettings.settings.first(where: { $0.key == entry.key }) else {
                unknown(entry, in: "defaults.", among: Self.commonKeys)
                continue
            }
            guard let value = settingValue(entry, path) else { continue }
            do throws(SettingError) {
                try row.apply(value, to: &defaults.settings)
                if !value.bytes.isEmpty { defaults.written.append((entry.key, written(entry.value) ?? "")) }
            } catch {
                report(entry.value.position, "\(path): \(error.expected)")
            }
        }
        if defaults.settings.hasIdleStartInterval {
            report(
                entries.first { $0.key == "start_interval" }?.value.position ?? node.position,
                "defaults.start_interval: \(TargetSettings.idleStartInterval)")
        }
        return defaults
    }

    // MARK: Targets

    mutating func readTargets(
        _ node: YAMLNode, _ defaults: TargetDefaults, _ summary: inout ConfigurationSummary
    ) -> [Target] {
        guard let entries = entries(of: node, "targets") else { return [] }
        if entries.isEmpty { report(node.position, "targets: empty: there is nothing to ask") }
        var targets: [Target] = []
        for entry in entries {
            guard TargetName.isName(entry.key) else {
                let shown = PrintableText.word(entry.key.utf8)
                report(
                    entry.position,
                    "targets.\(shown): a name has letters, digits, `_` and `-`, and begins with a letter")
                continue
            }
            if TargetName.isTaken(entry.key) {
                report(entry.position, "targets.\(entry.key): \(TargetName.taken)")
            }
            if let target = readTarget(entry, defaults, &summary) { targets.append(target) }
        }
        if targets.isEmpty, !notes.isEmpty {
            report(node.position, "targets: none is left: none of the variables is set")
        }
        return targets
    }

    /// `db: postgres://db/app` is `db: {target: postgres://db/app}`.
    private func shortForm(_ entry: YAMLEntry) -> [YAMLEntry]? {
        guard case .scalar = entry.value.content, !entry.value.isNull else { return nil }
        return [YAMLEntry(key: "target", position: entry.position, value: entry.value)]
    }

    private mutating func readTarget(
        _ entry: YAMLEntry, _ defaults: TargetDefaults, _ summary: inout ConfigurationSummary
    ) -> Target? {
        let path = "targets.\(entry.key)"
        guard let entries = shortForm(entry) ?? entries(of: entry.value, path) else { return nil }
        let forms = entries.filter { Self.kinds.contains($0.key) }
        guard let form = forms.first else {
            if let variable = entries.first(where: { ["env", "env-file"].contains($0.key) }) {
                report(variable.position, "\(path).\(variable.key): write target: \(variable.key):NAME")
                return nil
            }
            report(entry.position, "\(path): one of \(Self.kinds.joined(separator: ", ")) is missing")
            return nil
        }
        for more in forms.dropFirst() {
            report(
                more.position, "\(path).\(more.key): there is \(form.key) already: one target, one of them")
        }
        if let text = written(form.value), Self.isVariable(form.key, text),
            TargetReader(context: context).leavesOut(text)
        {
            note(
                "\(path) is left out: the variable of \(PrintableText.line(text.dropLast().utf8)) is not set")
            return nil
        }
        let found = readForm(form, entry.key, path)
        // The settings of a target with an error are still checked, as far as its kind is known.
        guard var target = found ?? stand(in: form.key) else { return nil }
        target.settings = defaults.settings
        let known = Self.commonKeys + Self.serviceKeys
        for setting in entries where !Self.kinds.contains(setting.key) {
            guard known.contains(setting.key) else {
                unknown(setting, in: "\(path).", among: Self.kinds + known)
                continue
            }
            if found == nil, form.key == "target", !Self.commonKeys.contains(setting.key) { continue }
            apply(setting, to: &target, "\(path).\(setting.key)")
        }
        // A default `start_interval` is ignored by a target without a start period.
        if target.settings.hasIdleStartInterval, !entries.contains(where: { $0.key == "start_interval" }) {
            target.settings.startInterval = nil
        }
        check(target, entries, path, entry.position)
        guard found != nil else { return nil }
        target.hasPasswordInArguments = false
        guard summarizes else { return target }
        let shown = entries.map { ($0.key, written($0.value) ?? "***") }
        summary.add(target, form: form.key, written: shown, defaults: defaults.written, context)
        return target
    }

    /// Reads the target itself, without settings.
    private mutating func readForm(_ form: YAMLEntry, _ name: String, _ path: String) -> Target? {
        guard let text = formText(form, "\(path).\(form.key)") else { return nil }
        var context = context
        context.hasVariables = Interpolation.isNeeded(written(form.value) ?? "")
        do throws(ConfigurationError) {
            let target = try Self.target(form.key, text, name, context)
            guard form.key == "target" || target.kind == form.key else {
                report(form.value.position, "\(path).\(form.key): the URI is one of another kind")
                return nil
            }
            return target
        } catch {
            // The message begins with the name, which the path contains already.
            report(
                form.value.position,
                "\(path).\(form.key): \(Self.tail(error.description, after: "\(name): "))")
            return nil
        }
    }

    /// Reads the text of a form; a text without a scheme gets that of its key.
    static func target(
        _ kind: String, _ text: String, _ name: String, _ context: ReadingContext
    ) throws(ConfigurationError) -> Target {
        let form = Kinds().first { $0.forms.contains { $0.word == kind } }
        let prefix = isVariable(kind, text) ? "" : form?.prefix(of: text, for: kind) ?? ""
        return try TargetReader(context: context).read(
            Array(text.utf8), named: name, prefix: prefix)
    }

    /// Whether a variable holds the target; a command's text is its own.
    private static func isVariable(_ kind: String, _ text: String) -> Bool {
        kind != ExecService.word && TargetReader.isVariable(text)
    }

    /// A stand-in of the same kind, to check settings with; nil if the kind is unknown.
    private func stand(in kind: String) -> Target? {
        let forms = Kinds.forms.filter { $0.word == kind }
        // A form with TLS is preferred, so that a setting of TLS is no error here.
        guard let form = forms.first(where: \.isEncrypted) ?? forms.first else { return nil }
        return try? TargetReader(context: context).read(Array(form.example.utf8), named: "x")
    }

    // MARK: Settings

    private mutating func apply(_ entry: YAMLEntry, to target: inout Target, _ path: String) {
        guard let value = settingValue(entry, path) else { return }
        do throws(SettingError) {
            try Setting.apply(entry.key, value, to: &target)
        } catch {
            report(entry.value.position, "\(path): \(error.expected)")
        }
    }

    private mutating func settingValue(_ entry: YAMLEntry, _ path: String) -> SettingValue? {
        settingText(entry, path).map { text in
            let isList = if case .sequence = entry.value.content { true } else { false }
            return SettingValue(Array(text.utf8), in: .file, isEmptyList: isList && text.isEmpty)
        }
    }

    /// Checks the settings together.
    private mutating func check(_ target: Target, _ entries: [YAMLEntry], _ path: String, _ place: Position) {
        func position(_ key: String) -> Position? { entries.first { $0.key == key }?.value.position }
        if target.settings.hasIdleStartInterval {
            report(
                position("start_interval") ?? place,
                "\(path).start_interval: \(TargetSettings.idleStartInterval)")
        }
        if let conflict = target.conflict(context) {
            report(position(conflict.key) ?? place, "\(path).\(conflict.key): \(conflict.message)")
        }
    }

    private static func tail(_ text: String, after prefix: String) -> String {
        text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
    }
}
