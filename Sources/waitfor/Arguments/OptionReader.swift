import Configuration
import HealthCore

/// Reads the values of options; an error names the option and the values that it takes.
struct OptionReader {
    let request: Request

    /// The last value of an option, read by `read`; nil if the option is not given.
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

    /// The exit code of a check that fails.
    func failCode() throws(ConfigurationError) -> ExitCode {
        try value("fail-code") { text throws(SettingError) in
            .command(Int32(clamping: try text.count(upTo: 255)))
        } ?? .notReady
    }

    /// The format of logs or output: text or json.
    func format(_ name: String) throws(ConfigurationError) -> LogFormat? {
        try value(name) { text throws(SettingError) in
            try text.choice(LogFormat.self, "text or json")
        }
    }
}
