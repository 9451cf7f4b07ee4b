/// `%` and two hexadecimal digits for a byte (RFC 3986 §2.1).
package enum PercentEncoding {
    /// What cannot be decoded, and where its `%` is.
    package struct DecodingError: Error {
        package let index: Int
        /// Whether it encodes a NUL, which no text has.
        package let isNUL: Bool
    }

    /// The place of the first `%` that encodes nothing.
    package static func firstInvalid(in text: ArraySlice<UInt8>) -> Int? {
        text.indices.first { text[$0] == ASCII.percent && byte(at: $0, in: text) == nil }
    }

    /// Undoes the encoding; in the pairs of a form a `+` is a space.
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

    private static func byte(at index: Int, in text: ArraySlice<UInt8>) -> UInt8? {
        let digits = text[index...].dropFirst().prefix(2).compactMap(ASCII.hexadecimal)
        return digits.count == 2 ? digits[0] << 4 | digits[1] : nil
    }
}
