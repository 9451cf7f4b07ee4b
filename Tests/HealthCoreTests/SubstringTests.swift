import HealthCore
import Testing

@Suite("Searching for a part")
struct SubstringTests {
    @Test(
        "the end of the first place is found, also after a false start",
        arguments: [
            ("abcabd", "abd", 6), ("abcabd", "abc", 3), ("aab", "ab", 3), ("abab", "ab", 2), ("abc", "c", 3),
            ("abc", "", 0), ("", "a", nil), ("ab", "abc", nil), ("abc", "ca", nil),
        ] as [(String, String, Int?)])
    func ends(text: String, part: String, end: Int?) {
        #expect(Array(text.utf8).endOfFirst(part.utf8) == end)
        #expect(text.mentions(part) == (end != nil))
    }

    @Test("a slice keeps its own indices")
    func slices() {
        #expect(Array("xxabxx".utf8)[2...].endOfFirst("ab".utf8) == 4)
        #expect(Array("abxx".utf8)[2...].endOfFirst("ab".utf8) == nil)
    }
}
