/// A JSON value, of the types that the reports need; objects keep the order of their keys.
package enum JSONText: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    /// A number with six decimals at most.
    case number(Double)
    case string(String)
    case object([(key: String, value: JSONText)])
    case array([JSONText])

    /// One line of JSON.
    package var text: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .number(let value):
            String(decimal: Int64(exactly: (value * 1e6).rounded()) ?? 0, per: 1_000_000, atLeast: 6)
        case .string(let value): Self.quoted(value)
        case .array(let items): "[" + items.map(\.text).joined(separator: ",") + "]"
        case .object(let pairs):
            "{" + pairs.map { Self.quoted($0.key) + ":" + $0.value.text }.joined(separator: ",") + "}"
        }
    }

    /// The string, or null.
    package static func optional(_ value: String?) -> JSONText {
        value.map(JSONText.string) ?? .null
    }

    /// A string in quotes, escaped for JSON.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\0"..<" ", "\u{7F}":
                result += "\\u" + String(Int64(clamping: scalar.value), width: 4, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
