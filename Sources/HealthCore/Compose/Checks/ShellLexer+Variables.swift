// What is replaced in a word: `$NAME`, `${NAME:-default}`, `$(…)`.
extension ShellLexer {
    mutating func takeBackquoted(into word: inout WordBuilder) throws(Trouble) {
        let start = place
        while let unit = next {
            place += 1
            if case .byte(UInt8(ascii: "`")) = unit {
                return append(command: start..<(place - 1), to: &word)
            }
        }
        throw .unclosed
    }

    /// Takes what follows a `$`.
    mutating func takeDollar(into word: inout WordBuilder, isQuoted: Bool) throws(Trouble) {
        if take("(") {
            let start = place
            try skip(to: UInt8(ascii: ")"), opening: UInt8(ascii: "("))
            return append(command: start..<(place - 1), to: &word)
        }
        if take("{") {
            let start = place
            try skip(to: UInt8(ascii: "}"), opening: UInt8(ascii: "{"))
            return expand(start..<(place - 1), into: &word)
        }
        let start = place
        while let byte = byte(), CheckVariables.isNameByte(byte) { place += 1 }
        if start < place {
            return append(variable: text(start..<place).value, to: &word, isQuoted: isQuoted)
        }
        guard let byte = byte(), "?$!@*#-".utf8.contains(byte) else { return word.append(UInt8(ascii: "$")) }
        place += 1
        word.append(.text(.variable(written: "$\(Unicode.Scalar(byte))", value: nil)))
    }

    /// Goes behind the sign that closes what was opened; quotes inside are skipped.
    private mutating func skip(to closing: UInt8, opening: UInt8) throws(Trouble) {
        var (level, quote) = (1, UInt8?.none)
        while let unit = next {
            place += 1
            guard case .byte(let byte) = unit else { continue }
            if byte == ASCII.backslash, quote != UInt8(ascii: "'") {
                place += 1
            } else if let open = quote {
                if byte == open { quote = nil }
            } else if byte == ASCII.quote || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == opening {
                level += 1
            } else if byte == closing {
                level -= 1
                if level == 0 { return }
            }
        }
        throw .unclosed
    }

    /// The text of some units.
    private func text(_ range: Range<Int>) -> ComposeText {
        var (pieces, literal) = ([ComposeText.Piece](), [UInt8]())
        for unit in units.dropFirst(range.lowerBound).prefix(range.count) {
            switch unit {
            case .byte(let byte): literal.append(byte)
            case .piece(let piece):
                pieces.append(.literal(literal[...].text))
                pieces.append(piece)
                literal = []
            }
        }
        return ComposeText(pieces + [.literal(literal[...].text)]).joined
    }

    /// `${NAME}` and `${NAME:-default}`, without the braces.
    private func expand(_ range: Range<Int>, into word: inout WordBuilder) {
        let body = text(range)
        guard case .literal(let written) = body.pieces.first ?? .literal("") else { return }
        let name = String(decoding: written.utf8.prefix(while: CheckVariables.isNameByte), as: UTF8.self)
        let tail = written.dropFirst(name.count)
        let found = look(name)
        if tail.isEmpty, body.pieces.count == 1 { return word.append(contentsOf: found.pieces) }
        let isColon = tail.hasPrefix(":-")
        guard isColon || tail.hasPrefix("-") || tail.hasPrefix(":?") || tail.hasPrefix("?") else {
            return word.append(.text(.variable(written: "$\(name)", value: nil)))
        }
        let isKnown = found.pieces != [.variable(name: name, nil)] && !(isColon && found.value == "")
        if isKnown || !(isColon || tail.hasPrefix("-")) { return word.append(contentsOf: found.pieces) }
        var rest = body
        rest.pieces.removeFirst()
        let first = String(tail.dropFirst(isColon ? 2 : 1))
        // A variable in a default of a variable: nobody was seen to write one.
        guard !first.utf8.contains(UInt8(ascii: "$")) else {
            return word.append(.text(.variable(written: "$\(name)", value: nil)))
        }
        word.append(contentsOf: ([.literal(first)] + rest.pieces).map { .text($0) })
    }

    private func look(_ name: String) -> ShellWord {
        assigned.last { $0.name == name }?.word ?? variables.word(name)
    }

    private func append(variable name: String, to word: inout WordBuilder, isQuoted: Bool) {
        let found = look(name)
        // Blanks in it would make several words.
        if !isQuoted, found.text.value.utf8.contains(where: ASCII.isSpace) {
            return word.append(.text(.variable(written: "$\(name)", value: nil)))
        }
        word.append(contentsOf: found.pieces)
    }

    /// `$(…)`: a name of the container's own, a file, or a command.
    private func append(command range: Range<Int>, to word: inout WordBuilder) {
        let command = text(range)
        guard let tokens = try? Self.tokens(of: command, variables, depth: depth + 1) else {
            return word.append(.output(of: command))
        }
        if case .word(let first) = tokens.first, first.isWord("hostname") {
            return word.append(contentsOf: variables.word("HOSTNAME").pieces)
        }
        var words: [ShellWord] = []
        for token in tokens {
            switch token {
            case .word(let word): words.append(word)
            case .redirection("<"): words.append(ShellWord(ComposeText("cat")))
            default: words = []
            }
        }
        if words.count == 2, tokens.count == 2, words[0].isWord("cat"), let path = words[1].value {
            return word.append(.file(path: path))
        }
        word.append(.output(of: command))
    }
}
