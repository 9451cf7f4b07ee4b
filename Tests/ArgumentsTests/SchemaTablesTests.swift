import Configuration
import HealthCore
import TestSupport
import Testing

@testable import waitfor

@Suite("The schemas' lists are the program's tables")
struct SchemaTablesTests {
    /// The texts of the `enum` of a key, in their order; `null` is none of them.
    private func values(of key: String, in schema: String) throws -> [String] {
        let lines = Project.text("Configs/schema/\(schema).schema.json").split(separator: "\n")
            .map { $0.drop { $0 == " " } }
        let start = try #require(lines.firstIndex { $0 == "\"\(key)\": {" }, "no \(key) in \(schema)")
        let list = lines[start...].drop { $0 != "\"enum\": [" }.dropFirst().prefix { $0 != "]" }
        try #require(!list.isEmpty, "\(key) in \(schema) has no enum")
        return list.filter { $0.hasPrefix("\"") }.map { String($0.dropFirst().prefix { $0 != "\"" }) }
    }

    @Test("a kind is one that a target can be of", arguments: ["report", "log"])
    func kinds(schema: String) throws {
        let reader = TargetReader(context: ReadingContext(variable: { _ in nil }))
        let words = try Kinds.forms.map { try reader.read(Array($0.example.utf8), named: "x").kind }
        #expect(Set(try values(of: "kind", in: schema)) == Set(words))
    }

    @Test("a reason is one that there is, in their order", arguments: ["report", "log"])
    func reasons(schema: String) throws {
        #expect(try values(of: "reason", in: schema) == Reason.allCases.map(\.rawValue))
    }

    @Test("a state is one that a target can be in", arguments: ["report", "log"])
    func states(schema: String) throws {
        #expect(try values(of: "state", in: schema) == TargetRecord.State.allCases.map(\.rawValue))
    }

    @Test("a level is one that there is, the least first")
    func levels() throws {
        #expect(try values(of: "level", in: "log") == Log.Level.allCases.map(\.rawValue))
    }
}
