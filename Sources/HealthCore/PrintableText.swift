/// What a peer says is data: one line of printable UTF-8, at most 200 bytes.
package enum PrintableText {
    package static let limit = 200

    /// The bytes as one line; what is not printable becomes `\xNN`, and what is too long ends in `…`.
    package static func line(_ bytes: some Collection<UInt8>, atMost limit: Int = limit) -> String {
        var result = ""
        var size = 0
        var parser = UTF8.ForwardParser()
        // The limit and a little more is plenty to fill it: a megabyte of text is not decoded.
        let source = Array(bytes.prefix(limit + 8))
        var position = 0
        var iterator = source.makeIterator()
        while true {
            let length: Int
            var shown = ""
            switch parser.parseScalar(from: &iterator) {
            case .emptyInput: return result
            case .valid(let encoded):
                length = encoded.count
                let scalar = UTF8.decode(encoded)
                if isPrintable(scalar) { shown = String(scalar) }
            case .error(let count):
                length = count
            }
            if shown.isEmpty {
                shown = source[position..<position + length].map(escaped).joined()
            }
            position += length
            // Three bytes are kept for the ellipsis.
            if size + shown.utf8.count > limit - 3 { return result + "…" }
            result += shown
            size += shown.utf8.count
        }
    }

    /// The same for text that is UTF-8 already.
    package static func line(_ text: String, atMost limit: Int = limit) -> String {
        // Nearly always there is nothing to do.
        let isPlain = text.utf8.count <= limit - 3 && text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
        return isPlain ? text : line(text.utf8, atMost: limit)
    }

    /// A word that somebody typed, for a message about it. What looks like a target or a setting may
    /// hold a password, and so may what has a blank in it (`password hunter2`): that is not shown.
    package static func word(_ bytes: some Collection<UInt8>) -> String {
        bytes.contains { " \t\n\r:/@=?#%&".utf8.contains($0) } ? "***" : line(bytes)
    }

    /// The text in quotes, as Go's `%q` has it.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            let shown = quoted(scalar)
            // Four bytes are kept for the ellipsis and the quote.
            guard result.utf8.count + shown.utf8.count <= limit - 4 else { return result + "…\"" }
            result += shown
        }
        return result + "\""
    }

    private static func quoted(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\u{7}": return "\\a"
        case "\u{8}": return "\\b"
        case "\u{C}": return "\\f"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        case "\u{B}": return "\\v"
        default: break
        }
        // A space other than the usual one is escaped as well.
        let isSpace = scalar != " " && scalar.properties.generalCategory == .spaceSeparator
        if isPrintable(scalar), !isSpace { return String(scalar) }
        let (mark, width) = scalar.value < 0x80 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
        return "\\\(mark)" + String(Int64(clamping: scalar.value), width: width, radix: 16)
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
            false
        default: true
        }
    }

    /// `\xNN`.
    static func escaped(_ byte: UInt8) -> String {
        "\\x" + String(Int64(clamping: byte), width: 2, radix: 16)
    }
}
