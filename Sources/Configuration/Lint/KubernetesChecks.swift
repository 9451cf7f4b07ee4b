internal import HealthCore

/// The exec probes of the containers in Kubernetes manifests, wherever they stand in them.
enum KubernetesChecks {
    /// Nil where the first document is no manifest.
    static func read(_ bytes: [UInt8]) throws(FileError) -> [PlacedCheck]? {
        var checks: [PlacedCheck]?
        var (number, start, text, count) = (0, 0, [UInt8](), 0)
        for line in bytes.split(separator: ASCII.lineFeed, omittingEmptySubsequences: false) + [
            Array("---".utf8)[...]
        ] {
            if line.starts(with: "---".utf8), line.dropFirst(3).first.map(ASCII.isSpace) ?? true {
                let node: YAMLNode?
                do throws(FileError) {
                    node = try YAMLReader.read(text, tags: YAMLNode.MergeTag.allCases)
                } catch {
                    // A file of another kind says it in its own words.
                    if checks == nil, text.endOfFirst("apiVersion:".utf8) == nil { return nil }
                    throw FileError(
                        position: Position(line: error.position.line + start, column: error.position.column),
                        message: error.message)
                }
                if let node {
                    if checks == nil, node.value("apiVersion") == nil || node.value("kind") == nil {
                        return nil
                    }
                    checks = checks ?? []
                    count += 1
                    guard count <= LintReader.limit else {
                        throw FileError(
                            position: Position(line: start + 1, column: 1),
                            message: "more than \(LintReader.limit) documents")
                    }
                    walk(node, start, &checks)
                }
                (start, text) = (number, [])
            }
            number += 1
            text += line + [ASCII.lineFeed]
        }
        return checks
    }

    private static func walk(_ node: YAMLNode, _ line: Int, _ checks: inout [PlacedCheck]?) {
        switch node.content {
        case .scalar: break
        case .sequence(let items): for item in items { walk(item, line, &checks) }
        case .mapping(let pairs):
            for (key, value) in pairs {
                walk(value, line, &checks)
                guard ["livenessProbe", "readinessProbe", "startupProbe"].contains(key.text),
                    case .sequence(let words) = value.value("exec")?.value("command")?.content
                else { continue }
                let subject = LintSubject(.kubernetes, service(of: node))
                var check = ComposeHealthcheck()
                check.test = .command(words.compactMap(\.text).map { ComposeText($0) })
                for (name, key) in [
                    ("interval", "periodSeconds"), ("timeout", "timeoutSeconds"),
                    ("retries", "failureThreshold"),
                ] {
                    if let text = value.value(key)?.text { check.set(name, text) }
                }
                subject.service.healthcheck = check
                subject.isEarlyLiveness =
                    key.text == "livenessProbe" && node.value("startupProbe") == nil
                    && value.value("initialDelaySeconds") == nil
                let position = Position(line: key.position.line + line, column: key.position.column)
                checks?.append(
                    PlacedCheck(subject, ["test": YAMLNode(.scalar("", isPlain: true), at: position)]))
            }
        }
    }

    private static func service(of container: YAMLNode) -> ComposeService {
        var service = ComposeService(name: container.value("name")?.text ?? "")
        service.image = container.value("image")?.text.map { ComposeText($0) }
        guard case .sequence(let items) = container.value("env")?.content else { return service }
        for item in items {
            guard let name = item.value("name")?.text else { continue }
            let value = item.value("value")?.text.map { ComposeText($0) }
            service.environment.append(ComposeVariable(name: name, value: value))
        }
        return service
    }
}
