/// The options of a command, by what the program takes.
struct CheckOptions {
    /// Options with their values, as written: `-U` and `app`.
    private(set) var values: [(name: String, word: ShellWord)] = []
    private(set) var flags: [String] = []
    /// What is no option.
    private(set) var operands: [ShellWord] = []
    /// Options that the program is not known to take.
    private(set) var unknown: [String] = []

    /// What a program takes: letters and long words, those with a value behind `:`.
    struct Grammar {
        /// Letters without a value.
        var flags = ""
        /// Letters with a value.
        var values = ""
        /// Letters whose value is only ever in the same word: `-pPASSWORD`.
        var attached = ""
        var longFlags: [String] = []
        var longValues: [String] = []
        /// Whether one dash begins a long word as well: `-addr`.
        var hasSingleDash = false
        /// Whether what follows the first operand is no option.
        var endsAtOperand = false
        /// Whether the beginning of one long word is enough: `--max-t`.
        var abbreviates = false

        /// The long word that is meant by its beginning.
        func longWord(_ beginning: String) -> String {
            guard abbreviates, !longFlags.contains(beginning), !longValues.contains(beginning) else {
                return beginning
            }
            let words = Set(longFlags + longValues).filter { $0.hasPrefix(beginning) }
            return words.count == 1 ? words.first ?? beginning : beginning
        }
    }

    init(_ words: [ShellWord], _ grammar: Grammar) {
        var rest = words[...]
        var isOver = false
        while let word = rest.popFirst() {
            let beginning = word.beginning
            guard !isOver, beginning.hasPrefix("-"), beginning.utf8.count > 1 else {
                operands.append(word)
                if grammar.endsAtOperand { isOver = true }
                continue
            }
            if word.isWord("--") {
                isOver = true
            } else if beginning.hasPrefix("--") {
                takeLong(word, dashes: "--", &rest, grammar)
            } else if grammar.hasSingleDash {
                takeLong(word, dashes: "-", &rest, grammar)
            } else {
                takeShort(word, &rest, grammar)
            }
        }
    }

    private mutating func takeLong(
        _ word: ShellWord, dashes: String, _ rest: inout ArraySlice<ShellWord>, _ grammar: Grammar
    ) {
        let whole = word.beginning.dropFirst(dashes.count)
        let written = String(whole.prefix { $0 != "=" })
        let name = grammar.longWord(written)
        if let value = word.dropping(prefix: "\(dashes)\(written)=") {
            values.append(("--\(name)", value))
            if !grammar.longValues.contains(name) { unknown.append("\(dashes)\(name)") }
        } else if grammar.longValues.contains(name), word.pieces.count == 1 {
            if let value = rest.popFirst() { values.append(("--\(name)", value)) }
        } else {
            flags.append("--\(name)")
            if !grammar.longFlags.contains(name) || word.pieces.count > 1 {
                unknown.append("\(dashes)\(name)")
            }
        }
    }

    private mutating func takeShort(
        _ word: ShellWord, _ rest: inout ArraySlice<ShellWord>, _ grammar: Grammar
    ) {
        var left = word.dropping(prefix: "-") ?? word
        while let letter = left.beginning.first {
            let name = "-\(letter)"
            left = left.dropping(prefix: String(letter)) ?? left
            if grammar.values.contains(letter) {
                if !left.pieces.isEmpty {
                    values.append((name, left))
                } else if let value = rest.popFirst() {
                    values.append((name, value))
                }
                return
            }
            if grammar.attached.contains(letter) {
                if left.pieces.isEmpty { flags.append(name) } else { values.append((name, left)) }
                return
            }
            flags.append(name)
            if !grammar.flags.contains(letter) { unknown.append(name) }
        }
        if !left.pieces.isEmpty { unknown.append("a variable behind `\(word.beginning)`") }
    }

    func has(_ names: String...) -> Bool { flags.contains { names.contains($0) } }

    /// The last value of an option, by any of its names.
    func value(_ names: String...) -> ShellWord? {
        values.last { names.contains($0.name) }?.word
    }

    /// All values of an option.
    func all(_ names: String...) -> [ShellWord] {
        values.filter { names.contains($0.name) }.map(\.word)
    }
}
