internal import HealthCore

/// What is wrong with a text that is no YAML, in words that say what to change. libyaml's own words are constants that
/// quote nothing of the file.
struct YAMLComplaint {
    /// libyaml's words for the mistake, and for what it was reading.
    let problem: String
    let context: String
    /// The line of the mistake, without its end, and the bytes of it before the mistake.
    let line: ArraySlice<UInt8>
    let before: ArraySlice<UInt8>

    init(_ problem: String, _ context: String, in bytes: [UInt8], at position: Position) {
        (self.problem, self.context) = (problem, context)
        let lines = bytes.split(
            separator: ASCII.lineFeed, maxSplits: position.line, omittingEmptySubsequences: false)
        line = lines.dropFirst(position.line - 1).first ?? []
        // A column counts characters; within an indentation these are bytes.
        before = line.prefix(position.column - 1)
    }

    var sentence: String {
        if hasTab { return "a tab: YAML is indented with blanks" }
        switch problem {
        case "found character that cannot start any token": return unusable
        case "did not find expected key":
            return
                "this line does not stand under the keys around it: check its indentation, and the quotes before it"
        case "mapping values are not allowed in this context":
            return "a `: ` where no key can be: check the indentation, or put the value in quotes"
        case "could not find expected ':'":
            return "a key without its `: `, or a line that is not indented enough, here or in the line before"
        case "did not find expected '-' indicator":
            return "an item of the list is missing its `- `, or does not stand under the others"
        case "block sequence entries are not allowed in this context": return "a `- ` where no list can begin"
        case "did not find expected ',' or ']'": return "a `,` or the `]` of the list is missing"
        case "did not find expected ',' or '}'": return "a `,` or the `}` of the mapping is missing"
        case "found unexpected end of stream": return "a quote is not closed"
        case "found unknown escape character":
            return "an unknown escape: in single quotes, a `\\` is a letter"
        case "did not find expected alphabetic or numeric character":
            return "a `*` or `&` begins the name of an anchor: put the value in quotes"
        case "control characters are not allowed": return "a control character"
        default: return context.isEmpty ? problem : "\(problem) \(context)"
        }
    }

    /// Whether there is a tab where the indentation is, or where the mistake is seen.
    private var hasTab: Bool {
        let indentation = line.prefix(while: ASCII.isBlank)
        return indentation.contains(ASCII.tab) || line.dropFirst(before.count).first == ASCII.tab
    }

    private var unusable: String {
        guard let byte = line.dropFirst(before.count).first, byte > 0x20, byte < 0x7F else {
            return "a character that begins no value: put the value in quotes"
        }
        return "a `\(Unicode.Scalar(byte))` begins no value: put the value in quotes"
    }
}
