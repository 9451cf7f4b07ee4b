/// An error of a value: the end of a sentence that names the setting, and never the value.
package struct SettingError: Error, Equatable {
    package let expected: String

    package init(_ expected: String) {
        self.expected = expected
    }

    /// The error for a setting that the kind of the target does not have.
    static func foreign(to target: Target) -> SettingError {
        SettingError("no setting of a \(target.kind) target")
    }

    /// The same for a key that has no row there: whose it is, or which one was meant.
    static func foreign(_ key: String, to target: Target) -> SettingError {
        let sentence = foreign(to: target).expected
        let owners = Kinds().filter { kind in kind.settings.contains { $0.key == key } }.map { $0.title }
        guard owners.isEmpty else {
            return SettingError("\(sentence), but of \(Self.list(owners))")
        }
        let own = type(of: target.service).settings.map(\.key)
        let all =
            own + TargetSettings.settings.map(\.key)
            + (target.password == nil ? [] : Setting.passwords.map(\.key))
            + (target.tls == nil ? [] : TLSSettings.settings.map(\.key))
        if let meant = NearestWord.of(key, among: all) {
            return SettingError("\(sentence); did you mean `\(meant)`?")
        }
        return SettingError("\(sentence); `waitfor help targets` lists them")
    }

    /// Words as the end of a sentence: `one, two and three`.
    private static func list(_ words: [String]) -> String {
        guard words.count > 1, let last = words.last else { return words.first ?? "" }
        return "\(words.dropLast().joined(separator: ", ")) and \(last)"
    }
}

/// The value of an option, of `--set` or of a YAML key, and its conversions.
package struct SettingValue {
    /// The source of a value: some values mean something else in a file.
    package enum Place: Sendable {
        case option, set, file
    }

    package let bytes: [UInt8]
    package let place: Place

    /// Whether the value is YAML's `[]`.
    let isEmptyList: Bool

    package init(_ bytes: [UInt8], in place: Place, isEmptyList: Bool = false) {
        (self.bytes, self.place, self.isEmptyList) = (bytes, place, isEmptyList)
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// A duration; a bare number counts seconds, except in YAML.
    package func duration(allowsZero: Bool = false) throws(SettingError) -> Duration {
        guard let duration = DurationText.parse(text, bareSeconds: place != .file),
            duration >= .milliseconds(1) || (allowsZero && duration == .zero)
        else {
            // The usual mistake is a number without a unit.
            if place == .file, let seconds = Int(text, radix: 10), seconds > 0 {
                throw SettingError("a duration has a unit: write \(seconds)s")
            }
            let zero = allowsZero ? "0, or " : ""
            throw SettingError("\(zero)a duration of at least 1ms, like 500ms or 3s")
        }
        return duration
    }

    /// An integer from 1.
    package func count(upTo limit: Int? = nil) throws(SettingError) -> Int {
        guard let number = Int(text, radix: 10), (1...(limit ?? 1_000_000)).contains(number)
        else {
            throw SettingError("a whole number from 1" + (limit.map { " to \($0)" } ?? ""))
        }
        return number
    }

    /// A fraction from 0 to 0.5: `0` or `5%`.
    package func share() throws(SettingError) -> Double {
        if text == "0" { return 0 }
        guard text.hasSuffix("%"), let percent = Int(text.dropLast(), radix: 10), (0...50).contains(percent)
        else { throw SettingError("a share from 0 to 50%, like 5%") }
        return Double(nearest: percent) / 100
    }

    /// A boolean, by the words of `Flag`.
    package func flag() throws(SettingError) -> Bool {
        guard let flag = Flag.parse(text) else { throw SettingError("true or false") }
        return flag
    }

    /// One word of an enumeration.
    package func choice<Word: RawRepresentable<String>>(
        _: Word.Type, _ expected: String
    ) throws(SettingError) -> Word {
        guard let word = Word(rawValue: text) else { throw SettingError(expected) }
        return word
    }

    /// Whether the value is the first of two words.
    package func isFirst(of first: String, _ second: String) throws(SettingError) -> Bool {
        guard text == first || text == second else { throw SettingError("\(first) or \(second)") }
        return text == first
    }

    /// A list of reasons: `auth,loading`.
    package func reasons() throws(SettingError) -> [Reason] {
        var reasons: [Reason] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let reason = Reason(rawValue: String(word)) else {
                throw SettingError(
                    "\(PrintableText.word(word.utf8)) is no reason"
                        + (NearestWord.of(String(word), among: Reason.allCases.map(\.rawValue)).map {
                            "; did you mean `\($0)`?"
                        } ?? "; `waitfor help targets` lists them"))
            }
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        return reasons
    }

    /// A command as a list of words; nil for an empty list.
    package func command() throws(SettingError) -> ExecService? {
        guard let words = JSONStrings.read(bytes[...]) else {
            let list = place == .file ? "[program, argument]" : #"["program","argument"]"#
            throw SettingError("a list of words, as there is no shell: write \(list)")
        }
        if words.isEmpty { return nil }
        guard let command = ExecService(arguments: words) else {
            throw SettingError("its first word is the program, and no word has a NUL")
        }
        return command
    }

    /// The bytes, which must not be empty.
    package func filled() throws(SettingError) -> [UInt8] {
        guard !bytes.isEmpty else { throw SettingError("empty: is a variable unset?") }
        return bytes
    }

    /// The text, which must not be empty.
    package func filledText() throws(SettingError) -> String {
        // A NUL ends a C string.
        guard !bytes.contains(0) else { throw SettingError("it has a NUL") }
        return String(decoding: try filled(), as: UTF8.self)
    }
}

/// The words for booleans.
package enum Flag {
    package static func parse(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }
}
