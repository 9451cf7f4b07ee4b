/// The parts of a URL in a check, each with its pieces.
struct ConnectionURI {
    var scheme = ""
    var user: ShellWord?
    var password: ShellWord?
    var host: ShellWord?
    var port: ShellWord?
    /// Without its first slash.
    var path: ShellWord?
    var query: ShellWord?
    var hasMore: Bool { query != nil }

    init(_ word: ShellWord) {
        self.init(parts: word)
        // A variable that holds several parts.
        let isWhole =
            !(host?.value ?? "").utf8.contains { ":/@?#".utf8.contains($0) }
            || host?.beginning.hasPrefix("[") == true
        if scheme.isEmpty && word.text.value.mentions("://") || !isWhole {
            let text = word.text
            if text.unset.isEmpty { self.init(parts: ShellWord(ComposeText(text.value))) }
        }
    }

    private init(parts word: ShellWord) {
        var rest = word
        if let end = word.beginning.utf8.endOfFirst("://".utf8) {
            let begun = String(word.beginning[..<end])
            scheme = String(begun.dropLast(3)).lowercased()
            rest = word.dropping(prefix: begun) ?? word
        }
        rest = rest.cut(at: UInt8(ascii: "#")).before
        let (beforeQuery, behind) = rest.cut(at: UInt8(ascii: "?"))
        query = behind
        let (authority, path) = beforeQuery.cut(at: ASCII.slash)
        self.path = path
        var place = authority
        let parts = authority.split(at: UInt8(ascii: "@"), keepsEmpty: true)
        if parts.count > 1, let last = parts.last {
            place = last
            let first = ShellWord(
                Array(parts.dropLast().map(\.pieces).joined(separator: [.text(.literal("@"))])))
            (user, password) = first.cut(at: ASCII.colon)
        }
        if place.beginning.hasPrefix("["), let end = place.beginning.firstIndex(of: "]") {
            let address = String(place.beginning[..<end].dropFirst())
            host = ShellWord(ComposeText(address))
            port = place.dropping(prefix: "[\(address)]:")
        } else {
            let (name, number) = place.cut(at: ASCII.colon)
            (host, port) = (name, number)
        }
        if host?.pieces.isEmpty == true { host = nil }
        if port?.pieces.isEmpty == true { port = nil }
    }
}

extension ComposeText {
    /// The lines `Name: value` of a request's fields.
    package var fields: [(name: String, value: ComposeText, line: ComposeText)] {
        ShellWord(self).split(at: ASCII.lineFeed).map { line in
            let (name, value) = line.cut(at: ASCII.colon)
            return (name.text.value, value?.text ?? ComposeText(""), line.text)
        }
    }
}

extension ShellWord {
    /// The parts between signs that are written out.
    func split(at sign: UInt8, keepsEmpty: Bool = false) -> [ShellWord] {
        var (words, pieces) = ([ShellWord](), [Piece]())
        for piece in self.pieces {
            guard case .text(.literal(let text)) = piece else {
                pieces.append(piece)
                continue
            }
            for (number, part) in text.utf8.split(separator: sign, omittingEmptySubsequences: false)
                .enumerated()
            {
                if number > 0 {
                    words.append(ShellWord(pieces))
                    pieces = []
                }
                if !part.isEmpty { pieces.append(.text(.literal(String(decoding: part, as: UTF8.self)))) }
            }
        }
        words.append(ShellWord(pieces))
        return keepsEmpty ? words : words.filter { !$0.pieces.isEmpty }
    }

    /// What stands before the first sign that is written out, and behind it.
    func cut(at sign: UInt8) -> (before: ShellWord, behind: ShellWord?) {
        let parts = split(at: sign, keepsEmpty: true)
        guard parts.count > 1, let first = parts.first else { return (self, nil) }
        let between: [Piece] = [.text(.literal(String(Unicode.Scalar(sign))))]
        return (first, ShellWord(Array(parts.dropFirst().map(\.pieces).joined(separator: between))))
    }
}
