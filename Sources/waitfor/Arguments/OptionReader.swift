import Configuration
import HealthCore

/// Reads single options, and says which one was wrong and what it takes.
struct OptionReader {
    let request: Request

    /// The last value of an option, as what it is read as; nil where nobody gave it.
    func value<Value>(
        _ name: String, _ read: (SettingValue) throws(SettingError) -> Value
    ) throws(ConfigurationError) -> Value? {
        guard let written = request.value(name) else { return nil }
        return try Self.value(written, read)
    }

    /// One value of an option.
    static func value<Value>(
        _ written: Request.Written, _ read: (SettingValue) throws(SettingError) -> Value
    ) throws(ConfigurationError) -> Value {
        do throws(SettingError) {
            return try read(SettingValue(written.text, in: .option))
        } catch {
            let word = PrintableText.word(written.text)
            let isTold = word.isEmpty || error.expected.hasPrefix(word)
            throw ConfigurationError("\(written.source): \(isTold ? "" : "`\(word)`: ")\(error.expected)")
        }
    }

    func duration(_ name: String, allowsZero: Bool = false) throws(ConfigurationError) -> Duration? {
        try value(name) { text throws(SettingError) in try text.duration(allowsZero: allowsZero) }
    }

    func count(_ name: String) throws(ConfigurationError) -> Int? {
        try value(name) { text throws(SettingError) in try text.count() }
    }

    func reasons(_ name: String) throws(ConfigurationError) -> [Reason]? {
        try value(name) { text throws(SettingError) in try text.reasons() }
    }

    func use() throws(ConfigurationError) -> TargetUse? {
        try value("for") { text throws(SettingError) in
            try text.choice(TargetUse.self, "readiness or liveness")
        }
    }

    /// How something is written: text or json.
    func format(_ name: String) throws(ConfigurationError) -> LogFormat? {
        try value(name) { text throws(SettingError) in
            try text.choice(LogFormat.self, "text or json")
        }
    }
}
