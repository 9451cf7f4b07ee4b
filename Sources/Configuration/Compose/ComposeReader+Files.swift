internal import Files
internal import HealthCore

/// The services of one file, or of files that include others, for those that extend them.
struct ComposeScope {
    /// The path, and the environment that replaces variables in it; nil for the project's own files.
    var key: String?
    var folder: String
    var services: [String: YAMLNode] = [:]
    /// The services whose `extends` is applied.
    var extended: [String: YAMLNode] = [:]
}

extension ComposeReader {
    /// Nobody writes more, and every level takes a part of the stack.
    private static let depthLimit = 32

    // MARK: Files that are merged

    /// The services of files of which the later ones change the earlier ones, each with what it includes and extends.
    mutating func services(of roots: [YAMLNode], within including: [String]) -> [YAMLEntry] {
        var all: [YAMLEntry] = []
        for root in roots {
            guard let entries = entries(root, "the file") else { continue }
            var own: [YAMLEntry] = []
            if let node = entries.first(where: { $0.key == "services" })?.value, !node.isNull {
                own = self.entries(node, "services", keepsResets: true) ?? []
            }
            if let node = entries.first(where: { $0.key == "include" })?.value, !node.isNull {
                for item in includes(node) { own = merge(included(item, within: including), own) }
            }
            all = merge(all, extended(own, in: source(of: root.position)?.folder ?? ""))
        }
        return all.filter { $0.value.tag != .reset }
    }

    private mutating func merge(_ base: [YAMLEntry], _ over: [YAMLEntry]) -> [YAMLEntry] {
        if base.isEmpty { return over }
        let position = over.first?.position ?? Position(line: 1, column: 1)
        let merged = merge(mapping(base, at: position), mapping(over, at: position), .services)
        return merged.flatMap { entries($0, "services") } ?? []
    }

    // MARK: include

    private mutating func includes(_ node: YAMLNode) -> [YAMLNode] {
        guard case .sequence(let items) = node.content else {
            report(node.position, "include: a list is expected, not \(node.kind)")
            return []
        }
        return self.items(items)
    }

    private mutating func included(_ item: YAMLNode, within including: [String]) -> [YAMLEntry] {
        guard let source = source(of: item.position) else { return [] }
        var paths: [ComposeText] = []
        var (environmentFiles, projectFolder): ([ComposeText], ComposeText?) = ([], nil)
        if case .mapping = item.content {
            for entry in entries(item, "include") ?? [] where !entry.value.isNull {
                switch entry.key {
                case "path": paths = texts(entry.value, "include.path")
                case "env_file": environmentFiles = texts(entry.value, "include.env_file")
                case "project_directory": projectFolder = text(entry.value, "include.project_directory")
                default: break
                }
            }
        } else {
            paths = text(item, "include").map { [$0] } ?? []
        }
        guard let first = paths.first?.value, !first.isEmpty else {
            if !paths.isEmpty { report(item.position, "include: the path is empty") }
            return []
        }
        if let remote = paths.first(where: { ComposePath.isElsewhere($0.value) }) {
            warn(
                item.position,
                "include: \(PrintableText.word(remote.written.utf8)) is elsewhere, and is not read")
            return []
        }
        let files = paths.map { ComposePath.join(source.folder, $0.value) }
        guard including.count < Self.depthLimit, !including.contains(where: files.contains) else {
            report(
                item.position,
                "include: a file includes itself, or files lie more than \(Self.depthLimit) deep")
            return []
        }
        let folder =
            projectFolder.map { ComposePath.join(source.folder, $0.value) }
            ?? ComposePath.folder(of: files.first ?? "")
        let given = environmentFiles.map { ComposePath.join(source.folder, $0.value) }
        let environment = includedEnvironment(given, folder, source.environment, item.position)
        return services(
            of: files.compactMap { read($0, folder, environment, item.position, "include") },
            within: including + files)
    }

    /// A file that a file names; a mistake if it cannot be read.
    private mutating func read(
        _ path: String, _ folder: String, _ environment: Int, _ position: Position, _ key: String
    ) -> YAMLNode? {
        do throws(SmallFile.ReadError) {
            return try root(of: path, folder: folder, environment: environment)
        } catch {
            report(position, "\(key): \(PrintableText.line(path)): \(why(error))")
            return nil
        }
    }

