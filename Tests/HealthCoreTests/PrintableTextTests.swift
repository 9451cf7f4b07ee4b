import HealthCore
import Testing

@Suite("What a peer says, as one printable line")
struct PrintableTextTests {
    static let shown: [(String, String)] = [
        ("", ""), ("plain text, with spaces", "plain text, with spaces"), ("Grüße ≤ 你好 🐘", "Grüße ≤ 你好 🐘"),
        ("e\u{301}", "e\u{301}"), ("a\nb\r\nc\td", "a\\x0ab\\x0d\\x0ac\\x09d"),
        ("\u{1B}[31mred\u{1B}[0m", "\\x1b[31mred\\x1b[0m"), ("a\0b", "a\\x00b"), ("\u{7F}", "\\x7f"),
        // C1 controls, direction overrides, invisible and line-breaking characters.
        ("\u{9B}31m", "\\xc2\\x9b31m"), ("\u{202E}txt", "\\xe2\\x80\\xaetxt"),
        ("a\u{200B}b", "a\\xe2\\x80\\x8bb"),
        ("\u{2028}", "\\xe2\\x80\\xa8"), ("\u{2029}", "\\xe2\\x80\\xa9"), ("\u{FEFF}x", "\\xef\\xbb\\xbfx"),
        ("\u{E000}", "\\xee\\x80\\x80"), ("\u{10FFFF}", "\\xf4\\x8f\\xbf\\xbf"),
    ]

    @Test("what is not printable is shown as \\xNN, byte by byte", arguments: shown)
    func escapes(text: String, line: String) {
        #expect(PrintableText.line(text) == line)
        #expect(PrintableText.line(Array(text.utf8)) == line)
    }

    @Test(
        "bytes that are no UTF-8 are shown one by one and nothing is lost",
        arguments: [
            ([0xFF], "\\xff"), ([0x61, 0x80, 0x62], "a\\x80b"), ([0xC3], "\\xc3"), ([0xC3, 0x28], "\\xc3("),
            // An overlong slash, a surrogate, a scalar beyond Unicode, a scalar cut short.
            ([0xC0, 0xAF], "\\xc0\\xaf"), ([0xED, 0xA0, 0x80], "\\xed\\xa0\\x80"),
            ([0xF5, 0x80, 0x80, 0x80], "\\xf5\\x80\\x80\\x80"), ([0xE2, 0x82, 0x41], "\\xe2\\x82A"),
            ([0xE2, 0x82], "\\xe2\\x82"), ([0x46, 0xFC, 0x72, 0x20, 0xC3, 0xBC], "F\\xfcr ü"),
        ] as [([UInt8], String)])
    func invalid(bytes: [UInt8], line: String) {
        #expect(PrintableText.line(bytes) == line)
    }

    @Test(
        "a line never has more than 200 bytes, is cut between characters, and says that it was cut",
        arguments: ["x", "é", "€", "🐘", "\n", "\u{9B}", "x€", "\u{1B}🐘"])
    func limits(unit: String) {
        for count in 0...210 {
            let text = String(repeating: unit, count: count)
            let line = PrintableText.line(text)
            let whole = text.unicodeScalars.map { PrintableText.line(String($0)) }.joined()
            #expect(line.utf8.count <= 200)
            if whole.utf8.count <= 197 {
                #expect(line == whole)
            } else {
                #expect(line.hasSuffix("…"))
                #expect(whole.hasPrefix(String(line.dropLast())))
                #expect(line.utf8.count > 200 - 3 - 12)
            }
            // A message may pass through here twice.
            #expect(PrintableText.line(line) == line)
        }
    }

    @Test(
        "a word that may be a target or a setting is not shown",
        arguments: [
            ("start-app", "start-app"), ("a\u{1B}b", "a\\x1bb"), ("", ""), ("p:w", "***"), ("a/b", "***"),
            ("a@b", "***"),
            ("a=b", "***"), ("a?b", "***"), ("a#b", "***"), ("50%", "***"), ("a&b", "***"),
            ("password hunter2", "***"), ("a\tb", "***"), ("a\nb", "***"), (" a", "***"),
        ])
    func word(text: String, shown: String) {
        #expect(PrintableText.word(text.utf8) == shown)
    }

    @Test(
        "quotes are Go's: what it calls %q",
        arguments: [
            ("", "\"\""), ("a b", "\"a b\""), ("\"\n", "\"\\\"\\n\""), ("\\", "\"\\\\\""),
            ("\u{7}\u{8}\u{C}\r\t\u{B}", "\"\\a\\b\\f\\r\\t\\v\""), ("\0\u{1B}\u{7F}", "\"\\x00\\x1b\\x7f\""),
            ("Grüße 你好 🐘", "\"Grüße 你好 🐘\""), ("\u{A0}\u{2028}\u{E000}", "\"\\u00a0\\u2028\\ue000\""),
            ("\u{10FFFF}", "\"\\U0010ffff\""),
            (String(repeating: "x", count: 500), "\"" + String(repeating: "x", count: 195) + "…\""),
        ])
    func quotes(text: String, shown: String) {
        #expect(PrintableText.quoted(text) == shown)
    }

    @Test("a line may have another limit")
    func otherLimit() {
        let text = String(repeating: "x", count: 300)
        #expect(PrintableText.line(text, atMost: 4000) == text)
        #expect(PrintableText.line("a\n" + text, atMost: 100).utf8.count == 100)
    }

    @Test("a megabyte is cut like 201 bytes")
    func large() {
        let line = PrintableText.line([UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20))
        #expect(line == String(repeating: "a", count: 197) + "…")
    }
}
