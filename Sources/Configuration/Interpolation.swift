internal import HealthCore

/// Compose's `${NAME}` in values (C-11…C-16), except that an unset variable without a default is a mistake.
struct Interpolation {
    /// Why a value cannot be completed; it names variables, never values.
    struct Problem: Error {
        var message: String
    }

    /// How one `$…` is replaced, given what was written.
    private let variable: (String) -> String?
    /// Replaces what a variable expression yields, given how it was written, for the summary.
    private let substitute: (_ value: String, _ written: String) -> String

    init(
        variable: @escaping (String) -> String?,
        substitute: @escaping (_ value: String, _ written: String) -> String = { value, _ in value }
    ) {
        self.variable = variable
        self.substitute = substitute
    }

    /// The text with every variable replaced.
    func expand(_ text: String) throws(Problem) -> String {
        try expand(Array(text.utf8)[...])
    }

    /// Whether there is anything to replace.
    static func isNeeded(_ text: String) -> Bool {
        text.utf8.contains(dollar)
    }

    private static let dollar = UInt8(ascii: "$")

    private func expand(_ text: ArraySlice<UInt8>) throws(Problem) -> String {
        var result: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == Self.dollar else {
                result.append(byte)
                continue
            }
            let start = rest.startIndex - 1
            if rest.first == Self.dollar {
                rest.removeFirst()
                result.append(Self.dollar)
            } else if rest.first == UInt8(ascii: "{") {
                rest.removeFirst()
                let value = try takeBraced(&rest)
                result += substitute(value, Self.string(text[start..<rest.startIndex])).utf8
            } else if case let name = rest.prefix(while: Self.isNameByte), Self.isName(name) {
                rest = rest.dropFirst(name.count)
                let value = try value(of: Self.string(name))
                result += substitute(value, Self.string(text[start..<rest.startIndex])).utf8
            } else {
                // A `$` that starts nothing stays.
                result.append(byte)
            }
        }
        return Self.string(result[...])
    }

    /// What follows `${`, up to and with its `}`.
    private func takeBraced(_ rest: inout ArraySlice<UInt8>) throws(Problem) -> String {
        guard let end = Self.closingBrace(in: rest) else {
            throw Problem(message: "`${` without `}`; a `$` alone is written `$$`")
        }
        let body = rest[..<end]
        rest = rest[(end + 1)...]
        let name = body.prefix(while: Self.isNameByte)
        guard Self.isName(name) else {
            throw Problem(message: "`${` needs the name of a variable; a `$` alone is written `$$`")
        }
        let tail = body.dropFirst(name.count)
        let variable = Self.string(name)
        guard let first = tail.first else { return try value(of: variable) }
        let isColon = first == UInt8(ascii: ":")
        let sign = isColon ? tail.dropFirst().first : first
        let word = tail.dropFirst(isColon ? 2 : 1)
        // With a colon, an empty value counts as none.
        let known = self.variable(variable).flatMap { isColon && $0.isEmpty ? nil : $0 }
        switch sign {
        case UInt8(ascii: "-"):
            if let known { return known }
            return try expand(word)
        case UInt8(ascii: "+"): return known == nil ? "" : try expand(word)
        case UInt8(ascii: "?"):
            if let known { return known }
            let message = try expand(word)
            let tail = message.isEmpty ? "" : ": \(PrintableText.line(message))"
            throw Problem(message: "required variable \(variable) is missing a value\(tail)")
        default:
            throw Problem(
                message: "${\(variable)…} takes `:-default`, `:?message` or `:+value` after the name")
        }
    }

    private func value(of name: String) throws(Problem) -> String {
        guard let value = variable(name) else {
            throw Problem(message: "\(name) is not set; write ${\(name):-default} if it may be missing")
        }
        return value
    }

    /// The `}` that ends what began before: those of variables inside are not it.
    private static func closingBrace(in text: ArraySlice<UInt8>) -> Int? {
        var depth = 0
        var index = text.startIndex
        while index < text.endIndex {
            if text[index] == dollar, text.dropFirst(index + 1 - text.startIndex).first == UInt8(ascii: "{") {
                depth += 1
                index += 1
            } else if text[index] == UInt8(ascii: "}") {
                if depth == 0 { return index }
                depth -= 1
            }
            index += 1
        }
        return nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        let letter = byte | 0x20
        return byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
    }

    private static func isName(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first else { return false }
        return isNameByte(first) && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    }

    private static func string(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
