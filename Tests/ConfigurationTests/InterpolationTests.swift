import Testing

@testable import Configuration

@Suite("Compose's variables in values")
struct InterpolationTests {
    private static let variables = ["FOO": "first", "BAR": "", "lower": "l", "_x1": "u"]

    private func expand(_ text: String) throws -> String {
        try Interpolation(variable: { Self.variables[$0] }).expand(text)
    }

    private func problem(_ text: String) -> String {
        do { return "no problem: \(try expand(text))" } catch {
            return (error as? Interpolation.SyntaxError)?.message ?? "\(error)"
        }
    }

    @Test(
        "every form yields what Compose's does (C-12, C-13, C-16, CI-1…CI-7)",
        arguments: [
            ("$${foo}", "${foo}"), ("$FOO-bar", "first-bar"), ("${BAR:-def}", "def"), ("${BAR-def}", ""),
            ("${BAR:-/non:-alphanumeric}", "/non:-alphanumeric"),
            ("${BAR+$FOO ${FOO:+second}}", "first second"),
            ("${BAR?err}", ""), ("${FOO}", "first"), ("$lower${_x1}", "lu"), ("${UNSET:-a}", "a"),
            ("${UNSET-a}", "a"), ("${UNSET:-${FOO}}", "first"), ("${UNSET:-${BAR:-${FOO}}}", "first"),
            ("${UNSET+a}", ""), ("${UNSET:+a}", ""), ("${BAR:+a}", ""), ("${FOO:+a}", "a"),
            ("${FOO?x}", "first"),
            ("${FOO:?x}", "first"), ("a $ string", "a $ string"), ("^REGEX$", "^REGEX$"), ("$}", "$}"),
            ("$", "$"),
            ("$$", "$"), ("$$$FOO", "$first"), ("$1", "$1"), ("", ""), ("${UNSET:-}", ""),
            ("${FOO:-{\"json\":1}}", "first"), ("${BAR:-{\"json\":1}}", "{\"json\":1}"),
            ("${BAR-{\"json\":1}}", ""), ("ok ${UNSET-{\"a\":{\"b\":1}}}!", "ok {\"a\":{\"b\":1}}!"),
            ("${UNSET:-{}}", "{}"), ("${UNSET:-{${FOO}}}}", "{first}}"), ("${FOO:+{${BAR}}}", "{}"),
            ("${FOO:-${UNSET}}", "first"), ("${UNSET:+${UNSET}}", ""), ("p${FOO}s", "pfirsts"),
        ])
    func forms(text: String, expected: String) throws {
        #expect(try expand(text) == expected)
    }

    @Test("what is no variable is a mistake that says how `$` is written (C-16)")
    func malformed() {
        for text in ["${", "${}", "${ foo}", "${1}", "${-x}"] {
            #expect(problem(text).contains("`$$`"), "\(text)")
        }
        for text in ["${foo }", "${foo!}", "${foo:}", "${foo:x}"] {
            #expect(problem(text).contains(":-default"), "\(text): \(problem(text))")
        }
    }

    @Test("a variable that is not set and has no default is a mistake that names it")
    func unset() {
        #expect(problem("$UNSET").hasPrefix("UNSET is not set"))
        #expect(problem("a${UNSET}b").hasPrefix("UNSET is not set"))
        #expect(problem("${BAR:-${UNSET}}").hasPrefix("UNSET is not set"))
    }

    @Test("what may be a part of a password is not told")
    func partsOfPasswords() {
        for text in ["pa$word", "$ecret", "hunter$TWO", "9$X_1"] {
            #expect(
                problem(text) == "the name after a `$` is not set; a `$` alone is written `$$`", "\(text)")
        }
        #expect(problem("db-$UNSET.local").hasPrefix("UNSET is not set"))
        #expect(problem("a${lower_unset}").hasPrefix("lower_unset is not set"))
    }

    @Test("variables in variables have a bound, however many there are")
    func depth() throws {
        func nested(_ levels: Int, _ start: String = "${A:-") -> String {
            String(repeating: start, count: levels) + "x" + String(repeating: "}", count: levels)
        }
        #expect(try expand(nested(31)) == "x")
        for start in ["${A:-", "${A-", "${FOO+", "${FOO:+", "${A:?", "${A?"] {
            #expect(problem(nested(60_000, start)).contains("32 levels"), "\(start)")
        }
        #expect(problem(String(repeating: "${A:-", count: 60_000)).contains("without `}`"))
        // What is not used is not looked into.
        #expect(try expand("${FOO:-" + nested(60_000) + "}") == "first")
    }

    @Test("what comes out of variables has a bound")
    func size() throws {
        let large = String(repeating: "x", count: 1000)
        let interpolation = Interpolation(variable: { _ in large }, limit: 10_000)
        #expect(try interpolation.expand(String(repeating: "$A", count: 10)).utf8.count == 10_000)
        for text in [String(repeating: "$A", count: 11), "${B:+" + String(repeating: "$A", count: 11) + "}"] {
            #expect(throws: Interpolation.SyntaxError.self) { try interpolation.expand(text) }
        }
    }

    @Test("a required variable has its message, itself expanded (C-15, CI-7, CI-9)")
    func required() {
        #expect(
            problem("${UNSET:?Mandatory ${FOO}}")
                == "required variable UNSET is missing a value: Mandatory first")
        #expect(problem("${BAR:?err}") == "required variable BAR is missing a value: err")
        #expect(problem("${UNSET?}") == "required variable UNSET is missing a value")
    }
}
