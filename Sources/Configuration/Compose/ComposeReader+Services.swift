internal import HealthCore

/// A key of a service that somebody who waits needs to know: other keys are not judged.
struct ComposeKey: Sendable {
    let name: String
    let read: @Sendable (inout ComposeReader, YAMLNode, _ path: String, inout ComposeService) -> Void

    private init(
        _ name: String,
        _ read: @escaping @Sendable (inout ComposeReader, YAMLNode, String, inout ComposeService) -> Void
    ) {
        (self.name, self.read) = (name, read)
    }

    static let all = [
        ComposeKey("image") { $3.image = $0.text($1, $2) },
        ComposeKey("build") { $3.isBuilt = $0.isBuild($1, $2) },
        ComposeKey("command") { $3.command = $0.command($1, $2) },
        ComposeKey("entrypoint") { $3.entrypoint = $0.command($1, $2) },
        ComposeKey("ports") { $3.ports += $0.ports($1, $2) },
        ComposeKey("expose") { $3.ports += $0.ports($1, $2) },
        ComposeKey("hostname") { $3.hostname = $0.text($1, $2) },
        ComposeKey("container_name") { $3.containerName = $0.text($1, $2) },
        ComposeKey("network_mode") { $3.networkMode = $0.text($1, $2) },
        ComposeKey("networks") { $3.networks = $0.names($1, $2) },
        ComposeKey("secrets") { $3.secrets = $0.secrets($1, $2) },
        ComposeKey("healthcheck") { $3.healthcheck = $0.healthcheck($1, $2) },
        ComposeKey("depends_on") { $3.dependencies = $0.dependencies($1, $2) },
        ComposeKey("profiles") { $3.profiles = $0.names($1, $2) },
        ComposeKey("provider") { $3.provider = $0.provider($1, $2) },
    ]
}

extension ComposeReader {
    mutating func readService(_ entry: YAMLEntry) -> ComposeService? {
        let path = "services.\(PrintableText.word(entry.key.utf8))"
        guard !entry.key.isEmpty, entry.key.utf8.allSatisfy(Self.isNameByte) else {
            report(entry.position, "\(path): a name has letters, digits, `.`, `_` and `-`")
            return nil
        }
        guard let entries = entries(entry.value, path) else { return nil }
        var service = ComposeService(name: entry.key)
        for key in ComposeKey.all {
            // Null is what is not written.
            guard let found = entries.first(where: { $0.key == key.name }), !found.value.isNull else {
                continue
            }
            key.read(&self, found.value, "\(path).\(key.name)", &service)
        }
        var ports: Set<UInt16> = []
        service.ports = service.ports.filter { ports.insert($0).inserted }
        service.environment = environment(entries, path)
        addImplied(entries, path, &service)
        return service
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || "._-".utf8.contains(byte)
    }

    // MARK: Values

    fileprivate mutating func isBuild(_ node: YAMLNode, _ path: String) -> Bool {
        if case .sequence = node.content {
            report(node.position, "\(path): a folder or a mapping is expected")
        }
        return true
    }

    fileprivate mutating func command(_ node: YAMLNode, _ path: String) -> ComposeCommand? {
        if case .sequence = node.content { return .words(texts(node, path)) }
        return text(node, path).map(ComposeCommand.text)
    }

    fileprivate mutating func provider(_ node: YAMLNode, _ path: String) -> String? {
        guard let type = entries(node, path)?.first(where: { $0.key == "type" }) else {
            report(node.position, "\(path): the key type is missing")
            return nil
        }
        return text(type.value, "\(path).type")?.value
    }

    /// The secrets of a service: their names, or their long form. Of two at one path the last counts.
    fileprivate mutating func secrets(_ node: YAMLNode, _ path: String) -> [ComposeSecret] {
        guard case .sequence(let items) = node.content else {
            report(node.position, "\(path): a list is expected, not \(node.kind)")
            return []
        }
        var secrets: [ComposeSecret] = []
        var places: [String: Int] = [:]
        for item in self.items(items) {
            var (source, target): (String?, String?)
            if case .mapping = item.content {
                for entry in entries(item, path) ?? [] {
                    if entry.key == "source" { source = text(entry.value, "\(path).source")?.value }
                    if entry.key == "target" { target = text(entry.value, "\(path).target")?.value }
                }
                if source == nil { report(item.position, "\(path): the key source is missing") }
            } else {
                source = text(item, path)?.value
            }
            guard let source else { continue }
            let file = ComposePath.join("/run/secrets", target ?? source)
            let secret = ComposeSecret(source: source, path: file)
            if let index = places[file] {
                secrets[index] = secret
            } else {
                places[file] = secrets.count
                secrets.append(secret)
            }
        }
        return secrets
    }

    // MARK: Ports

    /// A longer range tells nobody where a service listens.
    private static let rangeLimit = 100

    /// The container's ports for TCP.
    fileprivate mutating func ports(_ node: YAMLNode, _ path: String) -> [UInt16] {
        guard case .sequence(let items) = node.content else {
            report(node.position, "\(path): a list is expected, not \(node.kind)")
            return []
        }
        return self.items(items).flatMap { port($0, path) }
    }

    private mutating func port(_ item: YAMLNode, _ path: String) -> [UInt16] {
        var node = item
        var isTCP = true
        if case .mapping = item.content {
            let entries = entries(item, path) ?? []
            guard let target = entries.first(where: { $0.key == "target" }) else {
                report(item.position, "\(path): the key target is missing")
                return []
            }
            node = target.value
            if let kind = entries.first(where: { $0.key == "protocol" }) {
                isTCP = text(kind.value, "\(path).protocol")?.value.lowercased() != "udp"
            }
        }
        guard let text = text(node, path), isTCP else { return [] }
        let words = Array(text.value.utf8)[...].split(
            separator: ASCII.slash, omittingEmptySubsequences: false)
        if let kind = words.dropFirst().first, !kind.isWord("tcp") { return [] }
        // What comes before the last colon is the host's.
        let container =
            (words.first ?? []).split(separator: ASCII.colon, omittingEmptySubsequences: false).last ?? []
        let ends = container.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let numbers = ends.compactMap { UInt16($0.text, radix: 10) }.filter { $0 > 0 }
        guard numbers.count == ends.count, let first = numbers.first, let last = numbers.last,
            numbers.count <= 2,
            first <= last
        else {
            // That a variable is not set was said, and nobody may need the port.
            if text.unset.isEmpty {
                warn(node.position, "\(path): no port like 8080 or 80:8080/tcp: it is left out")
            }
            return []
        }
        return last - first < Self.rangeLimit ? Array(first...last) : []
    }
}
