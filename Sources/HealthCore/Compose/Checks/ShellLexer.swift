/// Takes the text of `sh -c` apart into words and operators, as a POSIX shell does, without running anything.
///
/// Variables of Compose are in the text already: each is one piece of its word.
struct ShellLexer {
    /// Why a text is not taken apart.
    enum Trouble: Error {
        case unclosed
        case tooLong
        case tooDeep
        /// A word of the shell's grammar, like `if`.
        case compound(String)
    }

    enum Token: Equatable {
        case word(ShellWord)
        /// `;` also for a line end.
        case control(String)
        /// `<`, `>` and their kin; the next word is the file.
        case redirection(String)
    }

    enum Unit {
        case byte(UInt8)
        case piece(ComposeText.Piece)
    }

    /// The maximum bytes of a check: none that was seen has 4 KiB.
    static let limit = 16 << 10
    /// The maximum nesting of `$(…)` and `sh -c`.
    static let depthLimit = 4

    var units: [Unit] = []
    var place = 0
    let variables: CheckVariables
    let depth: Int
    private var tokens: [Token] = []
    var assigned: [(name: String, word: ShellWord)] = []

    private init(_ text: ComposeText, _ variables: CheckVariables, depth: Int) throws(Trouble) {
        guard depth < Self.depthLimit else { throw .tooDeep }
        (self.variables, self.depth) = (variables, depth)
        guard text.pieces.count <= Self.limit, text.value.utf8.count <= Self.limit else { throw .tooLong }
        for piece in text.pieces {
            if case .literal(let text) = piece {
                units += text.utf8.map { .byte($0) }
            } else {
                units.append(.piece(piece))
            }
        }
    }

    /// The words and operators of a text.
    static func tokens(
        of text: ComposeText, _ variables: CheckVariables, depth: Int = 0
    ) throws(Trouble) -> [Token] {
        var lexer = try ShellLexer(text, variables, depth: depth)
        try lexer.run()
        return lexer.tokens
    }

    var next: Unit? { place < units.count ? units[place] : nil }

    func byte(_ offset: Int = 0) -> UInt8? {
        guard place + offset < units.count, case .byte(let byte) = units[place + offset] else { return nil }
        return byte
    }

    mutating func take(_ text: String) -> Bool {
        for (offset, expected) in text.utf8.enumerated() where byte(offset) != expected { return false }
        place += text.utf8.count
        return true
    }

    private static let controls = ["&&", "||", ";;", "|&", "|", ";", "&", "(", ")"]
    private static let redirections = [
        "<<<", "<<-", "<<", "<&", "<>", "<", "&>>", "&>", ">>", ">&", ">|", ">",
    ]

    private mutating func run() throws(Trouble) {
        while next != nil {
            if take("\\\n") { continue }
            if byte().map(ASCII.isBlank) == true {
                place += 1
                continue
            }
            if byte() == ASCII.lineFeed || byte() == ASCII.carriageReturn {
                place += 1
                tokens.append(.control(";"))
                continue
            }
            if byte() == UInt8(ascii: "#") {
                while let byte = byte(), byte != ASCII.lineFeed { place += 1 }
                if byte() != ASCII.lineFeed, next != nil { place += 1 }
                continue
            }
            guard byte().map(Self.endsWord) == true else {
                try takeWord()
                continue
            }
            if let operation = Self.redirections.first(where: { take($0) }) {
                tokens.append(.redirection(operation))
            } else if let control = Self.controls.first(where: { take($0) }) {
                tokens.append(.control(control))
            }
        }
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        ASCII.isBlank(byte) || "\n\r|&;()<>".utf8.contains(byte)
    }

    private mutating func takeWord() throws(Trouble) {
        var word = WordBuilder()
        while let unit = next {
            guard case .byte(let byte) = unit else {
                takePiece(unit, into: &word, quote: nil)
                continue
            }
            if Self.endsWord(byte) { break }
            place += 1
            switch byte {
            case ASCII.backslash:
                if self.byte() == ASCII.lineFeed {
                    place += 1
                } else if let escaped = self.byte() {
                    place += 1
                    word.append(escaped)
                    word.isQuoted = true
                }
            case UInt8(ascii: "'"): try takeSingleQuoted(into: &word)
            case ASCII.quote: try takeDoubleQuoted(into: &word)
            case UInt8(ascii: "$"): try takeDollar(into: &word, isQuoted: false)
            case UInt8(ascii: "`"): try takeBackquoted(into: &word)
            default:
                if "*?[".utf8.contains(byte) { word.isPattern = true }
                word.append(byte)
            }
        }
        // A number before `<` or `>` says which descriptor.
        if let byte = byte(), "<>".utf8.contains(byte), word.isNumber { return }
        guard let word = word.word else { return }
        if let (name, value) = word.assignment, isAtCommand { assigned.append((name, value)) }
        tokens.append(.word(word))
    }

    /// Whether only assignments stand before this place in its command.
    private var isAtCommand: Bool {
        switch tokens.last {
        case nil, .control: true
        case .word(let word): word.assignment != nil
        case .redirection: false
        }
    }

    private mutating func takePiece(_ unit: Unit, into word: inout WordBuilder, quote: UInt8?) {
        place += 1
        guard case .piece(let piece) = unit, case .variable(let written, let value) = piece else { return }
        guard let value else { return word.append(.text(piece)) }
        let isSafe =
            switch quote {
            case UInt8(ascii: "'"): !value.utf8.contains(UInt8(ascii: "'"))
            case ASCII.quote: !value.utf8.contains { "\"\\$`".utf8.contains($0) }
            default:
                value.utf8.allSatisfy {
                    $0 >= 0x80 || ASCII.isDigit($0) || ASCII.isLetter($0) || "_./:@%+=,-".utf8.contains($0)
                }
            }
        // The shell would read the value as a part of its text.
        if quote == nil, value.isEmpty { return }
        word.append(.text(isSafe ? piece : .variable(written: written, value: nil)))
    }

    private mutating func takeSingleQuoted(into word: inout WordBuilder) throws(Trouble) {
        word.isQuoted = true
        while let unit = next {
            guard case .byte(let byte) = unit else {
                takePiece(unit, into: &word, quote: UInt8(ascii: "'"))
                continue
            }
            place += 1
            if byte == UInt8(ascii: "'") { return }
            word.append(byte)
        }
        throw .unclosed
    }

    private mutating func takeDoubleQuoted(into word: inout WordBuilder) throws(Trouble) {
        word.isQuoted = true
        while let unit = next {
            guard case .byte(let byte) = unit else {
                takePiece(unit, into: &word, quote: ASCII.quote)
                continue
            }
            place += 1
            switch byte {
            case ASCII.quote: return
            case ASCII.backslash:
                guard let escaped = self.byte() else { continue }
                if "\"\\$`".utf8.contains(escaped) {
                    word.append(escaped)
                } else if escaped != ASCII.lineFeed {
                    word.append(byte)
                    word.append(escaped)
                }
                place += 1
            case UInt8(ascii: "$"): try takeDollar(into: &word, isQuoted: true)
            case UInt8(ascii: "`"): try takeBackquoted(into: &word)
            default: word.append(byte)
            }
        }
        throw .unclosed
    }
}
