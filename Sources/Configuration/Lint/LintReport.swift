internal import HealthCore

/// The findings of `waitfor lint` as they are printed.
package enum LintReport {
    /// A line for each.
    package static func text(_ lines: [LintedLine]) -> String {
        lines.map { line in
            "\(PrintableText.line(line.path)):\(line.line):\(line.column): \(line.rule.rawValue): \(sentence(line))\n"
        }.joined()
    }

    private static func sentence(_ line: LintedLine) -> String {
        let subject = line.subject.isEmpty ? "" : "\(PrintableText.line(line.subject, atMost: 64)): "
        return subject + line.rule.why + (line.instead.map { "; `\($0)`" } ?? "")
    }

    private static func object(_ pairs: KeyValuePairs<String, String>) -> String {
        "{" + pairs.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }

    private static func list(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }

    /// One line of JSON.
    package static func json(_ lines: [LintedLine]) -> String {
        let findings = lines.map { line in
            object([
                "file": JSONText.quoted(PrintableText.line(line.path)), "line": "\(line.line)",
                "column": "\(line.column)", "rule": JSONText.quoted(line.rule.rawValue),
                "level": JSONText.quoted(line.rule.level.rawValue),
                "service": JSONText.quoted(PrintableText.line(line.subject, atMost: 64)),
                "message": JSONText.quoted(line.rule.why),
                "instead": line.instead.map(JSONText.quoted) ?? "null",
            ])
        }
        return object(["findings": list(findings)]) + "\n"
    }

    /// SARIF 2.1.0, for the pages of code hosts; nothing of a file is in it.
    package static func sarif(_ lines: [LintedLine], version: String) -> String {
        func message(_ text: String) -> String { object(["text": JSONText.quoted(text)]) }
        func level(_ rule: LintRule) -> String { JSONText.quoted(rule.level.rawValue) }
        let rules = LintRule.allCases.map { rule in
            object([
                "id": JSONText.quoted(rule.rawValue), "shortDescription": message(rule.why),
                "defaultConfiguration": object(["level": level(rule)]),
            ])
        }
        let results = lines.map { line in
            let place = object([
                "artifactLocation": object(["uri": JSONText.quoted(uri(line.path))]),
                "region": object(["startLine": "\(line.line)", "startColumn": "\(line.column)"]),
            ])
            return object([
                "ruleId": JSONText.quoted(line.rule.rawValue), "level": level(line.rule),
                "message": message(sentence(line)), "locations": list([object(["physicalLocation": place])]),
            ])
        }
        let driver = object([
            "name": "\"waitfor\"", "version": JSONText.quoted(version), "rules": list(rules),
        ])
        let run = object(["tool": object(["driver": driver]), "results": list(results)])
        return object([
            "$schema": "\"https://json.schemastore.org/sarif-2.1.0.json\"", "version": "\"2.1.0\"",
            "runs": list([run]),
        ]) + "\n"
    }

    private static func uri(_ path: String) -> String {
        var bytes: [UInt8] = []
        for byte in path.utf8 {
            let isPlain = ASCII.isLetter(byte) || ASCII.isDigit(byte) || "/-._~".utf8.contains(byte)
            bytes += isPlain ? [byte] : Array(("%" + String(Int64(clamping: byte), width: 2, radix: 16)).utf8)
        }
        return bytes[...].text
    }
}
