internal import CYAML
internal import HealthCore

/// Reads YAML through libyaml's events. The size of the result is limited, because an alias is a copy, and a few lines
/// of aliases can multiply beyond the memory.
struct YAMLReader: ~Copyable {
    private static let depthLimit = 32
    private static let nodeLimit = 20_000
    private static let byteLimit = 4 << 20

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// The file, for what is said of a mistake.
    private let bytes: [UInt8]
    /// The number of the file, for positions.
    private let file: Int
    private let tags: [YAMLNode.MergeTag]
    private var anchors: [String: YAMLNode] = [:]
    private var (nodeCount, byteCount) = (0, 0)

    /// Reads the only document of a file; nil for an empty file. Tags besides the standard ones and `tags` are mistakes.
    static func read(
        _ bytes: [UInt8], file: Int = 0, tags: [YAMLNode.MergeTag] = []
    ) throws(FileError) -> YAMLNode? {
        // libyaml also takes UTF-16, in which positions would differ.
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw FileError(position: Position(line: 1, column: 1, file: file), message: "not UTF-8")
        }
        var copy = bytes
        return try copy.withUnsafeMutableBufferPointer { buffer throws(FileError) in
            var reader = YAMLReader(bytes, file: file, tags: tags)
            yaml_parser_set_input_string(reader.parser, buffer.baseAddress, buffer.count)
            return try reader.readDocument()
        }
    }

    private init(_ bytes: [UInt8], file: Int, tags: [YAMLNode.MergeTag]) {
        (self.bytes, self.file, self.tags) = (bytes, file, tags)
        parser = .allocate(capacity: 1)
        precondition(yaml_parser_initialize(parser) == 1, "out of memory")
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    private mutating func readDocument() throws(FileError) -> YAMLNode? {
        _ = try next()
        guard try next().kind == YAML_DOCUMENT_START_EVENT else { return nil }
        let node = try readNode(try next(), depth: 0)
        _ = try next()
        let end = try next()
        guard end.kind == YAML_STREAM_END_EVENT else {
            throw FileError(position: end.position, message: "a second document: one file, one document")
        }
        return node
    }

    private mutating func readNode(_ event: Event, depth: Int) throws(FileError) -> YAMLNode {
        if event.kind == YAML_ALIAS_EVENT { return try resolve(event, depth: depth) }
        try require(levels: depth + 1, at: event.position)
        let tag = tags.first { $0.rawValue == event.foreignTag }
        guard event.foreignTag == nil || tag != nil else {
            let understood = tags.map { "`\($0.rawValue)`" }.joined(separator: " and ")
            throw FileError(
                position: event.position,
                message: tags.isEmpty
                    ? "tags are not supported: take away the `!…`"
                    : "of tags only \(understood) are understood")
        }
        try count(1, event.text.utf8.count, at: event.position)
        let content: YAMLNode.Content
        switch event.kind {
        case YAML_SEQUENCE_START_EVENT:
            var items: [YAMLNode] = []
            while case let item = try next(), item.kind != YAML_SEQUENCE_END_EVENT {
                items.append(try readNode(item, depth: depth + 1))
            }
            content = .sequence(items)
        case YAML_MAPPING_START_EVENT:
            var pairs: [(key: YAMLNode, value: YAMLNode)] = []
            while case let item = try next(), item.kind != YAML_MAPPING_END_EVENT {
                let key = try readNode(item, depth: depth + 1)
                pairs.append((key, try readNode(try next(), depth: depth + 1)))
            }
            content = .mapping(pairs)
        default:
            content = .scalar(event.text, isPlain: event.isPlain)
        }
        let node = YAMLNode(content, at: event.position, tag: tag)
        if let anchor = event.anchor { anchors[anchor] = node }
        return node
    }

    /// The node of an alias. An anchor is known only after its node has ended, so that no alias can contain itself.
    private mutating func resolve(_ event: Event, depth: Int) throws(FileError) -> YAMLNode {
        guard let known = event.anchor.flatMap({ anchors[$0] }) else {
            throw FileError(position: event.position, message: "an alias of no anchor before it")
        }
        try require(levels: depth + known.size.levels, at: event.position)
        try count(known.size.nodes, known.size.bytes, at: event.position)
        return YAMLNode(known.content, at: event.position, tag: known.tag)
    }

    private func require(levels: Int, at position: Position) throws(FileError) {
        guard levels <= Self.depthLimit else {
            throw FileError(position: position, message: "more than \(Self.depthLimit) levels deep")
        }
    }

    private mutating func count(_ nodes: Int, _ bytes: Int, at position: Position) throws(FileError) {
        (nodeCount, byteCount) = (nodeCount + nodes, byteCount + bytes)
        let excess =
            nodeCount > Self.nodeLimit
            ? "\(Self.nodeLimit) values" : byteCount > Self.byteLimit ? "\(Self.byteLimit >> 20) MiB" : nil
        guard let excess else { return }
        throw FileError(position: position, message: "more than \(excess), aliases written out")
    }

    // MARK: Events

    /// A copy of a libyaml event, which is freed at once.
    private struct Event {
        var kind: yaml_event_type_t
        var position: Position
        var anchor: String?
        var text = ""
        var isPlain = false
        /// A tag that is none of the standard ones like `!!str`, which are ignored.
        var foreignTag: String?
    }

    private func next() throws(FileError) -> Event {
        var raw = yaml_event_t()
        guard yaml_parser_parse(parser, &raw) == 1 else { throw parserError }
        defer { yaml_event_delete(&raw) }
        var event = Event(kind: raw.type, position: position(raw.start_mark))
        switch raw.type {
        case YAML_SCALAR_EVENT:
            let scalar = raw.data.scalar
            event.anchor = Self.text(scalar.anchor)
            event.text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            event.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            event.foreignTag = Self.foreign(scalar.tag)
        case YAML_ALIAS_EVENT: event.anchor = Self.text(raw.data.alias.anchor)
        case YAML_SEQUENCE_START_EVENT:
            event.anchor = Self.text(raw.data.sequence_start.anchor)
            event.foreignTag = Self.foreign(raw.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT:
            event.anchor = Self.text(raw.data.mapping_start.anchor)
            event.foreignTag = Self.foreign(raw.data.mapping_start.tag)
        default: break
        }
        return event
    }

    /// The error of libyaml, whose messages are constants and quote nothing of the file.
    private var parserError: FileError {
        let position = position(parser.pointee.problem_mark)
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "not YAML"
        let context = parser.pointee.context.map { String(cString: $0) } ?? ""
        return FileError(
            position: position, message: YAMLComplaint(problem, context, in: bytes, at: position).sentence)
    }

    private func position(_ mark: yaml_mark_t) -> Position {
        Position(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1, file: file)
    }

    private static func text(_ bytes: UnsafeMutablePointer<UInt8>?) -> String? {
        bytes.map { String(cString: $0) }
    }

    private static func foreign(_ tag: UnsafeMutablePointer<UInt8>?) -> String? {
        guard let tag = text(tag), tag != "!", !tag.hasPrefix("tag:yaml.org,2002:") else { return nil }
        return tag
    }
}
