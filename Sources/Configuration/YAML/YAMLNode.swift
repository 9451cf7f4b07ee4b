/// A position in a file, counted from 1.
struct Position: Comparable {
    var line: Int
    var column: Int
    /// Which of several files it is, by their order of being read.
    var file = 0

    static func < (left: Position, right: Position) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
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

    /// A tag of Compose's own: what becomes of the value that this one is merged with.
    enum MergeTag: String, CaseIterable {
        /// The other value goes, and this one, too.
        case reset = "!reset"
        /// This one takes the place of the other.
        case override = "!override"
    }

    let content: Content
    let position: Position
    let tag: MergeTag?
    let size: Size

    init(_ content: Content, at position: Position, tag: MergeTag? = nil) {
        self.content = content
        self.position = position
        self.tag = tag
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
