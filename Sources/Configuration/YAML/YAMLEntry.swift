internal import HealthCore

/// One `key: value` of a mapping.
struct YAMLEntry {
    var key: String
    var position: Position
    var value: YAMLNode
}

extension YAMLNode {
    /// The entries of a mapping, each key once. What `<<` merges comes last, and keys that stand in the mapping itself
    /// count more; of several mappings the first does. Nil if it is no mapping.
    func entries(_ path: String, _ report: (Position, String) -> Void) -> [YAMLEntry]? {
        guard case .mapping(let pairs) = content else {
            report(position, "\(path): a mapping is expected, not \(kind)")
            return nil
        }
        var entries: [YAMLEntry] = []
        var merged: [YAMLEntry] = []
        var names: Set<String> = []
        for (key, value) in pairs {
            guard case .scalar(let name, _) = key.content else {
                report(key.position, "\(path): a key must be a word, not \(key.kind)")
                continue
            }
            if name == "<<" {
                var sources = [value]
                if case .sequence(let items) = value.content { sources = items }
                for source in sources { merged += source.entries("\(path): <<", report) ?? [] }
            } else if names.insert(name).inserted {
                entries.append(YAMLEntry(key: name, position: key.position, value: value))
            } else {
                report(key.position, "\(path): \(PrintableText.word(name.utf8)) stands here twice")
            }
        }
        for entry in merged where names.insert(entry.key).inserted { entries.append(entry) }
        return entries
    }
}
