import Configuration
import HealthCore
import TestSupport

@testable import struct Configuration.YAMLNode
@testable import struct Configuration.YAMLReader

/// What a Compose file means to one of its readers: the fields of each service as text, or a refusal.
enum ComposeReading: Equatable {
    case services([String: [String: String]])
    case refused(String)

    /// Two refusals are the same, whatever their words are.
    static func == (left: ComposeReading, right: ComposeReading) -> Bool {
        switch (left, right) {
        case (.services(let left), .services(let right)): left == right
        case (.refused, .refused): true
        default: false
        }
    }

    /// Whatever one says and the other does not.
    func differences(from other: ComposeReading) -> [String] {
        guard case .services(let ours) = self, case .services(let theirs) = other else {
            return self == other ? [] : ["ours: \(self)", "theirs: \(other)"]
        }
        let names = Set(ours.keys).union(theirs.keys).sorted()
        return names.flatMap { name in
            let fields = Set((ours[name] ?? [:]).keys).union((theirs[name] ?? [:]).keys).sorted()
            return fields.filter { ours[name]?[$0] != theirs[name]?[$0] }.map {
                "\(name) \($0): ours \(ours[name]?[$0] ?? "nothing"), theirs \(theirs[name]?[$0] ?? "nothing")"
            }
        }
    }
}

extension ComposeReading {
    /// Ours.
    init(_ files: [String], _ options: ComposeCase.Options, variables: [String: String], folder: String) {
        do throws(ConfigurationErrors) {
            let project = try ComposeProject.load(
                files, envFiles: options.envFiles.map { "\(folder)/\($0)" },
                profiles: options.profiles.isEmpty ? nil : options.profiles,
                ReadingContext(variable: { variables[$0] }))
            self = .services(
                Dictionary(project.services.map { ($0.name, Self.fields(of: $0)) }) { first, _ in first })
        } catch {
            self = .refused(error.lines.joined(separator: "\n"))
        }
    }

    private static func fields(of service: ComposeService) -> [String: String] {
        var fields: [String: String] = [:]
        fields["image"] = service.image?.value
        if service.isBuilt { fields["build"] = "yes" }
        fields["command"] = words(service.command)
        fields["entrypoint"] = words(service.entrypoint)
        for variable in service.environment {
            fields["environment \(variable.name)"] = variable.value?.value ?? "null"
        }
        for port in service.ports { fields["port \(port)"] = "yes" }
        fields["hostname"] = service.hostname?.value
        fields["container_name"] = service.containerName?.value
        fields["network_mode"] = service.networkMode?.value
        for network in service.networks where network != "default" { fields["network \(network)"] = "yes" }
        for secret in service.secrets { fields["secret \(secret.path)"] = "yes" }
        for profile in service.profiles { fields["profile \(profile)"] = "yes" }
        for edge in service.dependencies {
            fields["depends on \(edge.service)"] =
                edge.condition.rawValue + (edge.isRequired ? "" : ", optional")
        }
        guard let check = service.healthcheck else { return fields }
        switch check.test {
        case .ofImage: break
        case .disabled: fields["test"] = "NONE"
        case .shell(let text): fields["test"] = "CMD-SHELL \(text.value)"
        case .command(let words): fields["test"] = (["CMD"] + words.map(\.value)).joined(separator: " ")
        }
        for (name, duration) in [
            ("interval", check.interval), ("timeout", check.timeout), ("start_period", check.startPeriod),
            ("start_interval", check.startInterval),
        ] {
            fields[name] = duration.map { "\(nanoseconds($0)) ns" }
        }
        fields["retries"] = check.retries.map { "\($0)" }
        return fields
    }

    private static func words(_ command: ComposeCommand?) -> String? {
        switch command {
        case nil: nil
        case .text(let text): unquoted(text.value)
        case .words(let words): unquoted(words.map(\.value).joined(separator: " "))
        }
    }

    /// Compose takes a text apart, and we when a check is translated: without quotes both are the same.
    fileprivate static func unquoted(_ text: String) -> String {
        text.split { " \n\"'\\".contains($0) }.joined(separator: " ")
    }
}

extension ComposeReading {
    /// Compose's own, from what `docker compose config --format json` prints.
    init(_ finished: Finished) {
        guard finished.exitCode == 0 else {
            self = .refused(finished.errors)
            return
        }
        // JSON is YAML, too.
        guard let root = try? YAMLReader.read(finished.outputBytes), let services = root["services"]?.pairs
        else {
            self = .refused("no services in \(finished)")
            return
        }
        self = .services(Dictionary(services.map { ($0.0, Self.fields(of: $0.1)) }) { first, _ in first })
    }

