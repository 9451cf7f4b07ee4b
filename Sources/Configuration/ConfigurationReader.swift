internal import HealthCore

/// Turns YAML into settings, and collects all errors.
struct ConfigurationReader {
    /// The maximum bytes of all texts with variables together. A variable may have 128 KiB, and a file has room for
    /// 200,000 references.
    private static let textLimit = 1 << 20

    private(set) var errors: [FileError] = []
    /// What is told of a file without errors: the targets that are left out.
    private(set) var notes: [String] = []
    /// The remaining bytes of `textLimit`; nil after the error about it.
    private var textLeft: Int? = textLimit
    let context: ReadingContext
    let summarizes: Bool

    init(_ context: ReadingContext, summarizes: Bool = false) {
        self.context = context
        self.summarizes = summarizes
    }

    private static var keys: [String] { AgentSetting.all.map(\.key) + ["defaults", "targets"] }

    /// Reads the file; the result is only valid if there are no errors.
    mutating func read(_ root: YAMLNode) -> ConfigurationFile {
        var file = ConfigurationFile()
        guard let entries = entries(of: root, "the file") else { return file }
        var summary = ConfigurationSummary()
        var defaults = TargetDefaults()
        let keys = Self.keys
        // `defaults` is read first, at any position.
        if let node = entries.first(where: { $0.key == "defaults" })?.value { defaults = readDefaults(node) }
        for entry in entries where entry.key != "defaults" && entry.key != "targets" {
            guard keys.contains(entry.key) else {
                unknown(entry, among: keys)
                continue
            }
            read(entry, into: &file.choices)
            summary.add(entry.key, entry.value)
        }
        if let targets = entries.first(where: { $0.key == "targets" }) {
            file.targets = readTargets(targets.value, defaults, &summary)
        } else {
            report(root.position, "targets: missing: there is nothing to ask")
        }
        (file.summary, file.notes) = (summary.text, notes)
        return file
    }

    /// Reads one key of the agent itself, without errors of other keys.
    mutating func readOnly(_ key: String, _ root: YAMLNode) -> AgentChoices {
        var choices = AgentChoices()
        var reader = ConfigurationReader(context)
        let entry = reader.entries(of: root, "the file")?.first { $0.key == key }
        if let entry { read(entry, into: &choices) }
        return choices
    }

    private mutating func read(_ entry: YAMLEntry, into choices: inout AgentChoices) {
        guard let setting = AgentSetting.all.first(where: { $0.key == entry.key }) else { return }
        var nodes = [entry.value]
        if setting.isList, case .sequence(let items) = entry.value.content { nodes = items }
        if nodes.isEmpty { report(entry.value.position, "\(entry.key): an empty list") }
        for node in nodes {
            guard let text = text(of: node, entry.key) else { continue }
            do throws(SettingError) {
                try setting.apply(&choices, SettingValue(Array(text.utf8), in: .file))
            } catch {
                report(node.position, "\(entry.key): \(error.expected)")
            }
        }
    }

    // MARK: For every part of the file

    mutating func note(_ message: String) { notes.append(message) }

    mutating func report(_ position: Position, _ message: String) {
        errors.append(FileError(position: position, message: message))
    }

    mutating func unknown(_ entry: YAMLEntry, in path: String = "", among known: [String]) {
        let shown = PrintableText.word(entry.key.utf8)
        // Of many keys nobody reads the list.
        let list =
            known.count <= 12
            ? "known are \(known.joined(separator: ", "))" : "`waitfor help targets` lists the keys"
        let hint = NearestWord.of(entry.key, among: known).map { "did you mean `\($0)`?" } ?? list
        report(entry.position, "\(path)\(shown): unknown; \(hint)")
    }

    /// The entries of a mapping; keys `x-…` are left out, as in Compose.
    mutating func entries(of node: YAMLNode, _ path: String, hasExtensions: Bool = true) -> [YAMLEntry]? {
        let entries = node.entries(path) { report($0, $1) }
        return hasExtensions ? entries?.filter { !$0.key.hasPrefix("x-") } : entries
    }

    /// The text of a scalar with its variables replaced. If `isOneLine`, no variable may contain a line end.
    mutating func text(of node: YAMLNode, _ path: String, isOneLine: Bool = false) -> String? {
        guard case .scalar(let written, _) = node.content, !node.isNull else {
            report(
                node.position,
                node.isNull
                    ? "\(path): the value is missing" : "\(path): a value is expected, not \(node.kind)")
            return nil
        }
        guard Interpolation.isNeeded(written) else { return written }
        guard let left = textLeft else { return nil }
        var hasLineEnd = false
        let interpolation = Interpolation(variable: context.variable, limit: left) { value, _ in
            hasLineEnd =
                hasLineEnd || value.utf8.contains { $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }
            return value
        }
        do throws(Interpolation.SyntaxError) {
            let text = try interpolation.expand(written)
            textLeft = left - text.utf8.count
            guard isOneLine, hasLineEnd else { return text }
            report(node.position, "\(path): a variable brings a line end")
        } catch {
            if error.isTooLong { textLeft = nil }
            report(node.position, "\(path): \(error.message)")
        }
        return nil
    }

    /// A value as written, for the summary; a list as its items.
    func written(_ node: YAMLNode) -> String? {
        switch node.content {
        case .scalar(let text, _): text
        case .sequence(let items): items.compactMap(written).joined(separator: ", ")
        case .mapping: nil
        }
    }
}
