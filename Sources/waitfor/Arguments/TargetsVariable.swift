import HealthCore

/// The targets in WAITFOR_TARGETS.
enum TargetsVariable {
    static let name = "WAITFOR_TARGETS"

    /// The targets, which blanks separate; within quotes and brackets they do not. Quotes around a whole target are
    /// taken away.
    static func words(_ text: String) -> [[UInt8]] {
        var (words, word): ([[UInt8]], [UInt8]) = ([], [])
        var (quote, depth): (UInt8?, Int) = (nil, 0)
        for byte in text.utf8 {
            if ASCII.isSpace(byte), quote == nil, depth == 0 {
                if !word.isEmpty { words.append(word) }
                word = []
                continue
            }
            word.append(byte)
            switch byte {
            case quote: quote = nil
            case _ where quote != nil: break
            case UInt8(ascii: "'"), ASCII.quote: quote = byte
            case UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]"): depth = max(0, depth - 1)
            default: break
            }
        }
        if !word.isEmpty { words.append(word) }
        return words.map { word in
            let isQuoted =
                word.count > 1 && word.first == word.last
                && [UInt8(ascii: "'"), ASCII.quote].contains(word[0])
            return isQuoted ? Array(word.dropFirst().dropLast()) : word
        }
    }
}

/// Variables that look like an option of ours, and are none.
enum UnknownVariables {
    /// What to say of each. Kubernetes makes WAITFOR_… variables for a Service that is called so, which are nobody's
    /// mistake.
    static func notes(among names: [String]) -> [String] {
        // A command of `on_change` has them, and may call waitfor.
        let told = StateChange.variables.allSatisfy(names.contains) ? StateChange.variables : []
        let known =
            told + [TargetsVariable.name]
            + Option.all.flatMap { option in Verb.allCases.flatMap(option.variables) }
        let verbs = Verb.allCases.map { "WAITFOR_\($0.rawValue.uppercased())_" }
        return names.compactMap { name in
            guard !known.contains(name), !isOfKubernetes(name) else { return nil }
            let word = name.dropFirst("WAITFOR_".count)
            let meant = NearestWord.of(name, among: known) ?? known.first { $0.hasSuffix("_\(word)") }
            guard meant != nil || verbs.contains(where: name.hasPrefix) else { return nil }
            let hint = meant.map { "; did you mean `\($0)`?" } ?? ""
            return "\(PrintableText.word(name.utf8)) is no variable of waitfor's\(hint)"
        }
    }

    /// `…_SERVICE_HOST`, `…_SERVICE_PORT_WEB`, `…_PORT_8642_TCP_ADDR`.
    private static func isOfKubernetes(_ name: String) -> Bool {
        if name.hasSuffix("_SERVICE_HOST") || name.mentions("_SERVICE_PORT") || name.hasSuffix("_PORT") {
            return true
        }
        return ["_TCP", "_UDP", "_SCTP"].contains { name.mentions("\($0)_") || name.hasSuffix($0) }
            && name.mentions("_PORT_")
    }
}
