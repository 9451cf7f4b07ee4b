internal import HealthCore

/// What YAML has lists and mappings for, as the one text that the command line has.
extension ConfigurationReader {
    /// The text of a form; a list is a command as the `test` of a HEALTHCHECK has it (C-3).
    mutating func formText(_ form: Entry, _ path: String) -> String? {
        guard form.key == "exec", case .sequence(let items) = form.value.content else {
            return text(of: form.value, path)
        }
        guard let words = texts(of: items, path) else { return nil }
        switch (words.first, words.count) {
        case ("CMD", 2...): return "[" + words.dropFirst().map(JSONText.quoted).joined(separator: ",") + "]"
        case ("CMD-SHELL", 2): return words[1]
        default:
            mistake(form.value.position, "\(path): a list is [CMD, program, argument…] or [CMD-SHELL, text]")
            return nil
        }
    }

    /// The text of a setting; a list of reasons or a mapping of headers as the command line has it.
    mutating func settingText(_ entry: Entry, _ path: String) -> String? {
        if entry.key == "headers", case .mapping = entry.value.content {
            return headerLines(entry.value, path)
        }
        guard entry.key == "accept", case .sequence(let items) = entry.value.content else {
            return text(of: entry.value, path)
        }
        return texts(of: items, path)?.joined(separator: ",")
    }

    private mutating func texts(of items: [YAMLNode], _ path: String) -> [String]? {
        var texts: [String] = []
        for item in items {
            guard let text = text(of: item, path) else { return nil }
            texts.append(text)
        }
        return texts
    }

    private mutating func headerLines(_ node: YAMLNode, _ path: String) -> String? {
        var lines: [String] = []
        for header in entries(of: node, path) ?? [] {
            guard let value = text(of: header.value, "\(path).\(PrintableText.word(header.key.utf8))") else {
                return nil
            }
            lines.append("\(header.key): \(value)")
        }
        return lines.joined(separator: "\n")
    }
}
