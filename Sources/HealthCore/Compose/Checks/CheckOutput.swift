/// What a check wants of the output of its command.
enum CheckOutput: Equatable {
    /// Only how the command ends counts.
    case ignored
    /// A line that a pattern finds.
    case matches(GrepPattern)
    /// Exactly this text.
    case equals(String)
    /// The value at a place of its JSON (RFC 6901); any but null and false without a value.
    case json(pointer: String, value: String?)
    /// Something that is not understood.
    case unread

    /// What the commands behind a `|` want; nil if the last of them always ends with 0.
    init?(_ filters: [ShellScript.Command]) {
        self = .ignored
        var place: String?
        for (number, filter) in filters.enumerated() {
            let isLast = number == filters.count - 1
            let (program, arguments) = Self.parts(filter)
            switch program {
            case "grep", "egrep", "fgrep":
                guard isLast else {
                    // The next one is given its lines, and decides.
                    self = .unread
                    continue
                }
                self = Self.grep(program, arguments, place: place)
            case "jq", "gojq", "jaq":
                let options = CheckOptions(
                    arguments,
                    .init(flags: "eMcrasSCj", longFlags: ["exit-status", "raw-output", "compact-output"]))
                guard let filter = options.operands.first?.value, let found = JQFilter(filter) else {
                    self = .unread
                    continue
                }
                if isLast {
                    let decides = options.has("-e", "--exit-status")
                    guard decides || found.value != nil else {
                        self = .unread
                        continue
                    }
                    self = decides ? .json(pointer: found.pointer, value: found.value) : .unread
                } else {
                    place = found.value == nil ? found.pointer : nil
                    if found.value != nil { self = .unread }
                }
            case "head", "tail", "cat", "tee", "tr", "sed", "awk", "cut", "sort", "uniq", "wc", "xargs",
                "gawk":
                if isLast {
                    guard Self.mayFail(program, arguments) else { return nil }
                    self = .unread
                    return
                }
                let isPlain =
                    ["head", "cat", "tee"].contains(program) || (program == "tr" && arguments.count == 2)
                if !isPlain { place = nil }
                if !isPlain, program != "tr" { self = .unread }
            default:
                self = .unread
            }
        }
    }

    /// Whether a filter ends with something else than 0 for what it is given.
    private static func mayFail(_ program: String, _ arguments: [ShellWord]) -> Bool {
        func mention(_ word: String) -> Bool { arguments.contains { $0.value?.mentions(word) ?? true } }
        return switch program {
        case "xargs": true
        case "awk", "gawk": mention("exit") || mention("-f")
        case "sed": mention("q") || mention("Q") || mention("-f")
        default: false
        }
    }

    private static func parts(_ command: ShellScript.Command) -> (String, [ShellWord]) {
        let words = command.words.drop { $0.assignment != nil }
        return (words.first.flatMap(CheckCommand.name) ?? "", Array(words.dropFirst()))
    }

    private static func grep(_ program: String, _ arguments: [ShellWord], place: String?) -> CheckOutput {
        let options = CheckOptions(
            arguments,
            .init(
                flags: "qsiEFowxvcnahHP", values: "emABC",
                longFlags: [
                    "quiet", "silent", "ignore-case", "fixed-strings", "extended-regexp", "word-regexp",
                ],
                longValues: ["regexp", "max-count"]))
        let isInverted = options.has("-v", "-c", "--invert-match", "--count")
        let word = options.value("-e", "--regexp") ?? options.operands.first
        guard !isInverted, let text = word?.value,
            let pattern = GrepPattern(
                text,
                isExtended: program == "egrep" || options.has("-E", "--extended-regexp", "-P"),
                isFixed: program == "fgrep" || options.has("-F", "--fixed-strings"),
                isWhole: options.has("-x"),
                ignoresCase: options.has("-i", "--ignore-case"))
        else { return .unread }
        guard let place else { return .matches(pattern) }
        // One value is one line.
        for quoted in [text.dropFirst().dropLast(), text[...]] {
            let value = String(quoted)
            if text == "^\(value)$" || options.has("-x"), text == "^\(value)$" || text == value {
                return .json(pointer: place, value: value)
            }
        }
        return .unread
    }
}

/// A filter of jq that says one value by its place: `.status`, `.a.b == "ok"`.
struct JQFilter {
    /// The place, by RFC 6901.
    let pointer: String
    let value: String?

    init?(_ text: String) {
        var rest = Array(text.utf8)[...].trimmed
        var pointer = ""
        guard rest.first == UInt8(ascii: ".") else { return nil }
        while let byte = rest.first, byte == UInt8(ascii: ".") || byte == UInt8(ascii: "[") {
            rest.removeFirst()
            if byte == UInt8(ascii: "."), rest.first == UInt8(ascii: "[") { continue }
            var name: ArraySlice<UInt8>
            if rest.first == ASCII.quote {
                rest.removeFirst()
                name = rest.prefix { $0 != ASCII.quote && $0 != ASCII.backslash }
                rest = rest.dropFirst(name.count)
                guard rest.popFirst() == ASCII.quote else { return nil }
            } else {
                name = rest.prefix(while: CheckVariables.isNameByte)
                rest = rest.dropFirst(name.count)
                guard !name.isEmpty else { return nil }
            }
            if byte == UInt8(ascii: "[") {
                guard rest.popFirst() == UInt8(ascii: "]") else { return nil }
            }
            pointer +=
                "/"
                + name.text.utf8.reduce(into: "") { text, byte in
                    switch byte {
                    case UInt8(ascii: "~"): text += "~0"
                    case ASCII.slash: text += "~1"
                    default: text.unicodeScalars.append(Unicode.Scalar(byte))
                    }
                }
        }
        guard !pointer.isEmpty else { return nil }
        rest = rest.trimmed
        self.pointer = pointer
        guard !rest.isEmpty else {
            value = nil
            return
        }
        guard rest.starts(with: "==".utf8) else { return nil }
        let literal = rest.dropFirst(2).trimmed
        var text = literal
        if let string = JSONStrings.string(&text), text.isEmpty {
            value = string[...].text
        } else if literal.allSatisfy({
            CheckVariables.isNameByte($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        }) {
            value = literal.text
        } else {
            return nil
        }
    }
}
