/// What is done because a target's health has changed.
package enum Action: Equatable, Sendable {
    /// The program ends with this exit code; a command is stopped before.
    case exit(Int32)
    /// The command gets this signal.
    case signal(Int32)
    /// The command is stopped, waits behind the gate again, and is started.
    case restart

    /// The exit code of an `exit` without one: that of a check that found a target not ready.
    package static let usualCode: Int32 = 1

    /// The action as an option has it.
    package var text: String {
        switch self {
        case .exit(let code): "exit:\(code)"
        case .signal(let signal): "signal:\(SignalName.text(of: signal))"
        case .restart: "restart"
        }
    }

    /// The action as a label of its metric.
    package var word: String {
        switch self {
        case .exit: "exit"
        case .signal: "signal"
        case .restart: "restart"
        }
    }

    /// Whether the action is done to a command.
    package var needsCommand: Bool { if case .exit = self { false } else { true } }

    private static let forms = "exit, exit:CODE, signal:SIG or restart"

    /// Reads `exit[:CODE]`, `signal:SIG` or `restart`.
    init(_ text: Substring) throws(SettingError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let word = parts.first.map(String.init) ?? ""
        switch (word, parts.dropFirst().first) {
        case ("exit", nil): self = .exit(Self.usualCode)
        case ("exit", let code?): self = .exit(try Self.code(code))
        case ("signal", let name?):
            guard let signal = SignalName.number(name) else {
                throw SettingError("signal:SIG has the name or the number of a signal, as signal:HUP")
            }
            self = .signal(signal)
        case ("signal", nil): throw SettingError("which signal? write signal:SIG, as signal:HUP")
        case ("restart", nil): self = .restart
        case ("restart", _?): throw SettingError("`restart` takes no value")
        default:
            let shown = PrintableText.word(word.utf8)
            let hint = NearestWord.of(word, among: ["exit", "signal", "restart"])
            throw SettingError(
                "`\(shown)` is no action; "
                    + (hint.map { "did you mean `\($0)`?" } ?? "write \(Self.forms)"))
        }
    }

    /// Reads an exit code.
    static func code(_ text: Substring) throws(SettingError) -> Int32 {
        guard let code = Int32(text, radix: 10), (0...255).contains(code) else {
            throw SettingError("an exit code is a number from 0 to 255")
        }
        return code
    }
}
