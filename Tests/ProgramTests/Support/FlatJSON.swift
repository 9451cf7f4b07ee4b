/// The values of a JSON line of the program's, by key. Strings are decoded, null is no value, and
/// all else is the text that stands there. An object inside an array adds a list of its own.
struct FlatJSON {
    private(set) var objects: [[String: String]] = []

    /// Reads one line. What is not JSON yields nothing, which no expectation takes for an answer.
    init(_ line: some StringProtocol) {
        var rest = Array(line.unicodeScalars)[...]
        var key: String?
        while let scalar = rest.popFirst() {
            switch scalar {
            case "{": objects.append([:])
            case "\"":
                let text = Self.string(&rest)
                if rest.first == ":" {
                    key = text
                    rest.removeFirst()
                } else {
                    put(text, &key)
                }
            case "}", "]", "[", ",", " ", "\n": continue
            default:
                let word = [scalar] + rest.prefix { !",}]".unicodeScalars.contains($0) }
                rest = rest.dropFirst(word.count - 1)
                var text = String.UnicodeScalarView()
                text.append(contentsOf: word)
                if text.elementsEqual("null".unicodeScalars) { key = nil } else { put(String(text), &key) }
            }
        }
    }

    /// The value of a key in the last object that has it.
    subscript(_ key: String) -> String? {
        objects.last { $0[key] != nil }?[key]
    }

    private mutating func put(_ value: String, _ key: inout String?) {
        if let key, !objects.isEmpty { objects[objects.count - 1][key] = value }
        key = nil
    }

    private static func string(_ rest: inout ArraySlice<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        while let scalar = rest.popFirst(), scalar != "\"" {
            guard scalar == "\\", let escaped = rest.popFirst() else {
                text.append(scalar)
                continue
            }
            switch escaped {
            case "n": text.append("\n")
            case "u":
                let digits = String(String.UnicodeScalarView(rest.prefix(4)))
                rest = rest.dropFirst(4)
                text.append(UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) ?? "\u{FFFD}")
            default: text.append(escaped)
            }
        }
        return String(text)
    }
}
