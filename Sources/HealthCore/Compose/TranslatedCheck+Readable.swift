extension TranslatedCheck {
    /// The check as a `waitfor.yaml` takes it: without settings that its target does not have. Nil if the address is
    /// none.
    var readable: TranslatedCheck? {
        guard let (key, text) = address, text.unset.isEmpty else { return self }
        guard var target = Self.target(key, text.value) else { return nil }
        var check = self
        for setting in settings where setting.value.unset.isEmpty {
            let value = SettingValue(Array(setting.value.value.utf8), in: .file)
            do throws(SettingError) {
                try Setting.apply(setting.key, value, to: &target)
            } catch {
                check.settings.removeAll { $0 == setting }
                check.coverage = coverage == .full ? .partial : coverage
                check.notes.append("`\(setting.key)` is not taken: no such value")
            }
        }
        return check
    }

    /// An address as the target that it is; nil if it is none, or one of another kind.
    private static func target(_ key: String, _ text: String) -> Target? {
        let context = ReadingContext(
            variable: { _ in nil }, secretFile: { _ in [] }, isReadable: { _ in true })
        let kind = Kinds().first { $0.forms.contains { $0.word == key } }
        let prefix = kind?.prefix(of: text, for: key) ?? ""
        let target = try? TargetReader(context: context).read(Array(text.utf8), named: "x", prefix: prefix)
        return target?.kind == key ? target : nil
    }
}
