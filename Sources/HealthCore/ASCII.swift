/// ASCII bytes with a meaning in a grammar, and character classes.
package enum ASCII {
    @inlinable package static var tab: UInt8 { UInt8(ascii: "\t") }
    @inlinable package static var lineFeed: UInt8 { UInt8(ascii: "\n") }
    @inlinable package static var carriageReturn: UInt8 { UInt8(ascii: "\r") }
    @inlinable package static var space: UInt8 { UInt8(ascii: " ") }
    @inlinable package static var quote: UInt8 { UInt8(ascii: "\"") }
    @inlinable package static var backslash: UInt8 { UInt8(ascii: "\\") }
    @inlinable package static var colon: UInt8 { UInt8(ascii: ":") }
    @inlinable package static var slash: UInt8 { UInt8(ascii: "/") }
    @inlinable package static var percent: UInt8 { UInt8(ascii: "%") }

    /// Whether a byte is a `tchar`, of which a token consists (RFC 9110 §5.6.2).
    @inlinable package static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case _ where isLetter(byte) || isDigit(byte): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "^"), UInt8(ascii: "`"),
            UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    @inlinable package static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    @inlinable package static func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
    }

    /// Whether a byte is whitespace to C's `isspace`.
    @inlinable package static func isSpace(_ byte: UInt8) -> Bool {
        byte == space || (0x09...0x0D).contains(byte)
    }

    @inlinable package static func isBlank(_ byte: UInt8) -> Bool {
        byte == space || byte == tab
    }

    /// Whether a byte is a control character: DEL and tab are.
    @inlinable package static func isControl(_ byte: UInt8) -> Bool {
        byte < space || byte == 0x7F
    }

    @inlinable package static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    /// The value of a hexadecimal digit.
    @inlinable package static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension ArraySlice<UInt8> {
    /// Whether these bytes equal `word`, which is in lower case, without regard to case.
    package func isWord(_ word: String) -> Bool {
        count == word.utf8.count && zip(self, word.utf8).allSatisfy { ASCII.lowercased($0) == $1 }
    }

    /// The slice without blanks at both ends.
    package var trimmed: ArraySlice<UInt8> {
        var (start, end) = (startIndex, endIndex)
        while start < end, ASCII.isBlank(self[start]) { start += 1 }
        while start < end, ASCII.isBlank(self[end - 1]) { end -= 1 }
        return self[start..<end]
    }

    /// The non-empty lines, without their LF or CRLF.
    package var lines: [ArraySlice<UInt8>] {
        split(separator: ASCII.lineFeed).map { $0.last == ASCII.carriageReturn ? $0.dropLast() : $0 }
    }

    /// The bytes as text; invalid UTF-8 becomes U+FFFD, so that it equals no name.
    package var text: String { String(decoding: self, as: UTF8.self) }
}
