import Configuration
import HealthCore
import TestSupport
import Testing

@Suite("A hostile Compose file")
struct HostileComposeTests {
    private func only(_ files: [String: String], variables: [String: String] = [:]) throws -> String {
        let said = try mistakes(files, variables: variables)
        #expect(said.count == 1, "\(said.prefix(3))")
        return said.first ?? ""
    }

    @Test("10,000 services are too many values")
    func services() throws {
        let yaml = "services:\n" + (0..<10_000).map { "  s\($0): {image: x}\n" }.joined()
        #expect(try only(["c.yaml": yaml]).contains("more than 20000 values, aliases written out"))
    }

    @Test("a value of a mebibyte makes the file too large")
    func value() throws {
        let text = String(repeating: "x", count: 1 << 20)
        #expect(try only(["c.yaml": "services:\n  a: {image: \(text)}\n"]) == "c.yaml: larger than 1 MiB")
    }

    @Test("variables bring a project at most a mebibyte")
    func variables() throws {
        let yaml = "services:\n" + (0..<50).map { "  s\($0): {image: '$V'}\n" }.joined()
        let said = try only(["c.yaml": yaml], variables: ["V": String(repeating: "x", count: 100_000)])
        #expect(said.hasPrefix("c.yaml:12:") && said.hasSuffix("too much text comes out of variables"))
    }

    @Test("a value of many variables is refused, and of many warnings the first ones are told")
    func manyVariables() throws {
        let text = String(repeating: "$A", count: 1001)
        #expect(
            try only(["c.yaml": "services: {a: {image: \(text)}}\n"])
                == "c.yaml:1:23: services.a.image: more than 1000 variables in one value")
        let words = (0..<100).map { "$K\($0)" }.joined(separator: ", ")
        let found = try project(["c.yaml": "services: {a: {command: [\(words)]}}\n"])
        #expect(found.warnings.count == 21 && found.warnings.last == "and 80 more warnings")
    }

    @Test("aliases multiply no further than they may")
    func aliases() throws {
        var yaml = "x-0: &a0 {b: c}\n"
        for level in 1...20 { yaml += "x-\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        #expect(try only(["c.yaml": yaml + "services: {a: {}}\n"]).contains("more than 20000 values"))
        let own = try mistakes(["c.yaml": "services: {a: &a {b: *a}}\n"])
        #expect(own == ["c.yaml:1:22: an alias of no anchor before it"])
    }

    @Test("what `extends` copies is counted, and a long chain ends")
    func extends() throws {
        let variables = (0..<1000).map { "A\($0): x" }.joined(separator: ", ")
        let copies = (0..<3000).map { "  s\($0): {extends: base}\n" }.joined()
        let said = try mistakes(["c.yaml": "services:\n  base: {environment: {\(variables)}}\n" + copies])
        #expect(
            said.count == 1 && said[0].contains("more than 40000 values in all files"), "\(said.prefix(3))")
        let chain = (0..<1000).map { "  s\($0): {extends: s\($0 + 1)}\n" }.joined() + "  s1000: {}\n"
        let links = try mistakes(["c.yaml": "services:\n" + chain])
        #expect(links.first?.contains("services lie more than 32 deep") == true && links.count <= 21)
    }

    @Test("files that include one another in every order end, and so does a deep chain of them")
    func includes() throws {
        var files = ["c.yaml": "include: [f0.yaml]\nservices: {a: {}}\n"]
        for index in 0..<50 { files["f\(index).yaml"] = "include: [f\(index + 1).yaml]\n" }
        files["f50.yaml"] = "services: {b: {}}\n"
        #expect(try only(files).contains("files lie more than 32 deep"))
        var many = ["c.yaml": "include: [f0.yaml, f0.yaml]\nservices: {a: {}}\n"]
        for index in 0..<20 { many["f\(index).yaml"] = "include: [f\(index + 1).yaml, f\(index + 1).yaml]\n" }
        many["f20.yaml"] = "services: {b: {}}\n"
        let said = try mistakes(many)
        #expect(said.contains { $0.hasSuffix("more than 100 files, or 4 MiB, in all") }, "\(said)")
        #expect(said.count <= 21)
    }

    @Test("of many mistakes the first ones are told, and how many there are")
    func manyMistakes() throws {
        let yaml = "services:\n" + (0..<100).map { "  s\($0): x\n" }.joined()
        let said = try mistakes(["c.yaml": yaml])
        #expect(said.count == 21 && said.last == "and 80 more mistakes")
    }

    @Test(
        "a value is in no message about it",
        arguments: [
            "image: [hunter2]", "ports: [hunter2]", "healthcheck: {interval: hunter2}",
            "healthcheck: {retries: hunter2}",
            "healthcheck: {test: [hunter2]}", "healthcheck: {disable: hunter2}", "environment: [[hunter2]]",
            "environment: 'A hunter2'", "environment: {A: [hunter2]}", "environment: ['A=${hunter2']",
            "depends_on: {a: {condition: hunter2}}", "secrets: hunter2", "provider: hunter2",
            "environment: ['A B=hunter2', 'A=${B']", "extends: {file: 'https://u:hunter2@h/x', service: x}",
            "command: 'redis-server --requirepass ${V} ${W'", "command: 'a${V}b pa$hunter2'",
        ])
    func values(keys: String) throws {
        let files = ["c.yaml": "services:\n  a: {\(keys)}\n"]
        var said: [String] = []
        do {
            said = try project(files, variables: ["V": "hunter2"]).warnings
        } catch let error as ConfigurationErrors {
            said = error.lines
        }
        #expect(!said.isEmpty)
        #expect(said.allSatisfy { !$0.contains("hunter2") }, "\(said)")
    }
}
