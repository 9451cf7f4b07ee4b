internal import HealthCore

extension ComposeReader {
    /// The entries of a mapping. Values that are reset are not there, but for a merge.
    mutating func entries(_ node: YAMLNode, _ path: String, keepsResets: Bool = false) -> [YAMLEntry]? {
        let entries = node.entries(path) { report($0, $1) }
        return keepsResets ? entries : entries?.filter { $0.value.tag != .reset }
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
