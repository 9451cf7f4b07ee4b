internal import HealthCore

extension ComposeReader {
    /// One `key: value` of a mapping.
    struct Entry {
        var key: String
        var position: Position
        var value: YAMLNode
    }

    /// The entries of a mapping, each key once. What `<<` merges comes last, and keys that stand in the mapping itself
    /// count more; of several mappings the first does. Values that are reset are not there, but for a merge.
    mutating func entries(_ node: YAMLNode, _ path: String, keepsResets: Bool = false) -> [Entry]? {
        guard case .mapping(let pairs) = node.content else {
            report(node.position, "\(path): a mapping is expected, not \(node.kind)")
            return nil
        }
        var entries: [Entry] = []
        var merged: [Entry] = []
        var names: Set<String> = []
        for (key, value) in pairs {
            guard case .scalar(let name, _) = key.content else {
                report(key.position, "\(path): a key must be a word, not \(key.kind)")
                continue
            }
            if name == "<<" {
                var sources = [value]
                if case .sequence(let items) = value.content { sources = items }
                for source in sources {
                    merged += self.entries(source, "\(path): <<", keepsResets: keepsResets) ?? []
                }
            } else if names.insert(name).inserted {
                entries.append(Entry(key: name, position: key.position, value: value))
            } else {
                report(key.position, "\(path): \(PrintableText.word(name.utf8)) stands here twice")
            }
        }
        for entry in merged where names.insert(entry.key).inserted { entries.append(entry) }
        return keepsResets ? entries : entries.filter { $0.value.tag != .reset }
    }

    /// The items of a list that are not reset.
    func items(_ items: [YAMLNode]) -> [YAMLNode] {
        items.contains { $0.tag == .reset } ? items.filter { $0.tag != .reset } : items
    }

    /// The texts of a list, or of one value.
    mutating func texts(_ node: YAMLNode, _ path: String) -> [ComposeText] {
        guard case .sequence(let items) = node.content else { return text(node, path).map { [$0] } ?? [] }
        return self.items(items).compactMap { text($0, path) }
    }

    /// The names of a list, once each, or the keys of a mapping.
    mutating func names(_ node: YAMLNode, _ path: String) -> [String] {
        if case .mapping = node.content { return (entries(node, path) ?? []).map(\.key) }
        var names: Set<String> = []
        return texts(node, path).map(\.value).filter { names.insert($0).inserted }
    }

    /// `true` or `false`; nil after a mistake.
    mutating func flag(_ node: YAMLNode, _ path: String) -> Bool? {
        guard let text = text(node, path), !isLenient || text.unset.isEmpty else { return nil }
        switch text.value.lowercased() {
        case "true", "yes", "on", "y": return true
        case "false", "no", "off", "n": return false
        default:
            report(node.position, "\(path): true or false is expected")
            return nil
        }
    }
}
