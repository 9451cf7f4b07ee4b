internal import HealthCore

/// A written check, without the words that could be secrets.
enum WrittenCheck {
    /// Options whose value may be one, besides those that say so; after some, the value follows at once.
    private static let options = [
        "-a", "-p", "-u", "-H", "-P", "-b", "--user", "--header", "--cookie", "--proxy-user",
    ]

    /// Whether a text, like a query, may have a secret written out in it.
    static func hasSecret(_ text: ComposeText) -> Bool { shown([text]).mentions("***") }

    /// The words, with variables as they were written.
    static func shown(_ words: [ComposeText]) -> String {
        var shown: [String] = []
        var hidden = 0
        for word in words.map(\.written) {
            // A word of the exec form is one value, unless it is a text for a shell.
            let first = word.prefix { $0 != " " }
            let isValue = hidden > 0 || word.hasPrefix("-") || masked(String(first)) != first
            let isText = word.utf8.contains(where: ASCII.isSpace) && !isValue
            if isText || words.count == 1 {
                shown.append(script(word))
            } else {
                shown.append(hidden > 0 ? value(word) : masked(word))
                hidden = hidden > 0 ? hidden - 1 : hides(word)
            }
        }
        return shown.joined(separator: " ")
    }

    private static func script(_ text: String) -> String {
        var shown: [String] = []
        var (hidden, quote): (Int, UInt8?) = (0, nil)
        for piece in text.utf8.split(whereSeparator: ASCII.isSpace) {
            let (word, isOpen, isHidden) = (String(decoding: piece, as: UTF8.self), quote != nil, hidden > 0)
            shown.append(isOpen || isHidden ? value(word) : masked(word))
            if isOpen {
                if piece.contains(where: { $0 == quote }) { quote = nil }
                continue
            }
            hidden = isHidden ? hidden - 1 : hides(word)
            // A quoted value has several words.
            if isHidden || shown.last != word, let first = piece.first(where: isQuote),
                !isHidden || piece.first == first, piece.count(where: { $0 == first }) % 2 == 1
            {
                quote = first
            }
        }
        return shown.joined(separator: " ")
    }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == ASCII.quote || byte == UInt8(ascii: "'") }

    private static func value(_ word: String) -> String { isName(Array(word.utf8)) ? word : "***" }

    /// A number, or a variable alone.
    private static func isName(_ word: [UInt8]) -> Bool {
        if word.allSatisfy(ASCII.isDigit) { return true }
        let name = word.filter { !"\"'${}".utf8.contains($0) }
        return word.contains(UInt8(ascii: "$")) && !name.isEmpty
            && name.allSatisfy { ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    /// How many words behind this one may be a secret.
    private static func hides(_ word: String) -> Int {
        let name = Array(word.utf8).filter { !isQuote($0) }[...].text
        if name == "authenticate_user" { return 2 }
        let isSecret = ComposeText.soundsSecret(name) && !name.hasPrefix("--no-")
        let isOpen = name.hasSuffix(":") || name.hasSuffix("=")
        let isOption = name.hasPrefix("--") && !name.mentions("=")
        return options.contains(name) || name.lowercased() == "auth"
            || isSecret && isOption || isOpen && ComposeText.soundsSecret(String(name.dropLast())) ? 1 : 0
    }

    private static func masked(_ word: String) -> String {
        let bytes = Array(word.utf8)
        // `https://user:password@host`
        if word.mentions("@") && word.mentions(":") || word.mentions("auth(") { return "***" }
        for option in options where option.utf8.count > 2 && word.hasPrefix(option + "=") {
            return option + "=***"
        }
        // `-phunter2`, but not `-p` or `-p6379`.
        let tail = bytes.dropFirst(2)
        if ["-p", "-a", "-u"].contains(where: word.hasPrefix), !tail.isEmpty, !tail.allSatisfy(ASCII.isDigit)
        {
            return isName(Array(tail)) ? word : String(word.prefix(2)) + "***"
        }
        // `PGPASSWORD=hunter2`, `?token=hunter2`, `{"password":"hunter2"}`
        let isURL = word.mentions("://")
        for (place, sign) in bytes.enumerated()
        where sign == UInt8(ascii: "=") || (sign == ASCII.colon && !isURL) {
            let (name, rest) = (bytes[..<place].filter { !isQuote($0) }, Array(bytes[(place + 1)...]))
            let last = name.split(omittingEmptySubsequences: false) { "?&,;{/".utf8.contains($0) }.last ?? []
            if !rest.isEmpty, ComposeText.soundsSecret(last.text), !isName(rest) {
                return bytes[...place].text + "***"
            }
        }
        return word
    }
}
