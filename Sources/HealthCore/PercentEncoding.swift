/// `%` and two hexadecimal digits for a byte (RFC 3986 §2.1).
package enum PercentEncoding {
    /// An invalid `%`, by its index.
    package struct DecodingError: Error {
        package let index: Int
        /// Whether the `%` encodes a NUL, which no text may have.
        package let isNUL: Bool
    }

    /// The index of the first `%` without two hexadecimal digits.
    package static func firstInvalid(in text: ArraySlice<UInt8>) -> Int? {
        text.indices.first { text[$0] == ASCII.percent && byte(at: $0, in: text) == nil }
    }

    /// Decodes a text; in a form's `key=value` pairs a `+` is a space.
    package static func decoded(
        _ text: ArraySlice<UInt8>, plusIsSpace: Bool = false
    ) throws(DecodingError) -> [UInt8] {
        var result: [UInt8] = []
        var rest = text
        while let byte = rest.first {
            guard byte == ASCII.percent else {
                result.append(plusIsSpace && byte == UInt8(ascii: "+") ? ASCII.space : byte)
                rest = rest.dropFirst()
                continue
            }
            let encoded = Self.byte(at: rest.startIndex, in: rest)
            guard let encoded, encoded != 0 else {
                throw DecodingError(index: rest.startIndex, isNUL: encoded != nil)
            }
            result.append(encoded)
            rest = rest.dropFirst(3)
        }
        return result
    }

    /// Encodes all but unreserved characters (RFC 3986 §2.3).
    package static func encoded(_ text: String) -> String {
        var result: [UInt8] = []
        for byte in text.utf8 {
            if ASCII.isLetter(byte) || ASCII.isDigit(byte) || "-._~".utf8.contains(byte) {
                result.append(byte)
            } else {
                result += "%\(String(Int64(clamping: byte), width: 2, radix: 16))".utf8
            }
        }
        return result[...].text
    }

    private static func byte(at index: Int, in text: ArraySlice<UInt8>) -> UInt8? {
        let digits = text[index...].dropFirst().prefix(2).compactMap(ASCII.hexadecimal)
        return digits.count == 2 ? digits[0] << 4 | digits[1] : nil
    }
}
