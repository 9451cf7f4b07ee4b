/// A value of a JSON text that somebody else has written: its bytes, in which is found what is asked for.
package struct JSONValue: Sendable {
    private let bytes: [UInt8]

    /// Reads a whole text; nil if it is no JSON.
    package init?(_ text: [UInt8]) {
        guard let value = Self.value(of: [], in: text) else { return nil }
        self.init(of: value)
    }

    private init(of value: ArraySlice<UInt8>) { bytes = Array(value) }

    private static func value(of members: [String], in text: [UInt8]) -> ArraySlice<UInt8>? {
        do throws(JSONPointer.Malformed) {
            return try JSONPointer(members: members).value(in: text)
        } catch {
            return nil
        }
    }

    /// The value of a name of an object; nil if there is none.
    package func member(_ name: String) -> JSONValue? {
        Self.value(of: [name], in: bytes).map(JSONValue.init(of:))
    }

    /// The elements of an array; nil for any other value.
    package var elements: [JSONValue]? {
        do throws(JSONPointer.Malformed) {
            return try JSONPointer.elements(of: bytes)?.map(JSONValue.init(of:))
        } catch {
            return nil
        }
    }

    package var string: String? {
        var rest = bytes[...]
        return JSONStrings.string(&rest).map { $0[...].text }
    }

    package var bool: Bool? {
        switch bytes[...].text {
        case "true": true
        case "false": false
        default: nil
        }
    }

    /// A number of seconds, without an exponent.
    package var seconds: Duration? { DurationText.parse(bytes[...].text + "s", bareSeconds: false) }

    /// The value as one line for a terminal: what would not be seen in a string is escaped.
    package var line: String {
        var line = ""
        for scalar in bytes[...].text.unicodeScalars {
            switch scalar {
            case " "..."~": line.unicodeScalars.append(scalar)
            // Between values; in a string they are escaped already.
            case "\t", "\n", "\r": line += " "
            default:
                guard !PrintableText.isPrintable(scalar) else {
                    line.unicodeScalars.append(scalar)
                    continue
                }
                for unit in String(scalar).utf16 {
                    line += "\\u" + String(Int64(clamping: unit), width: 4, radix: 16)
                }
            }
        }
        return line
    }
}
