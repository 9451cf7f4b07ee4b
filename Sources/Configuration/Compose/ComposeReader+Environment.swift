internal import Files
internal import HealthCore

/// `environment` and `env_file`, and the name of the project.
extension ComposeReader {
    /// The variables of a service: those of its files, and those of `environment`, which count more.
    mutating func environment(_ entries: [YAMLEntry], _ path: String) -> [ComposeVariable] {
        var own: [ComposeVariable] = []
        if let node = entries.first(where: { $0.key == "environment" })?.value, !node.isNull {
            own = variables(node, "\(path).environment")
        }
        guard let node = entries.first(where: { $0.key == "env_file" })?.value, !node.isNull else {
            return own
        }
        let values = Dictionary(own.map { ($0.name, $0.value?.value) }) { $1 }
        var all = VariableList()
        var earlier: [String: String] = [:]
        for file in files(node, "\(path).env_file") {
            guard let found = read(file, "\(path).env_file", values, after: earlier) else { continue }
            earlier.merge(found.values) { $1 }
            for name in found.names {
                let value = ComposeText([.variable(written: "${\(name)}", value: found.values[name])])
                all.set(ComposeVariable(name: name, value: value, origin: .file(path: file.path)))
            }
        }
        for variable in own { all.set(variable) }
        return all.variables
    }

    /// Variables by name: the last of a name counts, in the place of the first.
    private struct VariableList {
        private(set) var variables: [ComposeVariable] = []
        private var indices: [String: Int] = [:]

        mutating func set(_ variable: ComposeVariable) {
            if let index = indices[variable.name] {
                variables[index] = variable
            } else {
                indices[variable.name] = variables.count
                variables.append(variable)
            }
        }
    }

    private mutating func variables(_ node: YAMLNode, _ path: String) -> [ComposeVariable] {
        var list = VariableList()
        switch node.content {
        case .mapping:
            for entry in entries(node, path) ?? [] {
                if let variable = variable(entry, path) { list.set(variable) }
            }
        case .sequence(let items):
            for item in self.items(items) {
                guard case .scalar = item.content else {
                    report(item.position, "\(path): an item is `NAME=value`, not \(item.kind)")
                    continue
                }
                if let entry = listed(item, path), let variable = variable(entry, path) { list.set(variable) }
            }
        case .scalar: report(node.position, "\(path): a list or a mapping is expected, not \(node.kind)")
        }
        return list.variables
    }

    private mutating func variable(_ entry: YAMLEntry, _ path: String) -> ComposeVariable? {
        let name = entry.key
        if entry.value.isNull {
            guard let environment = source(of: entry.position)?.environment,
                let value = variables(of: environment)(name)
            else { return ComposeVariable(name: name, value: nil) }
            return ComposeVariable(
                name: name, value: ComposeText([.variable(written: "${\(name)}", value: value)]))
        }
        let path = "\(path).\(PrintableText.word(name.utf8))"
        // Nobody may need it: the check of the service says whether.
        guard case .scalar(let written, _) = entry.value.content else {
            report(entry.value.position, "\(path): a value is expected, not \(entry.value.kind)")
            return nil
        }
        return text(written, at: entry.value.position, path, mayLack: true).map {
            ComposeVariable(name: name, value: $0)
        }
    }

    // MARK: Files

    private struct File {
        var path: String
        var position: Position
        var isRequired = true
        var isRaw = false
    }

    /// The files of `env_file`, the last of each path.
    private mutating func files(_ node: YAMLNode, _ path: String) -> [File] {
        var nodes = [node]
        if case .sequence(let items) = node.content { nodes = self.items(items) }
        var files: [File] = []
        for node in nodes {
            var (name, isRequired, isRaw): (ComposeText?, Bool, Bool) = (nil, true, false)
            if case .mapping = node.content {
                for entry in entries(node, path) ?? [] where !entry.value.isNull {
                    switch entry.key {
                    case "path": name = text(entry.value, "\(path).path")
                    case "required": isRequired = flag(entry.value, "\(path).required") ?? true
                    case "format": isRaw = text(entry.value, "\(path).format")?.value == "raw"
                    default: break
                    }
                }
                if name == nil { report(node.position, "\(path): the key path is missing") }
            } else {
                name = text(node, path)
            }
            guard let name, let folder = source(of: node.position)?.folder else { continue }
            let file = File(
                path: ComposePath.join(folder, name.value), position: node.position, isRequired: isRequired,
                isRaw: isRaw)
            if let index = files.firstIndex(where: { $0.path == file.path }) {
                files[index] = file
            } else {
                files.append(file)
            }
        }
        return files
    }

    private mutating func read(
        _ file: File, _ path: String, _ own: [String: String?], after earlier: [String: String]
    ) -> EnvironmentFile? {
        guard let environment = source(of: file.position)?.environment else { return nil }
        do throws(SmallFile.ReadError) {
            return try read(file.path, isRaw: file.isRaw, in: environment, after: earlier) { own[$0] ?? nil }
        } catch {
            // The service may be none that anybody waits for, and the file on another machine.
            if file.isRequired {
                warn(
                    file.position,
                    "\(path): \(PrintableText.line(file.path)): \(why(error)); its variables are not known")
            }
            return nil
        }
    }

    // MARK: Name

    /// The project's name, which its files can name as COMPOSE_PROJECT_NAME: `name`, or that of the folder.
    mutating func nameProject(_ roots: [YAMLNode], _ folder: String, _ environment: Int) {
        let node = roots.compactMap { $0.value("name") }.last { $0.tag != .reset }
        var name = node.flatMap { text($0, "name")?.value } ?? ""
        if name.isEmpty {
            let path = folder.isEmpty ? variables(of: environment)("PWD") ?? "" : folder
            name = path.split(separator: "/").last.map(String.init) ?? ""
        }
        let letters = name.utf8.map(ASCII.lowercased).filter {
            ASCII.isLetter($0) || ASCII.isDigit($0) || "_-".utf8.contains($0)
        }
        let begun = letters.drop { "_-".utf8.contains($0) }
        if !begun.isEmpty { setProjectName(begun.text, in: environment) }
    }
}
