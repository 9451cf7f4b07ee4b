/// A JSON array of strings: the exec form of a Dockerfile's instructions.
package enum JSONStrings {
    /// Reads an array of strings; nil for any other text.
    package static func read(_ text: ArraySlice<UInt8>) -> [[UInt8]]? {
        var rest = text
        skipSpace(&rest)
        guard takes(UInt8(ascii: "["), from: &rest) else { return nil }
        var strings: [[UInt8]] = []
        skipSpace(&rest)
        if !takes(UInt8(ascii: "]"), from: &rest) {
            repeat {
                skipSpace(&rest)
                guard let string = string(&rest) else { return nil }
                strings.append(string)
                skipSpace(&rest)
            } while takes(UInt8(ascii: ","), from: &rest)
            guard takes(UInt8(ascii: "]"), from: &rest) else { return nil }
        }
        skipSpace(&rest)
        return rest.isEmpty ? strings : nil
    }

    /// A string with its quotes, taken from the beginning; nil if there is none.
    static func string(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard takes(UInt8(ascii: "\""), from: &rest) else { return nil }
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return bytes
            case UInt8(ascii: "\\"):
                guard let more = escaped(&rest) else { return nil }
                bytes += more
            case ..<0x20: return nil
            default: bytes.append(byte)
            }
        }
        return nil
    }

    private static func escaped(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard let letter = rest.popFirst() else { return nil }
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            guard var unit = hexadecimal(&rest) else { return nil }
            // A surrogate pair.
            if (0xD800..<0xDC00).contains(unit), rest.starts(with: "\\u".utf8) {
                rest = rest.dropFirst(2)
                guard let low = hexadecimal(&rest), (0xDC00..<0xE000).contains(low) else { return nil }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            return Unicode.Scalar(unit).map { Array(String($0).utf8) }
        default: return nil
        }
    }

    private static func hexadecimal(_ rest: inout ArraySlice<UInt8>) -> UInt32? {
        let digits = rest.prefix(4).compactMap(ASCII.hexadecimal)
        guard digits.count == 4 else { return nil }
        rest = rest.dropFirst(4)
        return digits.reduce(0) { $0 << 4 | UInt32(clamping: $1) }
    }

    static func skipSpace(_ rest: inout ArraySlice<UInt8>) {
        rest = rest.drop(while: ASCII.isSpace)
    }

    static func takes(_ byte: UInt8, from rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }
}
