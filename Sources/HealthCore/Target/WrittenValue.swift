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
        for (opening, closing) in Self.quotes {
            guard rest.count > 1, rest.starts(with: opening.utf8),
                rest.suffix(closing.utf8.count).elementsEqual(closing.utf8)
            else { continue }
            let inner = rest.dropFirst(opening.utf8.count).dropLast(closing.utf8.count)
            guard inner.endOfFirst(closing.utf8) == nil else { continue }
            rest = Self.trimmed(inner)
            taken.append("quotation marks")
            break
        }
        text = Array(rest)
        warning =
            taken.isEmpty
            ? nil : "dropped from around the value of the variable: \(taken.joined(separator: ", "))"
    }

    /// Quotation marks, those of word processors too.
    private static let quotes = [
        ("\"", "\""), ("'", "'"), ("`", "`"), ("\u{201C}", "\u{201D}"), ("\u{2018}", "\u{2019}"),
    ]

    /// What is copied along with an address, and is not seen: the space that does not break, the space without width, and
    /// the byte order mark.
    private static let unseen = ["\u{A0}", "\u{200B}", "\u{FEFF}"]

    /// The text without blanks, line ends and what is not seen around it.
    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        while let count = lengthOfBlank(text, at: .beginning) { text.removeFirst(count) }
        while let count = lengthOfBlank(text, at: .end) { text.removeLast(count) }
        return text
    }

    private enum Side { case beginning, end }

    /// The number of bytes of a blank on one side of a text; nil if there is none.
    private static func lengthOfBlank(_ text: ArraySlice<UInt8>, at side: Side) -> Int? {
        guard let outer = side == .beginning ? text.first : text.last else { return nil }
        if ASCII.isSpace(outer) { return 1 }
        return unseen.first { blank in
            let count = blank.utf8.count
            return (side == .beginning ? text.prefix(count) : text.suffix(count)).elementsEqual(blank.utf8)
        }?.utf8.count
    }
}
