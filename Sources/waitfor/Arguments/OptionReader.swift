import HealthCore

/// Reads single options, and says which one was wrong and what it takes.
struct OptionReader {
    let request: Request

    func duration(_ name: String, allowsZero: Bool = false) throws(ConfigurationError) -> Duration? {
        guard let written = request.value(name) else { return nil }
        guard let duration = DurationText.parse(written.string, bareSeconds: true),
            duration >= .milliseconds(1) || (allowsZero && duration == .zero)
        else {
            throw wrong(written, "is no duration of at least 1ms, like 500ms, 30s or 2m")
        }
        return duration
    }

    func count(_ name: String, upTo limit: Int = 1_000_000) throws(ConfigurationError) -> Int? {
        guard let written = request.value(name) else { return nil }
        guard let number = Int(written.string), (1...limit).contains(number) else {
            throw wrong(written, "is no whole number from 1 to \(limit)")
        }
        return number
    }

    func share(_ name: String) throws(ConfigurationError) -> Double? {
        guard let written = request.value(name) else { return nil }
        guard let share = Share.parse(written.string) else {
            throw wrong(written, "is not \(Share.form)")
        }
        return share
    }

    func use() throws(ConfigurationError) -> Use? {
        guard let written = request.value("for") else { return nil }
        guard let use = Use(rawValue: written.string) else {
            throw ConfigurationError("\(written.source): readiness or liveness")
        }
        return use
    }

    /// One of two words; true for the first.
    func isFirst(_ name: String, of words: (String, String)) throws(ConfigurationError) -> Bool? {
        guard let written = request.value(name) else { return nil }
        guard written.string == words.0 || written.string == words.1 else {
            throw wrong(written, "is neither \(words.0) nor \(words.1)")
        }
        return written.string == words.0
    }

    func reasons(_ name: String) throws(ConfigurationError) -> [Reason]? {
        guard let written = request.value(name) else { return nil }
        do {
            return try ReasonList.parse(written.string)
        } catch {
            throw ConfigurationError("\(written.source): \(error.description)")
        }
    }

    func choice(_ name: String) throws(ConfigurationError) -> CommonSettings.Form? {
        guard let written = request.value(name) else { return nil }
        guard let form = CommonSettings.Form(rawValue: written.string) else {
            throw wrong(written, "is neither text nor json")
        }
        return form
    }

    func filled(_ name: String) throws(ConfigurationError) -> String? {
        guard let written = request.value(name) else { return nil }
        guard !written.text.isEmpty else {
            throw ConfigurationError("\(written.source): empty: is a variable unset?")
        }
        return written.string
    }

    private func wrong(_ written: Request.Written, _ expected: String) -> ConfigurationError {
        ConfigurationError("\(written.source): `\(PrintableText.word(written.text))` \(expected)")
    }
}