    private static func fields(of service: YAMLNode) -> [String: String] {
        var fields: [String: String] = [:]
        for name in ["image", "hostname", "container_name", "network_mode"] {
            fields[name] = service[name]?.text
        }
        if service["build"] != nil { fields["build"] = "yes" }
        for name in ["command", "entrypoint"] {
            if let words = service[name], !words.isNull {
                fields[name] = unquoted(words.items.compactMap(\.text).joined(separator: " "))
            }
        }
        for (name, value) in service["environment"]?.pairs ?? [] {
            fields["environment \(name)"] = value.text ?? "null"
        }
        for port in service["ports"]?.items ?? [] where port["protocol"]?.text ?? "tcp" == "tcp" {
            fields["port \(port["target"]?.text ?? "")"] = "yes"
        }
        for text in (service["expose"]?.items ?? []).compactMap(\.text) {
            let parts = text.split(separator: "/")
            guard parts.count == 1 || parts[1] == "tcp" else { continue }
            let ends = parts[0].split(separator: "-").compactMap { Int($0) }
            for port in (ends.first ?? 0)...(ends.last ?? 0) { fields["port \(port)"] = "yes" }
        }
        for (name, _) in service["networks"]?.pairs ?? [] where name != "default" {
            fields["network \(name)"] = "yes"
        }
        for secret in service["secrets"]?.items ?? [] {
            let target = secret["target"]?.text ?? secret["source"]?.text ?? ""
            fields["secret \(target.hasPrefix("/") ? target : "/run/secrets/\(target)")"] = "yes"
        }
        for profile in service["profiles"]?.items ?? [] { fields["profile \(profile.text ?? "")"] = "yes" }
        for (name, edge) in service["depends_on"]?.pairs ?? [] {
            let optional = edge["required"]?.text == "false" ? ", optional" : ""
            fields["depends on \(name)"] = (edge["condition"]?.text ?? "") + optional
        }
        guard let check = service["healthcheck"] else { return fields }
        let test = (check["test"]?.items ?? []).compactMap(\.text)
        switch test.first {
        case nil: break
        // What follows the command is not the shell's, and what follows NONE nobody's.
        case "CMD-SHELL": fields["test"] = "CMD-SHELL \(test.dropFirst().first ?? "")"
        case "NONE": fields["test"] = "NONE"
        default: fields["test"] = test.joined(separator: " ")
        }
        if check["disable"]?.text == "true" { fields["test"] = "NONE" }
        for name in ["interval", "timeout", "start_period", "start_interval"] {
            fields[name] = check[name]?.text.map { "\(nanoseconds($0)) ns" }
        }
        fields["retries"] = check["retries"]?.text
        return fields
    }

    private static func nanoseconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) * 1e9 + Double(attoseconds / 1_000_000_000)
    }

    /// A duration as Go prints it: `1h2m3.5s`.
    private static func nanoseconds(_ text: String) -> Double {
        let units: [(String, Double)] = [
            ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
        ]
        var (sum, rest) = (0.0, text[...])
        while !rest.isEmpty {
            let number = rest.prefix { $0.isNumber || $0 == "." || $0 == "-" }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let value = Double(number), let factor = units.first(where: { $0.0 == unit })?.1 else {
                return .nan
            }
            sum += value * factor
        }
        return sum.rounded()
    }
}

extension YAMLNode {
    /// The value of a key.
    fileprivate subscript(_ name: String) -> YAMLNode? { pairs.first { $0.0 == name }?.1 }

    fileprivate var pairs: [(String, YAMLNode)] {
        guard case .mapping(let pairs) = content else { return [] }
        return pairs.map { ($0.key.raw ?? "", $0.value) }
    }

    fileprivate var items: [YAMLNode] {
        guard case .sequence(let items) = content else { return [] }
        return items
    }

    private var raw: String? {
        guard case .scalar(let text, _) = content else { return nil }
        return text
    }

    /// A text or a number without what Compose doubles; nil for null.
    fileprivate var text: String? {
        guard !isNull, let raw else { return nil }
        return raw.split(separator: "$$", omittingEmptySubsequences: false).joined(separator: "$")
    }
}
