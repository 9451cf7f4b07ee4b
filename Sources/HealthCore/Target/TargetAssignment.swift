/// One `key=value` of waitfor's own for a target; messages name the key, never the value.
package struct TargetAssignment {
    private let key: String
    private let value: SettingValue

    package init(key: String, value: [UInt8], in place: SettingValue.Place = .set) {
        self.key = key
        self.value = SettingValue(value, in: place)
    }

    /// Writes the setting into the target, or says what the key takes.
    package func apply(to target: inout Target) throws(ConfigurationError) {
        let name = "\(target.name).\(PrintableText.word(key.utf8))"
        do throws(SettingProblem) {
            guard let row = Setting.row(key, of: target) else { throw .notForKind }
            try row.apply(value, to: &target)
        } catch {
            throw ConfigurationError("\(name): \(error.sentence(for: target))")
        }
    }
}
