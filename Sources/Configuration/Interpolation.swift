internal import HealthCore

/// Compose's `${NAME}` in values (C-11…C-16), except that an unset variable without a default is a mistake where nobody
/// asks for its name.
struct Interpolation {
    /// An error of an expression. The message contains names of variables, and values only by a `:?message`.
    struct SyntaxError: Error {
        var message: String
        /// Whether the expanded text exceeds the limit.
        var isTooLong = false
        /// Whether `:?` asks for a variable that is not there.
        var isMissing = false
    }

    /// The maximum nesting of defaults, because every level takes a part of the stack.
    private static let depthLimit = 32

    /// The maximum bytes of an expanded text.
    private let limit: Int
    /// The value of a variable; nil if it is unset.
    private let variable: (String) -> String?
    /// Is told of an unset variable without a default, which is then without a value: its name, or nil if that may be a
    /// part of a password. Without it, such a variable is a mistake.
    private let unset: ((String?) -> Void)?
    /// Replaces the value of an expression, given its text as written, for the summary.
    private let substitute: (_ value: String, _ written: String) -> String

    init(
        variable: @escaping (String) -> String?, limit: Int = 1 << 20,
        substitute: @escaping (_ value: String, _ written: String) -> String = { value, _ in value },
        unset: ((String?) -> Void)? = nil
    ) {
        (self.variable, self.limit, self.unset, self.substitute) = (variable, limit, unset, substitute)
    }

    /// The text with every variable replaced.
    func expand(_ text: String) throws(SyntaxError) -> String {
        try pieces(text).value
    }

    /// The text in the pieces that its variables make.
    func pieces(_ text: String) throws(SyntaxError) -> ComposeText {
        try pieces(Array(text.utf8)[...], depth: 0)
    }

    /// Whether the text contains a `$`.
    static func isNeeded(_ text: String) -> Bool {
        text.utf8.contains(dollar)
    }

    private static let dollar = UInt8(ascii: "$")

    private func pieces(_ text: ArraySlice<UInt8>, depth: Int) throws(SyntaxError) -> ComposeText {
        guard depth < Self.depthLimit else {
            throw SyntaxError(message: "variables in variables, more than \(Self.depthLimit) levels deep")
        }
        var pieces: [ComposeText.Piece] = []
        var literal: [UInt8] = []
        var size = 0
        var rest = text
        while let byte = rest.popFirst() {
            if byte == Self.dollar, rest.first == Self.dollar {
                rest.removeFirst()
                literal.append(byte)
                size += 1
            } else if byte == Self.dollar, let value = try takeVariable(&rest, in: text, depth: depth) {
                if !literal.isEmpty { pieces.append(.literal(literal[...].text)) }
                literal = []
                size += value.size
                pieces.append(.variable(written: value.written, value: value.text))
            } else {
                // A `$` before no variable stands for itself.
                literal.append(byte)
                size += 1
            }
            guard size <= limit else {
                throw SyntaxError(message: "too much text comes out of variables", isTooLong: true)
            }
        }
        if !literal.isEmpty { pieces.append(.literal(literal[...].text)) }
        return ComposeText(pieces)
    }

    /// Takes a variable after its `$`, in braces or without; nil if there is none.
    private func takeVariable(
        _ rest: inout ArraySlice<UInt8>, in text: ArraySlice<UInt8>, depth: Int
    ) throws(SyntaxError) -> (written: String, text: String?, size: Int)? {
        let start = rest.startIndex - 1
        let value: String?
        if rest.first == UInt8(ascii: "{") {
            rest.removeFirst()
            value = try takeBraced(&rest, depth: depth)
        } else {
            let name = rest.prefix(while: Self.isNameByte)
            guard Self.isName(name) else { return nil }
            rest = rest.dropFirst(name.count)
            value = try self.value(
                of: name.text, isNameable: Self.isVariable(name, after: text[..<start].last))
        }
        let written = text[start..<rest.startIndex].text
        let shown = value.map { substitute($0, written) }
        return (written, shown, shown?.utf8.count ?? 0)
    }

    /// Takes an expression after `${`, its `}` included.
    private func takeBraced(_ rest: inout ArraySlice<UInt8>, depth: Int) throws(SyntaxError) -> String? {
        guard let end = Self.closingBrace(in: rest) else {
            throw SyntaxError(message: "`${` without `}`; a `$` alone is written `$$`")
        }
        let body = rest[..<end]
        rest = rest[(end + 1)...]
        let name = body.prefix(while: Self.isNameByte)
        guard Self.isName(name) else {
            throw SyntaxError(message: "`${` needs the name of a variable; a `$` alone is written `$$`")
        }
        let tail = body.dropFirst(name.count)
        let variable = name.text
        guard let first = tail.first else { return try value(of: variable) }
        let isColon = first == UInt8(ascii: ":")
        let sign = isColon ? tail.dropFirst().first : first
        let word = tail.dropFirst(isColon ? 2 : 1)
        // With a colon, an empty variable counts as unset.
        let known = self.variable(variable).flatMap { isColon && $0.isEmpty ? nil : $0 }
        switch sign {
        case UInt8(ascii: "-"):
            if let known { return known }
            return try meaning(of: word, depth: depth)
        case UInt8(ascii: "+"): return known == nil ? "" : try meaning(of: word, depth: depth)
        case UInt8(ascii: "?"):
            if let known { return known }
            let message = try pieces(word, depth: depth + 1).value
            let tail = message.isEmpty ? "" : ": \(PrintableText.line(message))"
            throw SyntaxError(
                message: "required variable \(variable) is missing a value\(tail)", isMissing: true)
        default:
            throw SyntaxError(
                message: "${\(variable)…} takes `:-default`, `:?message` or `:+value` after the name")
        }
    }

    /// The value of the word after a sign; nil if nothing is in it but variables that have none.
    private func meaning(of word: ArraySlice<UInt8>, depth: Int) throws(SyntaxError) -> String? {
        let text = try pieces(word, depth: depth + 1)
        return text.unset.isEmpty || !text.value.isEmpty ? text.value : nil
    }

    private func value(of name: String, isNameable: Bool = true) throws(SyntaxError) -> String? {
        if let value = variable(name) { return value }
        if let unset {
            unset(isNameable ? name : nil)
            return nil
        }
        throw SyntaxError(
            message: isNameable
                ? "\(name) is not set; write ${\(name):-default} if it may be missing"
                : "the name after a `$` is not set; a `$` alone is written `$$`")
    }

    /// Whether a `$NAME` without braces is surely a variable. In `pa$word` the name may be a part of a password, and is
    /// not shown.
    private static func isVariable(_ name: ArraySlice<UInt8>, after byte: UInt8?) -> Bool {
        name.allSatisfy { !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            && byte.map(isNameByte) != true
    }

    /// The index of the `}` that ends the expression. Braces inside come in pairs, as in `${A:-{"b":1}}`.
    private static func closingBrace(in text: ArraySlice<UInt8>) -> Int? {
        var depth = 0
        for index in text.indices {
            if text[index] == UInt8(ascii: "{") { depth += 1 }
            guard text[index] == UInt8(ascii: "}") else { continue }
            if depth == 0 { return index }
            depth -= 1
        }
        return nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || ASCII.isDigit(byte) || ASCII.isLetter(byte)
    }

    private static func isName(_ text: ArraySlice<UInt8>) -> Bool {
        text.first.map { isNameByte($0) && !ASCII.isDigit($0) } ?? false
    }
}
