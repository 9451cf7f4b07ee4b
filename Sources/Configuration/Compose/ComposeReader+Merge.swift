internal import HealthCore

/// Compose's rules for a value that stands in two files, or in a service and the one that it extends: mappings are
/// merged, lists are appended, and any other value takes the place of the first.
extension ComposeReader {
    /// Where the merged values stand.
    enum Place {
        case services
        case service
        case key(String)
        case below
    }

    /// Merges a value with the one before it; nil if nothing is left.
    mutating func merge(_ base: YAMLNode?, _ over: YAMLNode, _ place: Place) -> YAMLNode? {
        if over.tag == .reset { return nil }
        guard let base, over.tag != .override, !isReplaced(place) else { return over }
        if over.isNull { return base }
        if base.isNull { return over }
        let (left, right) = (form(base, place), form(over, place))
        switch (left.content, right.content) {
        case (.mapping, .mapping): return mergeMappings(left, right, place)
        case (.sequence(let first), .sequence(let second)):
            return YAMLNode(.sequence(items(first) + items(second)), at: right.position)
        case (.scalar, .scalar): return right
        default:
            report(
                over.position,
                "\(over.kind) cannot be merged with \(base.kind)\(seen(at: base.position, from: over))")
            return base
        }
    }

    private func seen(at position: Position, from node: YAMLNode) -> String {
        let file = position.file == node.position.file ? "" : " of \(source(of: position)?.path ?? "")"
        return " in line \(position.line)\(PrintableText.line(file))"
    }

    private func isReplaced(_ place: Place) -> Bool {
        switch place {
        case .key("command"), .key("entrypoint"), .key("test"): true
        default: false
        }
    }

    private mutating func mergeMappings(_ left: YAMLNode, _ right: YAMLNode, _ place: Place) -> YAMLNode? {
        guard var merged = entries(left, "merged"), let over = entries(right, "merged", keepsResets: true)
        else {
            return right
        }
        var indices: [String: Int] = [:]
        for (index, entry) in merged.enumerated() { indices[entry.key] = index }
        var gone: Set<Int> = []
        for entry in over {
            guard let index = indices[entry.key] else {
                if entry.value.tag != .reset { merged.append(entry) }
                continue
            }
            if let value = merge(merged[index].value, entry.value, inner(place, entry.key)) {
                merged[index].value = value
            } else {
                gone.insert(index)
            }
        }
        let kept = merged.indices.filter { !gone.contains($0) }.map { merged[$0] }
        return mapping(kept, at: right.position)
    }

    /// A mapping of entries.
    func mapping(_ entries: [YAMLEntry], at position: Position) -> YAMLNode {
        let pairs = entries.map {
            (key: YAMLNode(.scalar($0.key, isPlain: false), at: $0.position), value: $0.value)
        }
        return YAMLNode(.mapping(pairs), at: position)
    }

    private func inner(_ place: Place, _ key: String) -> Place {
        switch place {
        case .services: .service
        case .service: .key(key)
        case .key("healthcheck") where key == "test": .key("test")
        // A variable without a value takes the place of one that has it.
        case .key("environment"): .key("test")
        default: .below
        }
    }

    // MARK: Short forms

    /// The long form of a value that can be written in two ways.
    private mutating func form(_ node: YAMLNode, _ place: Place) -> YAMLNode {
        guard case .key(let key) = place else { return node }
        switch (key, node.content) {
        case ("environment", .sequence(let items)):
            return mapping(self.items(items).compactMap { listed($0, "environment") }, at: node.position)
        case ("depends_on", .sequence(let items)), ("networks", .sequence(let items)):
            // The short form of an edge takes back what the long one before it says.
            let edge = key == "networks" ? [] : [("condition", "service_started"), ("required", "true")]
            let entries = self.items(items).compactMap { name in
                let all = edge.map {
                    YAMLEntry(
                        key: $0, position: name.position,
                        value: YAMLNode(.scalar($1, isPlain: true), at: name.position))
                }
                return entry(
                    name,
                    all.isEmpty
                        ? YAMLNode(.scalar("", isPlain: true), at: name.position)
                        : mapping(all, at: name.position))
            }
            return mapping(entries, at: node.position)
        case ("env_file", .scalar), ("profiles", .scalar):
            return YAMLNode(.sequence([node]), at: node.position)
        case ("build", .scalar):
            return mapping(
                [YAMLEntry(key: "context", position: node.position, value: node)], at: node.position)
        default: return node
        }
    }

    private func entry(_ name: YAMLNode, _ value: YAMLNode) -> YAMLEntry? {
        guard case .scalar(let text, _) = name.content else { return nil }
        return YAMLEntry(key: text, position: name.position, value: value)
    }

    /// `NAME=value` as an entry, with the variables in its name replaced.
    mutating func listed(_ node: YAMLNode, _ path: String) -> YAMLEntry? {
        guard var entry = pair(node), let name = text(entry.key, at: entry.position, path)?.value else {
            return nil
        }
        let bytes = Array(name.utf8)[...]
        // All of `NAME=value` may come out of one variable.
        if name != entry.key, entry.value.isNull, let sign = bytes.firstIndex(of: UInt8(ascii: "=")) {
            let literal = ComposeText(bytes[(sign + 1)...].text).written
            entry.value = YAMLNode(.scalar(literal, isPlain: false), at: node.position)
            entry.key = bytes[..<sign].text
        } else {
            entry.key = name
        }
        return entry
    }

    /// The value of a name alone is null.
    private func pair(_ node: YAMLNode) -> YAMLEntry? {
        guard case .scalar(let text, _) = node.content else { return nil }
        let bytes = Array(text.utf8)[...]
        guard let sign = Self.equalsSign(in: bytes) else {
            return YAMLEntry(
                key: text, position: node.position,
                value: YAMLNode(.scalar("", isPlain: true), at: node.position))
        }
        let value = YAMLNode(.scalar(bytes[(sign + 1)...].text, isPlain: false), at: node.position)
        return YAMLEntry(key: bytes[..<sign].text, position: node.position, value: value)
    }

    /// The first `=` that is in no `${…}`.
    private static func equalsSign(in text: ArraySlice<UInt8>) -> Int? {
        var depth = 0
        var last: UInt8?
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "{") where depth > 0 || last == UInt8(ascii: "$"): depth += 1
            case UInt8(ascii: "}") where depth > 0: depth -= 1
            case UInt8(ascii: "=") where depth == 0: return index
            default: break
            }
            last = text[index]
        }
        return nil
    }
}
