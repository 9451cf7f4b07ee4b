/// Sanitizes text from outside: one line of printable UTF-8, at most 200 bytes.
package enum PrintableText {
    package static let limit = 200

    /// The bytes as one line: unprintable bytes become `\xNN`, and a longer line ends in `…`.
    package static func line(_ bytes: some Collection<UInt8>, atMost limit: Int = limit) -> String {
        var result = ""
        var size = 0
        var parser = UTF8.ForwardParser()
        // A prefix suffices: a megabyte of text is not decoded.
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
            // The ellipsis takes three bytes.
            if size + shown.utf8.count > limit - 3 { return result + "…" }
            result += shown
            size += shown.utf8.count
        }
    }

    /// A text as one printable line.
    package static func line(_ text: String, atMost limit: Int = limit) -> String {
        // The fast path: nearly every text is short printable ASCII.
        let isPlain = text.utf8.count <= limit - 3 && text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
        return isPlain ? text : line(text.utf8, atMost: limit)
    }

    /// A word of the command line or a file, for an error message. A word that looks like a target or a setting, or
    /// has a blank (`password hunter2`), may hold a password and is shown as `***`.
    package static func word(_ bytes: some Collection<UInt8>) -> String {
        bytes.contains { " \t\n\r:/@=?#%&".utf8.contains($0) } ? "***" : line(bytes)
    }

    /// The text in quotes, formatted like Go's `%q`.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            let shown = quoted(scalar)
            // The ellipsis and the quote take four bytes.
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
        // Go escapes every space separator but U+0020.
        let isSpace = scalar != " " && scalar.properties.generalCategory == .spaceSeparator
        if isPrintable(scalar), !isSpace { return String(scalar) }
        let (mark, width) = scalar.value < 0x80 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
        return "\\\(mark)" + String(Int64(clamping: scalar.value), width: width, radix: 16)
    }

    /// Whether a scalar is seen where it stands.
    package static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
            false
        default: true
        }
    }

    /// The byte as `\xNN`.
    static func escaped(_ byte: UInt8) -> String {
        "\\x" + String(Int64(clamping: byte), width: 2, radix: 16)
    }
}
