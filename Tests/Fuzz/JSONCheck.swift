/// Whether bytes are JSON (RFC 8259), with no key twice in an object: a reader that shares nothing with our writers.
struct JSONCheck {
    private var rest: ArraySlice<UInt8>

    static func isValid(_ bytes: [UInt8]) -> Bool {
        guard String(validating: bytes, as: UTF8.self) != nil else { return false }
        var check = JSONCheck(rest: bytes[...])
        guard check.value() else { return false }
        check.skipSpace()
        return check.rest.isEmpty
    }

    private mutating func value() -> Bool {
        skipSpace()
        switch rest.first {
        case UInt8(ascii: "{"): return object()
        case UInt8(ascii: "["): return array()
        case UInt8(ascii: "\""): return string() != nil
        case nil: return false
        default:
            let word = rest.prefix { !",]} \n".utf8.contains($0) }
            rest = rest.dropFirst(word.count)
            let text = String(decoding: word, as: UTF8.self)
            return ["true", "false", "null"].contains(text) || Double(text) != nil
        }
    }

    private mutating func object() -> Bool {
        rest.removeFirst()
        var keys: Set<[UInt8]> = []
        skipSpace()
        if takes("}") { return true }
        repeat {
            skipSpace()
            guard let key = string(), keys.insert(key).inserted else { return false }
            skipSpace()
            guard takes(":"), value() else { return false }
            skipSpace()
        } while takes(",")
        return takes("}")
    }

    private mutating func array() -> Bool {
        rest.removeFirst()
        skipSpace()
        if takes("]") { return true }
        repeat {
            guard value() else { return false }
            skipSpace()
        } while takes(",")
        return takes("]")
    }

    /// The bytes between the quotes, as they are written.
    private mutating func string() -> [UInt8]? {
        guard takes("\"") else { return nil }
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return bytes }
            if byte < 0x20 { return nil }
            bytes.append(byte)
            guard byte == UInt8(ascii: "\\") else { continue }
            guard let letter = rest.popFirst(), "\"\\/bfnrtu".utf8.contains(letter) else { return nil }
            bytes.append(letter)
        }
        return nil
    }

    private mutating func skipSpace() {
        rest = rest.drop { " \n\r\t".utf8.contains($0) }
    }

    private mutating func takes(_ word: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: word) else { return false }
        rest = rest.dropFirst()
        return true
    }
}
