internal import HealthCore

/// A written check, without the words that could be secrets.
enum WrittenCheck {
    /// Options whose value may be one; after some, the value follows at once.
    private static let options = [
        "-a", "-p", "-u", "-H", "--pass", "--password", "--user", "--header", "--requirepass", "-P",
    ]

    /// The words, with variables as they were written.
    static func shown(_ words: [ComposeText]) -> String {
        var shown: [String] = []
        var (isHidden, quote): (Bool, UInt8?) = (false, nil)
        for word in words.flatMap({ $0.written.split(separator: " ") }) {
            let bytes = Array(word.utf8)
            let opening = bytes.first.flatMap { $0 == UInt8(ascii: "'") || $0 == ASCII.quote ? $0 : nil }
            if isHidden {
                if quote == nil { quote = opening }
                shown.append(isName(bytes) ? String(word) : "***")
                // A quoted value has several words.
                if quote == nil || bytes.last == quote { (isHidden, quote) = (false, nil) }
            } else {
                shown.append(masked(String(word)))
                isHidden = options.contains(String(word))
            }
        }
        return shown.joined(separator: " ")
    }

    /// A number, or a variable alone.
    private static func isName(_ word: [UInt8]) -> Bool {
        if word.allSatisfy(ASCII.isDigit) { return true }
        let name = word.filter { !"\"'${}".utf8.contains($0) }
        return word.contains(UInt8(ascii: "$")) && !name.isEmpty
            && name.allSatisfy { ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    private static func masked(_ word: String) -> String {
        let bytes = Array(word.utf8)
        // `https://user:password@host`
        if word.mentions("@"), word.mentions(":") { return "***" }
        for option in options where option.utf8.count > 2 && word.hasPrefix(option + "=") {
            return option + "=***"
        }
        // `-phunter2`, but not `-p` or `-p6379`.
        let tail = bytes.dropFirst(2)
        if ["-p", "-a", "-u"].contains(where: word.hasPrefix), !tail.isEmpty, !tail.allSatisfy(ASCII.isDigit)
        {
            return isName(Array(tail)) ? word : String(word.prefix(2)) + "***"
        }
        guard let sign = bytes.firstIndex(of: UInt8(ascii: "=")), sign + 1 < bytes.count else { return word }
        let name = String(decoding: bytes[..<sign], as: UTF8.self).lowercased()
        let isSecret = ["pass", "pwd", "secret", "token", "auth", "key"].contains(where: name.mentions)
        let isVariable = isName(Array(bytes[(sign + 1)...]))
        return isSecret && !isVariable ? String(decoding: bytes[...sign], as: UTF8.self) + "***" : word
    }
}
