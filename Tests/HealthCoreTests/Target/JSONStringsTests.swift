import Testing

@testable import HealthCore

@Suite("A JSON array of strings")
struct JSONStringsTests {
    private func read(_ text: String) -> [String]? {
        JSONStrings.read(Array(text.utf8)[...])?.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("strings are read in their order, empty ones and none at all included")
    func strings() {
        #expect(read(#"["a","b c",""]"#) == ["a", "b c", ""])
        #expect(read("[]") == [])
        #expect(read(#"["[\"]"]"#) == [#"[""# + "]"])
    }

    @Test("space may stand wherever JSON lets it, and stays inside of a string")
    func space() {
        #expect(read(" [\t\"a\" \n,\r \" b \" ] ") == ["a", " b "])
        #expect(read(" [ ] ") == [])
    }

    @Test("every escape is the character that it stands for")
    func escapes() {
        #expect(read(#"["\"\\\/\b\f\n\r\t"]"#) == ["\"\\/\u{8}\u{C}\n\r\t"])
        #expect(read(#"["\u0041\u00e9\u20AC"]"#) == ["Aé€"])
        #expect(read(#"["\ud83d\ude00"]"#) == ["😀"])
    }

    @Test("a NUL can be written, and is a byte of the string")
    func nul() throws {
        let strings = try #require(JSONStrings.read(Array(#"["a\u0000b"]"#.utf8)[...]))
        #expect(strings == [[0x61, 0, 0x62]])
    }

    @Test("bytes that are no UTF-8 are kept as they are")
    func bytes() throws {
        let text = Array("[\"".utf8) + [0xFF, 0xC3] + Array("\"]".utf8)
        #expect(JSONStrings.read(text[...]) == [[0xFF, 0xC3]])
    }

    @Test("a slice is read from its own start")
    func slice() throws {
        let text = Array(#"exec:["a"]"#.utf8)
        #expect(JSONStrings.read(text[5...]) == [[0x61]])
    }

    @Test(
        "anything else is none",
        arguments: [
            "", " ", "a", "[", "]", "[,]", #"["a""#, #"["a",]"#, #"[,"a"]"#, #"["a""b"]"#, #"["a"] b"#,
            #"["a"]]"#, "[1]", "[null]", #"[["a"]]"#, #"{"a":"b"}"#, "['a']", #"["a]"#, #"["\"]"#, #"["\x"]"#,
            #"["\u12"]"#, #"["\u12g4"]"#, #"["\ud800"]"#, #"["\udc00"]"#, #"["\ud800\u0041"]"#,
            #"["\ud800\n"]"#, "[\"a\nb\"]", "[\"\u{1F}\"]",
        ])
    func refused(text: String) {
        #expect(read(text) == nil)
    }
}
