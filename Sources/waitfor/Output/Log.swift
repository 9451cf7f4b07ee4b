import Configuration
import CLinux
import EventLoop
import HealthCore

/// Lines about the run on standard error: text for people, or JSON with the keys of the reports.
struct Log: Sendable {
    enum Level: String, Sendable, CaseIterable {
        case debug, info, warning, error
    }

    /// The most bytes of one line's text.
    private static let limit = 2000

    private let format: LogFormat
    private let verbosity: CommonSettings.Verbosity
    /// Whether Compose reads the lines, on standard output. An error ends its reading: there is one, with everything.
    let isForProvider: Bool

    init(_ settings: CommonSettings) {
        format = settings.log
        verbosity = settings.verbosity
        isForProvider = false
    }

    /// The log of a run whose settings are not read.
    init(_ format: LogFormat) {
        (self.format, verbosity, isForProvider) = (format, .normal, false)
    }

    /// The log of a provider of Compose, which shows a line as the state of its service.
    init(forProvider settings: CommonSettings) {
        (format, verbosity, isForProvider) = (.json, settings.verbosity, true)
    }

    /// The types of a provider's lines.
    enum ProviderLine: String {
        case debug, info, error, setenv
    }

    /// A line that Compose reads, its end included.
    static func providerLine(_ type: ProviderLine, _ message: String) -> String {
        JSONText.object([("type", .string(type.rawValue)), ("message", .string(message))]).text + "\n"
    }

    /// Whether the log has lines about single attempts.
    var isVerbose: Bool { verbosity == .verbose }

    /// Whether lines may stand below the others, for people who look.
    var mayBeLive: Bool { format == .text && verbosity != .quiet && !isForProvider }

    /// Whether attempts that end alike are folded: for people they are.
    var folds: Bool { format == .text }

    /// Writes one line. `fields` are added to the JSON format only.
    func write(
        _ level: Level, _ event: String, _ message: String,
        fields: [(key: String, value: JSONText)] = []
    ) {
        if isForProvider { return writeForProvider(level, message) }
        guard verbosity != .quiet, level != .debug || verbosity == .verbose else { return }
        Output.log(line(level, event, message, fields: fields))
    }

    private func writeForProvider(_ level: Level, _ message: String) {
        let message = PrintableText.line(message, atMost: Self.limit)
        switch level {
        case .debug: Output.write([Self.providerLine(.debug, message)])
        case .info, .warning: Output.write([Self.providerLine(.info, message)])
        case .error: _ = Output.deliver(Self.providerLine(.error, message))
        }
    }

    /// The line that `write` writes, its end included.
    func line(
        _ level: Level, _ event: String, _ message: String, fields: [(key: String, value: JSONText)] = []
    ) -> String {
        // The name of a file or a socket may have line feeds: the message is one line.
        let message = PrintableText.line(message, atMost: Self.limit)
        switch format {
        case .text: return Output.complaint(message).joined()
        case .json:
            let head: [(key: String, value: JSONText)] = [
                ("ts", .string(Timestamp.text(unixMilliseconds: clinux_unix_milliseconds()))),
                ("level", .string(level.rawValue)), ("event", .string(event)), ("text", .string(message)),
            ]
            return JSONText.object(head + fields).text + "\n"
        }
    }

    /// Writes one line about a target; in JSON, with the fields of its record.
    func write(_ level: Level, _ event: String, _ record: TargetRecord, _ clock: WallClock, _ message: String)
    {
        let fields = record.fields(clock).map { $0.key == "name" ? ("target", $0.value) : $0 }
        write(level, event, "\(record.name): \(message)", fields: fields)
    }
}

extension WallClock {
    /// The wall clock now; each report reads it anew.
    init(on loop: EventLoop) {
        self.init(loop.now, unixMilliseconds: clinux_unix_milliseconds())
    }
}
