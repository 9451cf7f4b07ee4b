/// A word of a command in a check, in the pieces that it is made of.
struct ShellWord: Sendable, Equatable {
    enum Piece: Sendable, Equatable {
        case text(ComposeText.Piece)
        /// A variable of the container; nil if the service's environment does not have it.
        case variable(name: String, ComposeText?)
        /// What a file in the container holds.
        case file(path: String)
        /// What a command prints.
        case output(of: ComposeText)
    }

    var pieces: [Piece]
    /// Whether the shell would look for files of that name.
    var isPattern = false

    init(_ pieces: [Piece]) {
        self.pieces = pieces
    }

    init(_ text: ComposeText) {
        pieces = text.pieces.map { .text($0) }
    }

    /// The word as a text: what is only known in the container has no value.
    var text: ComposeText {
        ComposeText(
            pieces.flatMap { piece -> [ComposeText.Piece] in
                switch piece {
                case .text(let text): [text]
                // What may be a secret keeps the name by which it is known.
                case .variable(let name, let value?)
                where ComposeText.soundsSecret(name) && !value.hasVariables:
                    [.variable(written: "${\(name)}", value: value.value)]
                case .variable(_, let value?): value.pieces
                case .variable(let name, nil): [.variable(written: "$\(name)", value: nil)]
                case .file(let path): [.variable(written: "$(cat \(path))", value: nil)]
                case .output: [.variable(written: "$(…)", value: nil)]
                }
            })
    }

    /// The value; nil if a piece has none.
    var value: String? {
        let text = text
        return text.unset.isEmpty ? text.value : nil
    }

    /// The expressions of the file in it that have no value: other than what only the container knows, they can be set.
    var unset: [String] {
        pieces.flatMap { piece -> [String] in
            switch piece {
            case .text(let text): ComposeText([text]).unset
            case .variable(_, let value?): value.unset
            case .variable, .file, .output: []
            }
        }
    }

    /// The beginning as far as it is written out.
    var beginning: String {
        guard case .text(.literal(let text)) = pieces.first else { return "" }
        return text
    }

    /// The one variable of the container that the word is.
    var variable: String? {
        guard pieces.count == 1, case .variable(let name, _) = pieces.first else { return nil }
        return name
    }

    /// The one file whose contents the word is.
    var file: String? {
        guard pieces.count == 1, case .file(let path) = pieces.first else { return nil }
        return path
    }

    /// The one command whose output the word is.
    var command: ComposeText? {
        guard pieces.count == 1, case .output(let text) = pieces.first else { return nil }
        return text
    }

    /// Whether it is exactly this text, written out or by variables.
    func isWord(_ text: String) -> Bool { value == text }

    /// The word behind its first bytes; nil if they are not written out.
    func dropping(prefix: String) -> ShellWord? {
        guard case .text(.literal(let text)) = pieces.first, text.hasPrefix(prefix) else { return nil }
        var word = self
        let rest = String(text.dropFirst(prefix.count))
        word.pieces.replaceSubrange(0..<1, with: rest.isEmpty ? [] : [.text(.literal(rest))])
        return word
    }

    /// Whether all of it stands there, and is more than nothing.
    var isWritten: Bool {
        !pieces.isEmpty && pieces.allSatisfy { if case .text(.literal) = $0 { true } else { false } }
    }

    /// The word for people, where nothing of it is a variable's value.
    var shown: String {
        isWritten || pieces.isEmpty ? PrintableText.line(text.value) : "a variable"
    }

    /// The names of what has no value: never a default, which may be a secret.
    var unknown: [String] {
        text.unset.map { written in
            let name = written.drop { $0 == "$" || $0 == "{" }.prefix {
                $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber))
            }
            return name.isEmpty ? "a command's output" : String(name)
        }
    }
}

extension ComposeText {
    /// The text with a piece behind it.
    func appending(_ text: ComposeText) -> ComposeText { ComposeText(pieces + text.pieces).joined }

    func appending(_ text: String) -> ComposeText { appending(ComposeText(text)) }

    /// The same text with neighbouring literals as one piece.
    var joined: ComposeText {
        var result: [Piece] = []
        for piece in pieces {
            if case .literal(let more) = piece {
                if more.isEmpty { continue }
                if case .literal(let text) = result.last {
                    result.removeLast()
                    result.append(.literal(text + more))
                    continue
                }
            }
            result.append(piece)
        }
        return ComposeText(result)
    }

    /// The text with each of its values changed.
    func mapValues(_ change: (String) -> String) -> ComposeText {
        ComposeText(
            pieces.map {
                switch $0 {
                case .literal(let text): .literal(change(text))
                case .variable(let written, let value): .variable(written: written, value: value.map(change))
                }
            })
    }
}
