/// A share of a wait that is left to chance, in per cent.
package enum Share {
    package static let form = "a share from 0 to 50%, like 5%"

    /// Reads `0` or `5%`, as a part of one; nil if it is neither.
    package static func parse(_ text: String) -> Double? {
        if text == "0" { return 0 }
        guard text.hasSuffix("%"), let percent = Int(text.dropLast(), radix: 10), (0...50).contains(percent)
        else {
            return nil
        }
        return Double(nearest: percent) / 100
    }
}

/// Yes and no, as people write them.
package enum Flag {
    package static func parse(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }
}

/// `auth,loading`: reasons by their words.
package enum ReasonList {
    package static func parse(_ text: String) throws(ConfigurationError) -> [Reason] {
        var reasons: [Reason] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let reason = Reason(rawValue: String(word)) else {
                throw ConfigurationError(
                    "\(PrintableText.word(word.utf8)) is no reason; `waitfor help targets` lists them")
            }
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        return reasons
    }
}
