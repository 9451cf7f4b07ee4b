/// A word that grows.
struct WordBuilder {
    private var pieces: [ShellWord.Piece] = []
    private var literal: [UInt8] = []
    var isQuoted = false
    var isPattern = false

    mutating func append(_ byte: UInt8) { literal.append(byte) }

    mutating func append(_ piece: ShellWord.Piece) {
        if case .text(.literal(let text)) = piece { return literal += text.utf8 }
        flush()
        pieces.append(piece)
    }

    mutating func append(contentsOf more: [ShellWord.Piece]) {
        for piece in more { append(piece) }
    }

    private mutating func flush() {
        if !literal.isEmpty { pieces.append(.text(.literal(literal[...].text))) }
        literal = []
    }

    var isNumber: Bool {
        pieces.isEmpty && !isQuoted && !literal.isEmpty && literal.allSatisfy(ASCII.isDigit)
    }

    /// Nil if nothing at all was written: an empty variable without quotes is no word.
    var word: ShellWord? {
        var copy = self
        copy.flush()
        guard !copy.pieces.isEmpty || isQuoted else { return nil }
        var word = ShellWord(copy.pieces)
        word.isPattern = isPattern
        return word
    }
}

extension ShellWord {
    /// `NAME=value` before a command.
    var assignment: (name: String, value: ShellWord)? {
        let bytes = Array(beginning.utf8)
        let name = bytes.prefix(while: CheckVariables.isNameByte)
        guard let first = name.first, !ASCII.isDigit(first), name.count < bytes.count,
            bytes[name.count] == UInt8(ascii: "=")
        else { return nil }
        let text = String(decoding: name, as: UTF8.self)
        return dropping(prefix: "\(text)=").map { (text, $0) }
    }
}
