/// `$NAME`, `${NAME}`, `$(NAME)`, `%NAME%` or `{{ … }}` that somebody meant to be replaced, and nobody did.
package enum UnexpandedVariable {
    /// What to say where one stands in a text that is no target; nil where there is none. Its name is told where it
    /// cannot be a part of a password.
    package static func advice(_ text: ArraySlice<UInt8>) -> String? {
        guard let (name, range) = first(in: text) else { return nil }
        let isSecret = secretRange(of: text).overlaps(range)
        let shown =
            isSecret || name.isEmpty ? "a variable" : "`\(String(decoding: text[range], as: UTF8.self))`"
        let whole = range == text.indices && !name.isEmpty ? "env:\(name)" : "env:NAME or ${NAME}"
        return "\(shown) stands there, and nobody replaced it (there is no shell): write \(whole)"
    }

    /// The beginning of a variable or a placeholder that stands in a text which is a target all the same; nil where there
    /// is none. A `$` alone may be one of a password.
    static func mark(in text: ArraySlice<UInt8>) -> String? {
        ["${", "$(", "{{", "[YOUR-", "<password>"].first { text.endOfFirst($0.utf8) != nil }
    }

    /// The name, empty for a template's, and where it stands.
    private static func first(in text: ArraySlice<UInt8>) -> (name: String, range: Range<Int>)? {
        for index in text.indices {
            let rest = text[(index + 1)...]
            switch text[index] {
            case UInt8(ascii: "$"):
                let closing: [UInt8: UInt8] = [
                    UInt8(ascii: "{"): UInt8(ascii: "}"), UInt8(ascii: "("): UInt8(ascii: ")"),
                ]
                let opening = rest.first.flatMap { closing[$0] }
                let name = (opening == nil ? rest : rest.dropFirst()).prefix(while: isNameByte)
                guard let first = name.first, !ASCII.isDigit(first) else { continue }
                guard let opening else { return (name.text, index..<name.endIndex) }
                guard let end = text[name.endIndex...].firstIndex(of: opening) else { continue }
                return (name.text, index..<(end + 1))
            case ASCII.percent:
                let name = rest.prefix(while: isNameByte)
                // `%41%42` is two letters.
                guard let first = name.first, !ASCII.isDigit(first), name.count > 2,
                    text[name.endIndex...].first == ASCII.percent
                else { continue }
                return (name.text, index..<(name.endIndex + 1))
            case UInt8(ascii: "{") where rest.first == UInt8(ascii: "{"):
                guard let end = rest.endOfFirst("}}".utf8) else { continue }
                return ("", index..<end)
            default: continue
            }
        }
        return nil
    }

    /// Where a password may be: before the last `@`, or from `password=` on.
    private static func secretRange(of text: ArraySlice<UInt8>) -> Range<Int> {
        if let start = text.endOfFirst("password=".utf8) { return start..<text.endIndex }
        let end = text.lastIndex(of: UInt8(ascii: "@")) ?? text.startIndex
        return text.startIndex..<end
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: "_")
    }
}
