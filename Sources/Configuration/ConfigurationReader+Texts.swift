internal import HealthCore

/// Lists and mappings of YAML as the text that the command line takes.
extension ConfigurationReader {
    /// The text of a form; a list is a command like the `test` of a HEALTHCHECK (C-3).
    mutating func formText(_ form: YAMLEntry, _ path: String) -> String? {
        guard form.key == "exec", case .sequence(let items) = form.value.content else {
            return text(of: form.value, path)
        }
        guard let words = texts(of: items, path) else { return nil }
        switch (words.first, words.count) {
        case ("CMD", 2...): return Self.command(words.dropFirst())
        case ("CMD-SHELL", 2): return words[1]
        default:
            report(form.value.position, "\(path): a list is [CMD, program, argument…] or [CMD-SHELL, text]")
            return nil
        }
    }

    /// The words of a command as the command line has them.
    private static func command(_ words: some Sequence<String>) -> String {
        "[" + words.map(JSONText.quoted).joined(separator: ",") + "]"
    }

    /// What separates the items of a list; nil for a key whose value is none.
    private static func separator(of key: String) -> String? {
        switch key {
        case "accept", "expect_status": ","
        case "expect_json": "\n"
        default: nil
        }
    }

    /// The text of a setting; a list, or a mapping of headers or values, as the command line has it.
    mutating func settingText(_ entry: YAMLEntry, _ path: String) -> String? {
        if entry.key == "headers" { return headerLines(entry.value, path) }
        if entry.key == "expect_json", case .mapping = entry.value.content {
            return expectations(entry.value, path)
        }
        if entry.key == "on_change", case .sequence(let items) = entry.value.content {
            return texts(of: items, path).map(Self.command)
        }
        guard let separator = Self.separator(of: entry.key), case .sequence(let items) = entry.value.content
        else {
            return text(of: entry.value, path)
        }
        return texts(of: items, path)?.joined(separator: separator)
    }

    /// Lines of `/place=value`; a place without a value must only be there.
    private mutating func expectations(_ node: YAMLNode, _ path: String) -> String? {
        var lines: [String]? = []
        for entry in entries(of: node, path, hasExtensions: false) ?? [] {
            if entry.value.isNull {
                lines?.append(entry.key)
            } else if let value = text(of: entry.value, path, isOneLine: true) {
                lines?.append("\(entry.key)=\(value)")
            } else {
                lines = nil
            }
        }
        return lines?.joined(separator: "\n")
    }

    private mutating func texts(of items: [YAMLNode], _ path: String) -> [String]? {
        var texts: [String] = []
        for item in items {
            guard let text = text(of: item, path) else { return nil }
            texts.append(text)
        }
        return texts
    }

    /// Lines of `Name: value`. Only the file can end a line: a variable cannot add another field.
    private mutating func headerLines(_ node: YAMLNode, _ path: String) -> String? {
        guard case .mapping = node.content else { return text(of: node, path, isOneLine: true) }
        var lines: [String]? = []
        for header in entries(of: node, path, hasExtensions: false) ?? [] {
            // A line without a colon is all name, token included: the message only has its position.
            if header.key.isEmpty || !header.key.utf8.allSatisfy(ASCII.isToken) {
                report(header.position, "\(path): not the name of a field: write `Name: value`")
                lines = nil
            } else if let value = text(of: header.value, path) {
                if value.utf8.contains(where: { $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }) {
                    report(header.value.position, "\(path): a line end in the value of a field")
                    lines = nil
                }
                lines?.append("\(header.key): \(value)")
            } else {
                lines = nil
            }
        }
        return lines?.joined(separator: "\n")
    }
}
