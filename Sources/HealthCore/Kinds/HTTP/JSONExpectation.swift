/// What a body must say as JSON: a value at a place, or that there is one.
package struct JSONExpectation: Sendable, Equatable {
    private let pointer: JSONPointer
    private let value: Secret?

    /// Reads `/pointer` or `/pointer=value`.
    private init(_ text: ArraySlice<UInt8>) throws(SettingError) {
        let place = text.prefix { $0 != UInt8(ascii: "=") }
        pointer = try JSONPointer(place)
        value = place.count < text.count ? Secret(text.dropFirst(place.count + 1)) : nil
        guard !place.isEmpty || value != nil else { throw SettingError(JSONPointer.form) }
    }

    /// Reads lines of them.
    static func list(_ text: [UInt8]) throws(SettingError) -> [JSONExpectation] {
        var expectations: [JSONExpectation] = []
        for line in text[...].lines { expectations.append(try JSONExpectation(line)) }
        guard !expectations.isEmpty else { throw SettingError(JSONPointer.form) }
        return expectations
    }

    /// How a body differs.
    enum Mismatch {
        case noJSON
        case missing(JSONPointer)
        case other(JSONPointer, found: ArraySlice<UInt8>)

        /// The end of a sentence; `seen` is what was looked at.
        func sentence(about seen: String) -> String {
            switch self {
            case .noJSON: return "\(seen) is no JSON"
            case .missing(let pointer): return "its JSON has no \(pointer.text)"
            case .other(let pointer, let found):
                let place = pointer.text.isEmpty ? "its JSON" : "\(pointer.text) of its JSON"
                guard !pointer.mayBeSecret else { return "\(place) is not what is expected" }
                return "\(place) is \(PrintableText.line(found, atMost: 60)), which is not what is expected"
            }
        }
    }

    /// How a body differs from what is expected; nil where it does not.
    func mismatch(in body: [UInt8]) -> Mismatch? {
        let found: ArraySlice<UInt8>?
        do throws(JSONPointer.Malformed) { found = try pointer.value(in: body) } catch { return .noJSON }
        guard let found else { return .missing(pointer) }
        guard let value else { return nil }
        return value.reveal { Self.equals(found, $0[...]) } ? nil : .other(pointer, found: found)
    }

    /// Whether a value is the expected one: a text with or without its quotes, anything else without the blanks that
    /// mean nothing.
    private static func equals(_ found: ArraySlice<UInt8>, _ expected: ArraySlice<UInt8>) -> Bool {
        var rest = found
        guard let text = JSONStrings.string(&rest) else { return compact(found) == compact(expected) }
        if text.elementsEqual(expected) { return true }
        rest = expected
        return JSONStrings.string(&rest) == text && rest.isEmpty
    }

    private static func compact(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var (isQuoted, isEscaped) = (false, false)
        return text.filter { byte in
            defer {
                if byte == ASCII.quote, !isEscaped { isQuoted.toggle() }
                isEscaped = byte == ASCII.backslash && !isEscaped
            }
            return isQuoted || !ASCII.isSpace(byte)
        }
    }
}