    /// The variables of what is included: `.env` of its folder, or the files in its place.
    private mutating func includedEnvironment(
        _ given: [String], _ folder: String, _ outer: Int, _ position: Position
    ) -> Int {
        var values: EnvironmentFile?
        for path in given.isEmpty ? [ComposePath.join(folder, ".env")] : given where path != "/dev/null" {
            do throws(SmallFile.ReadError) {
                values = try read(path, after: values, outer: outer)
            } catch {
                if given.isEmpty { continue }
                report(position, "include.env_file: \(PrintableText.line(path)): \(why(error))")
            }
        }
        return addEnvironment(values, outer: outer)
    }

    // MARK: extends

    /// The services of one file with what they extend.
    private mutating func extended(_ entries: [YAMLEntry], in folder: String) -> [YAMLEntry] {
        guard entries.contains(where: { hasExtends($0.value) }) else { return entries }
        let scope = scopes.count
        scopes.append(ComposeScope(folder: folder))
        for entry in entries { scopes[scope].services[entry.key] = entry.value }
        return entries.map { entry in
            var entry = entry
            entry.value = extended(entry.key, in: scope, chain: []) ?? entry.value
            return entry
        }
    }

    private func hasExtends(_ node: YAMLNode) -> Bool {
        guard case .mapping(let pairs) = node.content else { return false }
        return pairs.contains { pair in
            if case .scalar(let name, _) = pair.key.content {
                name == "extends" || name == "<<"
            } else {
                false
            }
        }
    }

    private mutating func extended(_ name: String, in scope: Int, chain: [String]) -> YAMLNode? {
        if let known = scopes[scope].extended[name] { return known }
        guard let service = scopes[scope].services[name], hasExtends(service),
            let entries = entries(service, "services.\(PrintableText.word(name.utf8))", keepsResets: true),
            let extends = entries.first(where: { $0.key == "extends" }), !extends.value.isNull
        else { return scopes[scope].services[name] }
        let path = "services.\(PrintableText.word(name.utf8)).extends"
        let own = mapping(entries.filter { $0.key != "extends" }, at: service.position)
        let link = "\(scope) \(name)"
        guard chain.count < Self.depthLimit, !chain.contains(link) else {
            report(
                extends.position,
                "\(path): a service extends itself, or services lie more than \(Self.depthLimit) deep")
            return own
        }
        var merged = own
        if let (base, inner) = base(of: extends.value, in: scope, path),
            let found = extended(base, in: inner, chain: chain + [link]),
            count(values: found.size.nodes + own.size.nodes, at: extends.position)
        {
            merged = merge(found, own, .service) ?? own
        }
        scopes[scope].extended[name] = merged
        return merged
    }

    /// The name of a service that is extended, and where it is; nil after a mistake, and for one of elsewhere.
    private mutating func base(of node: YAMLNode, in scope: Int, _ path: String) -> (String, Int)? {
        var (name, file): (ComposeText?, ComposeText?)
        if case .mapping = node.content {
            for entry in entries(node, path) ?? [] where !entry.value.isNull {
                if entry.key == "service" { name = text(entry.value, "\(path).service") }
                if entry.key == "file" { file = text(entry.value, "\(path).file") }
            }
            if name == nil { report(node.position, "\(path): the key service is missing") }
        } else {
            name = text(node, path)
        }
        guard let name = name?.value else { return nil }
        var inner = scope
        if let file {
            if ComposePath.isElsewhere(file.value) {
                warn(
                    node.position,
                    "\(path): \(PrintableText.word(file.written.utf8)) is elsewhere, and is not read")
                return nil
            }
            guard
                let found = self.scope(
                    of: ComposePath.join(scopes[scope].folder, file.value), node.position, path)
            else { return nil }
            inner = found
        }
        guard scopes[inner].services[name] != nil else {
            let hint = NearestWord.hint(name, among: scopes[inner].services.keys)
            report(node.position, "\(path): there is no service \(PrintableText.word(name.utf8))\(hint)")
            return nil
        }
        return (name, inner)
    }

    /// The services of a file, as its text has them: what it includes is not in them.
    private mutating func scope(of path: String, _ position: Position, _ key: String) -> Int? {
        guard let environment = source(of: position)?.environment else { return nil }
        let name = "\(environment) \(path)"
        if let known = scopes.firstIndex(where: { $0.key == name }) { return known }
        let folder = ComposePath.folder(of: path)
        guard let root = read(path, folder, environment, position, key) else { return nil }
        var scope = ComposeScope(key: name, folder: folder)
        let services = entries(root, "the file")?.first { $0.key == "services" }?.value
        for entry in services.flatMap({ entries($0, "services") }) ?? [] {
            scope.services[entry.key] = entry.value
        }
        scopes.append(scope)
        return scopes.count - 1
    }
}
