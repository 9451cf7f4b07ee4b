internal import Files
package import HealthCore

/// A finding with its place.
package struct LintedLine {
    package var path: String
    package var line: Int
    package var column: Int
    /// The service or container; empty for an image without a name.
    package var subject: String
    package var rule: LintRule
    /// How waitfor asks in its place.
    package var instead: String?
}

/// A check of a file, and where its keys stand.
final class PlacedCheck {
    let subject: LintSubject
    /// Nodes at the places of keys.
    let places: [String: YAMLNode]

    init(_ subject: LintSubject, _ places: [String: YAMLNode]) {
        (self.subject, self.places) = (subject, places)
    }
}

/// Reads the health checks of one file, whatever its kind, and finds what is wrong with them.
package enum LintReader {
    /// Nobody reads more findings at once, or has more instructions in an image.
    static let limit = 1000

    /// The findings of a file, in the order of their places. A mistake in the file is an error.
    package static func findings(
        in path: String, _ context: ReadingContext
    ) throws(ConfigurationErrors) -> [LintedLine] {
        try findings(in: path, variable: context.variable) { path throws(SmallFile.ReadError) in
            try SmallFile(path).contents(atMost: ComposeReader.fileLimit)
        }
    }

    static func findings(
        in path: String, variable: @escaping (String) -> String?,
        contents: @escaping (String) throws(SmallFile.ReadError) -> [UInt8]
    ) throws(ConfigurationErrors) -> [LintedLine] {
        let shown = PrintableText.line(path)
        let bytes: [UInt8]
        do throws(SmallFile.ReadError) { bytes = try contents(path) } catch {
            throw ConfigurationErrors(lines: ["\(shown): \(error.ofFile)"])
        }
        func tooMuch(_ what: String) -> ConfigurationErrors {
            ConfigurationErrors(lines: ["\(shown): more than \(limit) \(what)"])
        }
        let ignores = LintIgnores(bytes)
        var lines: [LintedLine] = []
        for (line, column) in ignores.unknown {
            lines.append(
                LintedLine(path: path, line: line, column: column, subject: "", rule: .unknownIgnore))
        }
        guard lines.count <= limit else { throw tooMuch("findings") }
        // What several services have by an alias is told once.
        var known: Set<String> = []
        for check in try checks(in: path, bytes, variable: variable, contents: contents) {
            for finding in check.subject.findings {
                guard
                    let node = check.places[finding.key] ?? check.places["test"]
                        ?? check.places["healthcheck"]
                else { continue }
                let (place, rule) = (node.position, finding.rule)
                guard !ignores.ignores(rule, at: place.line),
                    known.insert("\(place.line) \(place.column) \(rule.rawValue)").inserted
                else { continue }
                guard lines.count < limit else { throw tooMuch("findings") }
                let line = LintedLine(
                    path: path, line: place.line, column: place.column, subject: check.subject.service.name,
                    rule: rule, instead: finding.instead)
                // Nearly all come in their order.
                let before = lines.lastIndex { earlier in
                    (earlier.line, earlier.column) < (line.line, line.column)
                        || (earlier.line, earlier.column) == (line.line, line.column)
                            && earlier.rule.rawValue < rule.rawValue
                }
                lines.insert(line, at: before.map { $0 + 1 } ?? 0)
            }
        }
        return lines
    }

    private static func checks(
        in path: String, _ bytes: [UInt8], variable: @escaping (String) -> String?,
        contents: @escaping (String) throws(SmallFile.ReadError) -> [UInt8]
    ) throws(ConfigurationErrors) -> [PlacedCheck] {
        let name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
        if name.hasSuffix(".container") { return QuadletChecks.read(bytes) }
        let isYAML = name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.hasSuffix(".json")
        if !isYAML, name.mentions("dockerfile") || name.mentions("containerfile") {
            let instructions = InstructionLines(bytes, .dockerfile)
            guard instructions.found.count <= limit else {
                throw ConfigurationErrors(lines: [
                    "\(PrintableText.line(path)): more than \(limit) instructions"
                ])
            }
            return DockerfileChecks(instructions).checks
        }
        do throws(FileError) {
            if let checks = try KubernetesChecks.read(bytes) { return checks }
        } catch {
            let place = "\(PrintableText.line(path)):\(error.position.line):\(error.position.column)"
            throw ConfigurationErrors(lines: ["\(place): \(error.message)"])
        }
        var compose = ComposeReader(variable: variable, contents: contents)
        return try compose.checks(in: path)
    }
}

/// `# waitfor-lint: ignore=ID reason`: on the line of a finding, or on lines of their own above it.
struct LintIgnores {
    /// `LINE RULE`.
    private var rules: Set<String> = []
    /// Where rules are named that there are not.
    private(set) var unknown: [(line: Int, column: Int)] = []
    private static let mark = Array("# waitfor-lint:".utf8)

    init(_ bytes: [UInt8]) {
        guard bytes.endOfFirst(Self.mark) != nil else { return }
        var waiting: [String] = []
        var number = 0
        for line in bytes.split(separator: ASCII.lineFeed, omittingEmptySubsequences: false) {
            number += 1
            let isComment = line.trimmed.first == UInt8(ascii: "#")
            if let end = line.endOfFirst(Self.mark) {
                let word = line[end...].trimmed.prefix { !ASCII.isSpace($0) }
                let names = word.starts(with: "ignore=".utf8) ? word.dropFirst(7).text : ""
                for name in names.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
                    waiting.append(name)
                    guard LintRule(rawValue: name) == nil else { continue }
                    unknown.append((number, end - line.startIndex - Self.mark.count + 1))
                }
            }
            guard unknown.count <= LintReader.limit else { return }
            guard !isComment else { continue }
            for name in waiting { rules.insert("\(number) \(name)") }
            waiting = []
        }
    }

    func ignores(_ rule: LintRule, at line: Int) -> Bool { rules.contains("\(line) \(rule.rawValue)") }
}
