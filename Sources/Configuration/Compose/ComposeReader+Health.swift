internal import HealthCore

/// `healthcheck` and `depends_on`.
extension ComposeReader {
    mutating func healthcheck(_ node: YAMLNode, _ path: String) -> ComposeHealthcheck? {
        guard let entries = entries(node, path) else { return nil }
        var check = ComposeHealthcheck()
        var isDisabled = false
        for entry in entries where !entry.value.isNull {
            let path = "\(path).\(entry.key)"
            switch entry.key {
            case "test": if let test = test(entry.value, path) { check.test = test }
            case "interval": check.interval = duration(entry.value, path)
            case "timeout": check.timeout = duration(entry.value, path)
            case "start_period": check.startPeriod = duration(entry.value, path)
            case "start_interval": check.startInterval = duration(entry.value, path)
            case "retries": check.retries = count(entry.value, path)
            case "disable": isDisabled = flag(entry.value, path) ?? false
            default: break
            }
        }
        if isDisabled { check.test = .disabled }
        return check
    }

    private mutating func test(_ node: YAMLNode, _ path: String) -> ComposeHealthcheck.Test? {
        guard case .sequence = node.content else {
            return text(node, path).map(ComposeHealthcheck.Test.shell)
        }
        let words = texts(node, path)
        guard let first = words.first else { return .ofImage }
        switch first.value {
        case "NONE": return .disabled
        case "CMD": return .command(Array(words.dropFirst()))
        case "CMD-SHELL":
            // The words after the script are its parameters.
            if words.count > 2 { warn(node.position, "\(path): only the first word after CMD-SHELL is run") }
            return .shell(words.dropFirst().first ?? ComposeText(""))
        default:
            report(node.position, "\(path): a list begins with CMD, CMD-SHELL or NONE")
            return nil
        }
    }

    private mutating func duration(_ node: YAMLNode, _ path: String) -> Duration? {
        guard let text = text(node, path), !isLenient || text.unset.isEmpty else { return nil }
        if let duration = DurationText.parse(text.value, bareSeconds: false), duration >= .zero {
            return duration
        }
        report(node.position, "\(path): a duration is expected, like 30s or 1m30s")
        return nil
    }

    private mutating func count(_ node: YAMLNode, _ path: String) -> Int? {
        guard let text = text(node, path), !isLenient || text.unset.isEmpty else { return nil }
        if let number = Int32(text.value, radix: 10), number >= 0 { return Int(clamping: number) }
        report(node.position, "\(path): a number is expected")
        return nil
    }

    // MARK: Dependencies

    mutating func dependencies(_ node: YAMLNode, _ path: String) -> [ComposeDependency] {
        guard case .mapping = node.content else {
            return names(node, path).map { ComposeDependency(service: $0) }
        }
        return (entries(node, path) ?? []).map { dependency($0, path) }
    }

    private mutating func dependency(_ entry: YAMLEntry, _ path: String) -> ComposeDependency {
        var dependency = ComposeDependency(service: entry.key)
        let path = "\(path).\(PrintableText.word(entry.key.utf8))"
        if entry.value.isNull { return dependency }
        for entry in entries(entry.value, path) ?? [] where !entry.value.isNull {
            switch entry.key {
            case "condition":
                guard let word = text(entry.value, "\(path).condition")?.value else { continue }
                let known = ComposeDependency.Condition.allCases.map(\.rawValue)
                guard let condition = ComposeDependency.Condition(rawValue: word) else {
                    let hint = NearestWord.of(word, among: known).map { "did you mean `\($0)`?" }
                    report(
                        entry.value.position,
                        "\(path).condition: unknown; \(hint ?? "known are \(known.joined(separator: ", "))")")
                    continue
                }
                dependency.condition = condition
            case "required": dependency.isRequired = flag(entry.value, "\(path).required") ?? true
            default: break
            }
        }
        return dependency
    }

    /// What Compose starts first without being told by `depends_on`: the service whose network, namespace or volumes
    /// this one has.
    mutating func addImplied(_ entries: [YAMLEntry], _ path: String, _ service: inout ComposeService) {
        var names: [String] = []
        for entry in entries where !entry.value.isNull {
            switch entry.key {
            case "network_mode", "ipc", "pid", "uts", "cgroup":
                guard case .scalar = entry.value.content else { continue }
                let value = text(entry.value, "\(path).\(entry.key)")?.value ?? ""
                if value.hasPrefix("service:") { names.append(String(value.dropFirst(8))) }
            case "links", "volumes_from":
                for text in texts(entry.value, "\(path).\(entry.key)").map(\.value)
                where !text.hasPrefix("container:") {
                    names.append(Array(text.utf8).prefix { $0 != ASCII.colon }.text)
                }
            default: break
            }
        }
        for name in names where !service.dependencies.contains(where: { $0.service == name }) {
            service.dependencies.append(ComposeDependency(service: name))
        }
    }

    /// Names dependencies that are no services, and takes away those that need not be there and are not active.
    mutating func checkDependencies(_ entries: [YAMLEntry], _ project: inout ComposeProject) {
        let active = Set(project.services.map(\.name))
        let inactive = Set(project.inactive.map(\.name))
        let positions = Dictionary(entries.map { ($0.key, $0.position) }) { first, _ in first }
        for index in project.services.indices {
            let service = project.services[index]
            guard let position = positions[service.name] else { continue }
            for dependency in service.dependencies where !active.contains(dependency.service) {
                let path =
                    "services.\(service.name).depends_on.\(PrintableText.word(dependency.service.utf8))"
                if !inactive.contains(dependency.service) {
                    let hint = NearestWord.hint(dependency.service, among: active)
                    report(position, "\(path): there is no such service\(hint)")
                } else if dependency.isRequired {
                    warn(position, "\(path): its profile is not active")
                }
            }
            project.services[index].dependencies.removeAll { !$0.isRequired && inactive.contains($0.service) }
        }
        checkCircles(project.services, positions)
    }

    /// A service that waits for itself, by whatever way, would wait for ever.
    private mutating func checkCircles(_ services: [ComposeService], _ positions: [String: Position]) {
        var edges: [String: [String]] = [:]
        for service in services { edges[service.name] = service.dependencies.map(\.service) }
        var waiting = edges.mapValues { $0.filter { edges[$0] != nil }.count }
        var dependents: [String: [String]] = [:]
        for (name, names) in edges { for other in names { dependents[other, default: []].append(name) } }
        var free = waiting.keys.filter { waiting[$0] == 0 }
        while let name = free.popLast() {
            waiting[name] = nil
            for dependent in dependents[name] ?? [] {
                waiting[dependent]? -= 1
                if waiting[dependent] == 0 { free.append(dependent) }
            }
        }
        // Each that is left depends on another that is left: whoever goes on comes to a circle.
        guard var name = services.first(where: { waiting[$0.name] != nil })?.name else { return }
        var path: [String] = []
        var seen: Set<String> = []
        while seen.insert(name).inserted, let next = edges[name]?.first(where: { waiting[$0] != nil }) {
            path.append(name)
            name = next
        }
        let circle = path.drop { $0 != name }.prefix(5) + [name]
        let words = circle.map { PrintableText.word($0.utf8) }.joined(separator: ", which depends on ")
        report(positions[name] ?? Position(line: 1, column: 1), "services: \(words)")
    }
}
