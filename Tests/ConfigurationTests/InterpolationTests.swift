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
            return (error as? Interpolation.Problem)?.message ?? "\(error)"
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

    @Test("a required variable has its message, itself expanded (C-15, CI-7, CI-9)")
    func required() {
        #expect(
            problem("${UNSET:?Mandatory ${FOO}}")
                == "required variable UNSET is missing a value: Mandatory first")
        #expect(problem("${BAR:?err}") == "required variable BAR is missing a value: err")
        #expect(problem("${UNSET?}") == "required variable UNSET is missing a value")
    }
}
