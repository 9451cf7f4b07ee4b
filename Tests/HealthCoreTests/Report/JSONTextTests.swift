import HealthCore
import Testing

@Suite("JSON")
struct JSONTextTests {
    @Test("values are written in their order, on one line")
    func values() {
        let value = JSONText.object([
            ("b", .integer(-1)), ("n", .null), ("t", .bool(true)), ("f", .bool(false)),
            ("empty", .object([])), ("o", .optional(nil)), ("s", .optional("s")),
        ])
        #expect(value.text == #"{"b":-1,"n":null,"t":true,"f":false,"empty":{},"o":null,"s":"s"}"#)
    }

    @Test(
        "strings escape quotes, backslashes and control characters, and nothing else",
        arguments: [
            ("", #""""#), ("a\"b", #""a\"b""#), ("a\\b", #""a\\b""#), ("a\nb", #""a\nb""#),
            ("\u{1}\t\r\u{1F}\u{7F}\0", #""\u0001\u0009\u000d\u001f\u007f\u0000""#), ("a/b", #""a/b""#),
            ("Grüße 🐘", #""Grüße 🐘""#), ("\\u0041", #""\\u0041""#), ("\u{1B}[0m", #""\u001b[0m""#),
        ])
    func strings(text: String, json: String) {
        #expect(JSONText.string(text).text == json)
        #expect(JSONText.object([(text, .null)]).text == "{\(json):null}")
    }

    @Test(
        "seconds have six decimals",
        arguments: [
            (0, "0.000000"), (1, "1.000000"), (0.0000004, "0.000000"), (0.0000006, "0.000001"),
            (12.3456789, "12.345679"), (0.999_999_9, "1.000000"), (86_400.5, "86400.500000"),
            (0.05, "0.050000"),
        ])
    func seconds(value: Double, text: String) {
        #expect(JSONText.number(value).text == text)
    }
}
