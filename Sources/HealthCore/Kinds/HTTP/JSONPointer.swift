/// The place of a value in a JSON text (RFC 6901): `/components/db/status`.
struct JSONPointer: Sendable, Equatable {
    /// As it was written.
    let text: String
    private let steps: [[UInt8]]

    /// What is said of a text that is no place.
    static let form = "a place in the JSON begins with `/`, like /status=UP or /components/db"

    init(_ text: ArraySlice<UInt8>) throws(SettingError) {
        var steps: [[UInt8]] = []
        guard text.isEmpty || text.first == ASCII.slash else { throw SettingError(Self.form) }
        for step in text.split(separator: ASCII.slash, omittingEmptySubsequences: false).dropFirst() {
            guard let step = Self.unescaped(step) else {
                throw SettingError("`~` is written ~0 in a place of the JSON, and a `/` within a name ~1")
            }
            steps.append(step)
        }
        (self.text, self.steps) = (PrintableText.line(text), steps)
    }

    /// The value of a name of an object, of a name in that, and so on.
    init(members: [String]) {
        (text, steps) = (members.joined(separator: "/"), members.map { Array($0.utf8) })
    }

    private static func unescaped(_ step: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = step
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "~") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): bytes.append(ASCII.slash)
            default: return nil
            }
        }
        return bytes
    }

    /// Whether a value there may be a secret, by its name.
    var mayBeSecret: Bool { steps.last.map { SecretName.isOne($0[...]) } ?? false }

    /// Why a text is not read.
    struct Malformed: Error {}

    /// The value at the place, as the text has it; nil if there is none. The whole text is read: a half of a document
    /// has no values.
    func value(in document: [UInt8]) throws(Malformed) -> ArraySlice<UInt8>? {
        var scan = Scan(rest: document[...])
        // Some write a mark of the byte order, which RFC 8259 §8.1 lets a reader ignore.
        if document.starts(with: [0xEF, 0xBB, 0xBF]) { scan.rest = scan.rest.dropFirst(3) }
        let value = try scan.value(at: steps[...], depth: 0)
        JSONStrings.skipSpace(&scan.rest)
        guard scan.rest.isEmpty else { throw Malformed() }
        return value
    }

    /// The elements of a text that is an array; nil for any other value.
    static func elements(of document: [UInt8]) throws(Malformed) -> [ArraySlice<UInt8>]? {
        var scan = Scan(rest: document[...])
        return try scan.elements()
    }

    /// Goes through a text value by value, and makes nothing of it: what a document takes is its bytes.
    private struct Scan {
        private static let depthLimit = 64

        var rest: ArraySlice<UInt8>

        /// Takes one value. Returns what is at the place in it; without a place, nothing is looked for.
        mutating func value(at place: ArraySlice<[UInt8]>?, depth: Int) throws(Malformed) -> ArraySlice<
            UInt8
        >? {
            JSONStrings.skipSpace(&rest)
            let beginning = rest
            let inner: ArraySlice<UInt8>?
            switch rest.first {
            case UInt8(ascii: "{"): inner = try object(place, depth)
            case UInt8(ascii: "["): inner = try array(place, depth)
            case ASCII.quote:
                guard JSONStrings.string(&rest) != nil else { throw Malformed() }
                inner = nil
            default:
                try takeWord()
                inner = nil
            }
            return place?.isEmpty == true ? beginning.prefix(beginning.count - rest.count) : inner
        }

        private mutating func object(
            _ place: ArraySlice<[UInt8]>?, _ depth: Int
        ) throws(Malformed) -> ArraySlice<UInt8>? {
            try open(depth)
            if takes(UInt8(ascii: "}")) { return nil }
            var found: ArraySlice<UInt8>?
            repeat {
                JSONStrings.skipSpace(&rest)
                guard let key = JSONStrings.string(&rest), takes(UInt8(ascii: ":")) else { throw Malformed() }
                // Of two values with one name the last counts.
                let isMeant = place?.first == key
                let inner = try value(at: isMeant ? place?.dropFirst() : nil, depth: depth + 1)
                if isMeant { found = inner }
            } while takes(UInt8(ascii: ","))
            guard takes(UInt8(ascii: "}")) else { throw Malformed() }
            return found
        }

        private mutating func array(
            _ place: ArraySlice<[UInt8]>?, _ depth: Int
        ) throws(Malformed) -> ArraySlice<UInt8>? {
            try open(depth)
            if takes(UInt8(ascii: "]")) { return nil }
            var found: ArraySlice<UInt8>?
            var index = 0
            repeat {
                let isMeant = place?.first?.elementsEqual("\(index)".utf8) == true
                let inner = try value(at: isMeant ? place?.dropFirst() : nil, depth: depth + 1)
                if isMeant { found = inner }
                index += 1
            } while takes(UInt8(ascii: ","))
            guard takes(UInt8(ascii: "]")) else { throw Malformed() }
            return found
        }

        mutating func elements() throws(Malformed) -> [ArraySlice<UInt8>]? {
            guard rest.first == UInt8(ascii: "[") else { return nil }
            try open(0)
            if takes(UInt8(ascii: "]")) { return [] }
            var elements: [ArraySlice<UInt8>] = []
            repeat {
                if let element = try value(at: [], depth: 1) { elements.append(element) }
            } while takes(UInt8(ascii: ","))
            guard takes(UInt8(ascii: "]")) else { throw Malformed() }
            return elements
        }

        private mutating func open(_ depth: Int) throws(Malformed) {
            guard depth < Self.depthLimit else { throw Malformed() }
            rest = rest.dropFirst()
        }

        private mutating func takes(_ letter: UInt8) -> Bool {
            JSONStrings.skipSpace(&rest)
            return JSONStrings.takes(letter, from: &rest)
        }

        /// `true`, `false`, `null` or a number (RFC 8259 §6).
        private mutating func takeWord() throws(Malformed) {
            let word = rest.prefix { ASCII.isLetter($0) || ASCII.isDigit($0) || "+-.".utf8.contains($0) }
            rest = rest.dropFirst(word.count)
            guard ["true", "false", "null"].contains(word.text) || Self.isNumber(word) else {
                throw Malformed()
            }
        }

        private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
            var rest = word
            func takeDigits() -> Int {
                let digits = rest.prefix(while: ASCII.isDigit).count
                rest = rest.dropFirst(digits)
                return digits
            }
            _ = JSONStrings.takes(UInt8(ascii: "-"), from: &rest)
            let hasZero = rest.first == UInt8(ascii: "0")
            let digits = takeDigits()
            guard digits > 0, !hasZero || digits == 1 else { return false }
            if JSONStrings.takes(UInt8(ascii: "."), from: &rest), takeDigits() == 0 { return false }
            if let letter = rest.first, letter | 0x20 == UInt8(ascii: "e") {
                rest = rest.dropFirst()
                if let sign = rest.first, "+-".utf8.contains(sign) { rest = rest.dropFirst() }
                if takeDigits() == 0 { return false }
            }
            return rest.isEmpty
        }
    }
}
