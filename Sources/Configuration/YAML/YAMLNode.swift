/// A place in a file, counted from 1.
struct Position: Comparable {
    var line: Int
    var column: Int

    static func < (left: Position, right: Position) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A piece of YAML, with the place where it begins.
struct YAMLNode {
    indirect enum Content {
        /// `isPlain`: without quotes, so that it may be a number, a boolean or null.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([(key: YAMLNode, value: YAMLNode)])
    }

    var content: Content
    var position: Position

    /// `~`, `null`, or nothing at all.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// What it is, for a person.
    var kind: String {
        switch content {
        case .scalar: isNull ? "nothing" : "a value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// What stands in the way of reading a file at all; only the first of these is known.
struct YAMLProblem: Error {
    var position: Position
    var message: String
}
