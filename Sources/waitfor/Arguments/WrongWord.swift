import HealthCore

/// What is said of an argument that is no target, by what it most likely was meant for.
struct WrongWord {
    let request: Request
    let context: ReadingContext

    /// Whether an argument wants a look: a target has a `:` and no blank. This is all that most runs need.
    static func isSuspicious(_ word: [UInt8]) -> Bool {
        var hasColon = false
        for byte in word {
            if ASCII.isSpace(byte) { return true }
            if byte == ASCII.colon { hasColon = true }
        }
        return !hasColon
    }

    /// What is wrong with an argument; nil if it may be a target. A target has a `:`, or is a list of pairs.
    func complaint(_ word: [UInt8], at place: Int) -> String? {
        if word.isEmpty { return "an empty target: is a variable unset?" }
        if word.contains(where: ASCII.isSpace), let complaint = wholeLine(word, at: place) {
            return complaint
        }
        guard !word.contains(ASCII.colon), !TargetReader.isTarget(word) else { return nil }
        let isPath = word.contains(ASCII.slash)
        return isPath ? path(word) : bare(word, isFirst: place == 0)
    }

    /// A conninfo without quotes falls apart, perhaps in the middle of its password.
    private var isConninfo: Bool { request.words.contains { $0.endOfFirst("password=".utf8) != nil } }

    private func shown(_ word: [UInt8]) -> String { isConninfo ? "***" : PrintableText.word(word) }

    private static func isPlain(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || "_.-".utf8.contains(byte)
    }

    // MARK: Several words in one argument

    /// `"db:5432 -- start-app"`, `"db:5432 cache:6379"`.
    private func wholeLine(_ word: [UInt8], at place: Int) -> String? {
        let words = word.split(whereSeparator: ASCII.isSpace)
        guard words.count > 1, !TargetReader.isTarget(word) else { return nil }
        // A command or a conninfo has blanks of its own, also behind its NAME.
        let body =
            word.drop { Self.isPlain($0) }.first == UInt8(ascii: "=")
            ? word.drop { $0 != UInt8(ascii: "=") } : word[...]
        let text = body.first == UInt8(ascii: "=") ? body.dropFirst() : body
        guard !["exec:", "pg:"].contains(where: { text.starts(with: $0.utf8) }) else { return nil }
        let hasCommand = words.contains { $0.elementsEqual("--".utf8) }
        let areTargets = words.allSatisfy { $0.contains(ASCII.colon) && !$0.contains(UInt8(ascii: "@")) }
        guard hasCommand || areTargets else { return nil }
        return
            "target \(place + 1): one argument has the whole command line: write its words apart, without quotes"
            + " around all of them"
    }

    // MARK: Paths

    private func path(_ word: [UInt8]) -> String {
        let isPlain = !isConninfo && word.allSatisfy { Self.isPlain($0) || $0 == ASCII.slash }
        let shown = isPlain ? PrintableText.line(word) : "***"
        let forms = "a socket is unix://\(shown), a file file://\(shown)"
        let form =
            word.first == ASCII.slash
            ? forms : word.first == UInt8(ascii: ".") ? "" : "a URL has its scheme, as http://"
        guard request.verb.startsCommand else {
            return "`\(shown)` is no target: \(form.isEmpty ? "write host:port or a URI" : form)"
        }
        let forgotten = "`\(shown)` is no target: did you forget `--` before `\(shown)`?"
        return form.isEmpty || isCommand(word) ? forgotten : "\(forgotten) (\(form))"
    }

    private func isCommand(_ word: [UInt8]) -> Bool {
        request.verb.startsCommand && Command.isThere(word, Array((context.variable("PATH") ?? "").utf8))
    }

    // MARK: Bare words

    private func bare(_ word: [UInt8], isFirst: Bool) -> String {
        let (text, shown) = (String(decoding: word, as: UTF8.self), shown(word))
        if let advice = UnexpandedVariable.advice(word[...]) { return "no target: \(advice)" }
        if isFirst, !request.hasVerb {
            if text == "waitfor" { return "`waitfor` is the program itself: leave it out" }
            if let verb = NearestWord.of(text, among: Verb.words) {
                return "`\(shown)` is no verb; did you mean `\(verb)`?"
            }
        }
        if Verb(word: text) != nil { return "`\(shown)` is a verb, and comes first: `waitfor \(shown) …`" }
        let isGate = request.verb.startsCommand
        let forgotten = "did you forget `--` before `\(shown)`?"
        guard !isCommand(word), word.allSatisfy(Self.isPlain),
            word.contains(where: { ASCII.isLetter($0) || ASCII.isDigit($0) })
        else {
            return "`\(shown)` is no target: \(isGate ? forgotten : "write host:port or a URI")"
        }
        let port = Self.usualPort(of: text)
        let missing =
            "`\(shown)` is no target: its port is missing: \(shown):\(port.map { "\($0)" } ?? "PORT")"
        let isHost =
            port != nil || text == "localhost"
            || text.utf8.allSatisfy { ASCII.isDigit($0) || $0 == UInt8(ascii: ".") }
        return isGate && !isHost ? "\(missing); or \(forgotten)" : missing
    }

    /// The port of what a host is called after.
    private static func usualPort(of host: String) -> UInt16? {
        let name = host.lowercased()
        let others: [(String, String)] = [
            ("pg", "postgres"), ("db", "postgres"), ("database", "postgres"), ("cache", "redis"),
            ("valkey", "redis"),
        ]
        let word = others.first { name == $0.0 || name.hasPrefix("\($0.0)-") || name.hasPrefix("\($0.0).") }?
            .1
        return Kinds().first { kind in
            word == kind.word || kind.wellKnownPort != nil && name.mentions(kind.word)
        }?
        .wellKnownPort
    }
}
