internal import HealthCore

/// The variables of a file like `.env`, by Compose's rules: comments, `export`, quotes, variables in values.
struct EnvironmentFile {
    private static let bom: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The names in their order, once each; a name without a value that is set nowhere is not among them.
    private(set) var names: [String] = []
    private(set) var values: [String: String] = [:]
    private(set) var mistakes: [FileError] = []
    private let file: Int
    /// The value of a variable from outside of the file, which comes before one of the file itself.
    private let known: (String) -> String?
    /// Those of the files before it, which come after its own.
    private let earlier: [String: String]

    /// Reads a file; in a raw one, a line is a name, `=` and a value, and nothing is replaced.
    init(
        _ bytes: [UInt8], file: Int, isRaw: Bool = false, after earlier: [String: String] = [:],
        known: @escaping (String) -> String?
    ) {
        (self.file, self.known, self.earlier) = (file, known, earlier)
        let text = bytes.starts(with: Self.bom) ? bytes.dropFirst(3) : bytes[...]
        if isRaw { readLines(text) } else { read(text) }
    }

    /// Adds another file, whose variables count more.
    mutating func add(_ bytes: [UInt8], file: Int) {
        let more = EnvironmentFile(bytes, file: file, after: values, known: known)
        for name in more.names { set(name, more.values[name]) }
        mistakes += more.mistakes
    }

    private mutating func set(_ name: String, _ value: String?) {
        guard let value else { return }
        if values.updateValue(value, forKey: name) == nil { names.append(name) }
    }

    private mutating func report(_ line: Int, _ message: String) {
        mistakes.append(FileError(position: Position(line: line, column: 1, file: file), message: message))
    }

    // MARK: Raw

    private mutating func readLines(_ text: ArraySlice<UInt8>) {
        let lines = text.split(separator: ASCII.lineFeed, omittingEmptySubsequences: false)
        for (index, whole) in lines.enumerated() {
            let line = (whole.last == ASCII.carriageReturn ? whole.dropLast() : whole).drop(
                while: ASCII.isSpace)
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            let name = line.prefix { $0 != UInt8(ascii: "=") }
            if name.isEmpty || name.contains(where: ASCII.isSpace) {
                report(index + 1, "not the name of a variable before the `=`")
            } else {
                let value = line.dropFirst(name.count)
                set(name.text, value.isEmpty ? known(name.text) : value.dropFirst().text)
            }
        }
    }

    // MARK: With quotes and variables

    private mutating func read(_ text: ArraySlice<UInt8>) {
        var rest = text
        var line = 1
        while let byte = rest.first {
            if byte == ASCII.lineFeed { line += 1 }
            if ASCII.isSpace(byte) {
                rest.removeFirst()
            } else if byte == UInt8(ascii: "#") {
                rest = rest.drop { $0 != ASCII.lineFeed }
            } else {
                guard readVariable(&rest, &line) else { return }
            }
        }
    }

    /// Reads a variable off the front; false after a mistake behind which nothing can be told apart.
    private mutating func readVariable(_ rest: inout ArraySlice<UInt8>, _ line: inout Int) -> Bool {
        if rest.starts(with: "export".utf8), rest.dropFirst(6).first.map(ASCII.isBlank) == true {
            rest = rest.dropFirst(6).drop(while: ASCII.isBlank)
        }
        let word = rest.prefix { !"=:\n".utf8.contains($0) }
        let end = rest.dropFirst(word.count).first
        rest = rest.dropFirst(word.count + (end == ASCII.lineFeed ? 0 : 1))
        let name = Self.trimmedEnd(word)
        guard !name.isEmpty, name.allSatisfy(Self.isNameByte) else {
            report(line, "not the name of a variable: a line is `NAME=value`")
            return false
        }
        guard let end, end != ASCII.lineFeed else {
            set(name.text, known(name.text))
            return true
        }
        rest = rest.drop { ASCII.isSpace($0) && $0 != ASCII.lineFeed }
        let start = line
        guard let (value, isLiteral) = takeValue(&rest, &line) else {
            report(start, "\(PrintableText.word(name)): a quote is not closed")
            return false
        }
        set(name.text, isLiteral ? value : expanded(value, start))
        return true
    }

    /// Takes a value; nil if its quote is not closed.
    private func takeValue(
        _ rest: inout ArraySlice<UInt8>, _ line: inout Int
    ) -> (text: String, isLiteral: Bool)? {
        guard let quote = rest.first, quote == ASCII.quote || quote == UInt8(ascii: "'") else {
            let whole = rest.prefix { $0 != ASCII.lineFeed }
            rest = rest.dropFirst(whole.count)
            let comment = whole.endOfFirst(" #".utf8).map { whole[..<($0 - 2)] }
            return (Self.trimmedEnd(comment ?? whole).text, false)
        }
        rest.removeFirst()
        var value: [UInt8] = []
        let isLiteral = quote != ASCII.quote
        while let byte = rest.popFirst() {
            if byte == quote { return ((isLiteral ? value : Self.unescaped(value))[...].text, isLiteral) }
            if byte == ASCII.lineFeed { line += 1 }
            value.append(byte)
            guard byte == ASCII.backslash, let next = rest.popFirst() else { continue }
            if next == ASCII.lineFeed { line += 1 }
            if next == quote { value.removeLast() }
            value.append(next)
        }
        return nil
    }

    /// The value with its variables replaced; one that is set nowhere is empty.
    private mutating func expanded(_ text: String, _ line: Int) -> String? {
        guard Interpolation.isNeeded(text) else { return text }
        let (outside, own, earlier) = (known, values, earlier)
        let interpolation = Interpolation(
            variable: { outside($0) ?? own[$0] ?? earlier[$0] }, unset: { _ in })
        do throws(Interpolation.SyntaxError) {
            return try interpolation.expand(text)
        } catch {
            report(line, error.message)
            return nil
        }
    }

    /// What a backslash means in double quotes; one before a `$` is a `$` that begins no variable.
    private static func unescaped(_ value: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var rest = value[...]
        while let byte = rest.popFirst() {
            guard byte == ASCII.backslash, let letter = rest.first else {
                result.append(byte)
                continue
            }
            if let meaning = escapes.first(where: { $0.letter == letter })?.meaning {
                result += meaning
                rest.removeFirst()
            } else {
                result.append(byte)
                // A backslash that means nothing keeps the one after it.
                if letter == ASCII.backslash { result.append(rest.removeFirst()) }
            }
        }
        return result
    }

    private static let escapes: [(letter: UInt8, meaning: [UInt8])] = [
        (UInt8(ascii: "a"), [0x07]), (UInt8(ascii: "b"), [0x08]), (UInt8(ascii: "f"), [0x0C]),
        (UInt8(ascii: "n"), [0x0A]), (UInt8(ascii: "r"), [0x0D]), (UInt8(ascii: "t"), [0x09]),
        (UInt8(ascii: "v"), [0x0B]), (UInt8(ascii: "$"), Array("$$".utf8)),
        (ASCII.backslash, [ASCII.backslash]), (ASCII.quote, [ASCII.quote]),
    ]

    private static func isNameByte(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || "_.-[]".utf8.contains(byte) || byte >= 0x80
    }

    private static func trimmedEnd(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        while let last = text.last, ASCII.isSpace(last) { text.removeLast() }
        return text
    }
}
