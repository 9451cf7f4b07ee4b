/// The value of a variable that holds a target, without what a file of variables leaves around it.
struct WrittenValue {
    let text: [UInt8]
    /// What was taken away, for a person; nil where nothing was.
    let warning: String?

    init(_ value: String) {
        var rest = Array(value.utf8)[...]
        var taken: [String] = []
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) {
            rest = rest.dropFirst(3)
            taken.append("a byte order mark")
        }
        let line = Self.trimmed(rest)
        if line.count < rest.count {
            let isReturn = rest.last == ASCII.carriageReturn || rest.dropLast().last == ASCII.carriageReturn
            taken.append(isReturn ? "a carriage return (CRLF line ends)" : "blanks")
        }
        rest = line
        if let quote = rest.first, rest.count > 1, rest.last == quote,
            [UInt8(ascii: "'"), ASCII.quote].contains(quote),
            !rest.dropFirst().dropLast().contains(quote)
        {
            rest = Self.trimmed(rest.dropFirst().dropLast())
            taken.append("quotation marks")
        }
        text = Array(rest)
        warning =
            taken.isEmpty
            ? nil : "dropped from around the value of the variable: \(taken.joined(separator: ", "))"
    }

    /// The text without blanks and line ends around it.
    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text.drop(while: ASCII.isSpace)
        while let last = text.last, ASCII.isSpace(last) { text.removeLast() }
        return text
    }
}
