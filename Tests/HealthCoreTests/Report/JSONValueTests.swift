import HealthCore
import Testing

@Suite("JSON of somebody else")
struct JSONValueTests {
    private func value(_ text: String) -> JSONValue? { JSONValue(Array(text.utf8)) }

    @Test("a member is found by its name, an element by its place, and nothing where there is nothing")
    func finds() throws {
        let text = #" {"a": [1, {"b": "x\n\u00e9"}, []], "c": true, "d": 0.012000, "a/b": null} "#
        let whole = try #require(value(text))
        let elements = try #require(whole.member("a")?.elements)
        #expect(elements.count == 3)
        #expect(elements[1].member("b")?.string == "x\né")
        #expect(elements[2].elements?.isEmpty == true)
        #expect(whole.member("c")?.bool == true)
        #expect(whole.member("d")?.seconds == .milliseconds(12))
        #expect(whole.member("a/b")?.string == nil && whole.member("a/b")?.line == "null")
        #expect(whole.member("e") == nil && elements[0].member("b") == nil)
        #expect(whole.elements == nil && whole.string == nil && whole.bool == nil && whole.seconds == nil)
    }

    @Test(
        "what is no JSON, or only the beginning of one, is no value",
        arguments: ["", "{", "[1,]", #"{"a":1"#, "[1] 2", "no", #""a"#, "1e"])
    func refuses(text: String) {
        #expect(value(text) == nil)
    }

    @Test("its line has no byte that a terminal could obey, and is the same JSON")
    func line() throws {
        let text = "{\"a\": \"\u{9B}31m\u{7F}\u{202E}ö\u{1F600}\u{E000}\",\r\n\t\"b\": 1}"
        let line = try #require(value(text)).line
        #expect(line == #"{"a": "\u009b31m\u007f\u202eö😀\ue000",   "b": 1}"#)
        #expect(value(line)?.member("a")?.string == value(text)?.member("a")?.string)
    }
}
