/// What a peer says is data: one line of printable UTF-8, at most 200 bytes.
package enum PrintableText {
    package static let limit = 200

    /// The bytes as one line; what is not printable becomes `\xNN`, and what is too long ends in `…`.
    package static func line(_ bytes: some Collection<UInt8>) -> String {
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
    package static func line(_ text: String) -> String {
        line(text.utf8)
    }

    /// A word that somebody typed, for a message about it. What looks like a target or a setting may
    /// hold a password, and is not shown.
    package static func word(_ bytes: some Collection<UInt8>) -> String {
        bytes.contains { ":/@=?#%&".utf8.contains($0) } ? "***" : line(bytes)
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
            false
        default: true
        }
    }

    private static func escaped(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return "\\x" + (digits.count == 1 ? "0" : "") + digits
    }
}
