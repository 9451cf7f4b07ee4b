/// A position in a file, counted from 1.
struct Position: Comparable {
    var line: Int
    var column: Int

    static func < (left: Position, right: Position) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A node of YAML, with the position of its beginning.
struct YAMLNode {
    indirect enum Content {
        /// `isPlain`: without quotes, so that it may be a number, a boolean or null.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([(key: YAMLNode, value: YAMLNode)])
    }

    let content: Content
    let position: Position
    let size: Size

    init(_ content: Content, at position: Position) {
        self.content = content
        self.position = position
        size = Size(of: content)
    }

    /// The size of a node with aliases expanded.
    struct Size {
        var levels = 1
        var nodes = 1
        var bytes = 0

        fileprivate init(of content: Content) {
            var parts: [YAMLNode] = []
            switch content {
            case .scalar(let text, _): bytes = text.utf8.count
            case .sequence(let items): parts = items
            case .mapping(let pairs): parts = pairs.flatMap { [$0.key, $0.value] }
            }
            for part in parts {
                levels = max(levels, part.size.levels + 1)
                nodes += part.size.nodes
                bytes += part.size.bytes
            }
        }
    }

    /// Whether the node is `~`, `null` or empty.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The type of the node, for messages.
    var kind: String {
        switch content {
        case .scalar: isNull ? "nothing" : "a value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// An error in a file, with its position. A thrown `FileError` ends the reading; others are collected.
struct FileError: Error {
    var position: Position
    var message: String
}
