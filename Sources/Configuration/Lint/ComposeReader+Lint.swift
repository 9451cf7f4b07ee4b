internal import Files
internal import HealthCore

/// The health checks of a Compose file as they stand, with the places of their keys.
extension ComposeReader {
    /// The checks of a file. What a part of a project may lack is no mistake.
    mutating func checks(in path: String) throws(ConfigurationErrors) -> [PlacedCheck] {
        isLenient = true
        let folder = ComposePath.folder(of: path)
        let environment = try rootEnvironment([], folder)
        var root: YAMLNode?
        do throws(SmallFile.ReadError) {
            root = try self.root(of: path, folder: folder, environment: environment)
        } catch {
            throw ConfigurationErrors(lines: ["\(PrintableText.line(path)): \(why(error))"])
        }
        if let root {
            nameProject([root], folder, environment)
            if case .mapping = root.content, root.value("services") == nil, root.value("include") == nil {
                report(
                    root.position,
                    "neither a Compose file (services) nor a Kubernetes manifest (apiVersion and kind)")
            }
        }
        let entries = services(of: root.map { [$0] } ?? [], within: [ComposePath.normal(path)])
        var (nodes, services, numbers, awaited) = (
            [YAMLNode](), [ComposeService](), [String: Int](), Set<String>()
        )
        for entry in entries {
            guard let service = readService(entry) else { continue }
            numbers[service.name] = services.count
            nodes.append(entry.value)
            services.append(service)
            for dependency in service.dependencies where dependency.condition == .healthy {
                awaited.insert(dependency.service)
            }
        }
        guard errors.isEmpty, let file = root?.position.file else {
            throw ConfigurationErrors(lines: lines(errors, "mistake"))
        }
        var checks: [PlacedCheck] = []
        for (node, service) in zip(nodes, services) {
            let subject = LintSubject(.compose, service)
            subject.isAwaited = awaited.contains(service.name)
            for dependency in service.dependencies {
                if let number = numbers[dependency.service] { subject.dependencies.append(services[number]) }
            }
            checks.append(PlacedCheck(subject, places(of: node, subject, file)))
        }
        return checks
    }

    /// The places of a service's keys in this file: what stands in another one is found there.
    private mutating func places(of node: YAMLNode, _ subject: LintSubject, _ file: Int) -> [String: YAMLNode]
    {
        var places: [String: YAMLNode] = [:]
        func put(_ key: String, _ position: Position) {
            if position.file == file { places[key] = YAMLNode(.scalar("", isPlain: true), at: position) }
        }
        for entry in entries(node, "") ?? [] where !entry.value.isNull {
            switch entry.key {
            case "healthcheck":
                put(entry.key, entry.position)
                for inner in entries(entry.value, "") ?? [] {
                    put(inner.key, inner.position)
                    guard inner.key == "test", case .sequence(let words) = inner.value.content else {
                        continue
                    }
                    subject.hasMoreWords = words.count > 2 && words.first?.text == "CMD-SHELL"
                }
            case "depends_on":
                put(entry.key, entry.position)
                if case .sequence(let items) = entry.value.content {
                    for item in items { put("depends_on.\(item.text ?? "")", item.position) }
                } else {
                    for inner in entries(entry.value, "") ?? [] {
                        put("depends_on.\(inner.key)", inner.position)
                    }
                }
            case "user": subject.hasUser = true
            case "deploy":
                for key in ["placement", "update_config", "rollback_config", "endpoint_mode"]
                where entry.value.value(key) != nil { subject.isOfSwarm = true }
            default: break
            }
        }
        return places
    }
}

extension YAMLNode {
    /// The value of a key.
    func value(_ name: String) -> YAMLNode? {
        guard case .mapping(let pairs) = content else { return nil }
        for (key, value) in pairs where key.text == name { return value }
        return nil
    }

    /// The text of a scalar.
    var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }
}
