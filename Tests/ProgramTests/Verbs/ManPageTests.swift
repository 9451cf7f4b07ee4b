import HealthCore
import TestSupport
import Testing

@testable import waitfor

/// `waitfor help man`.
struct ManPageTests {
    /// A folder with the page.
    private func made() throws -> TemporaryDirectory {
        let run = try Program.run(Program.waitfor, ["help", "man"])
        #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run)")
        // Where the locale is C, man warns of every other character.
        #expect(run.outputBytes.allSatisfy { $0 < 0x80 })
        let directory = try TemporaryDirectory()
        try directory.write("waitfor.1", run.output)
        return directory
    }

    private func run(_ program: String, _ arguments: [String]) throws -> Finished {
        var environment = Program.minimalEnvironment
        (environment["LC_ALL"], environment["MANWIDTH"], environment["MAN_KEEP_FORMATTING"]) = (
            "C.UTF-8", "80", nil
        )
        return try Program.run(program, arguments, environment: environment)
    }

    @Test("man and mandoc have no warning about the page, and its name and purpose are found")
    func warnings() throws {
        let directory = try made()
        defer { directory.remove() }
        let file = directory.file("waitfor.1")
        let man = try run("man", ["--warnings", "-E", "UTF-8", "-l", "-Tutf8", file])
        #expect(man.exitCode == 0 && man.errors.isEmpty, "\(man.errors)")
        let mandoc = try run("mandoc", ["-T", "lint", file])
        #expect(mandoc.exitCode == 0 && mandoc.output.isEmpty, "\(mandoc)")
        let name = try run("lexgrog", [file])
        #expect(name.output.contains("\"waitfor - know whether"), "\(name)")
    }

    @Test("the page has every call, option, setting, form, reason and exit code")
    func contents() throws {
        let directory = try made()
        defer { directory.remove() }
        let file = directory.file("waitfor.1")
        let shown = lines(try run("mandoc", ["-T", "ascii", "-O", "width=200", file]).output).map(plain)
        func expect(_ line: String) {
            let isThere = shown.contains { $0 == line || $0.hasPrefix("\(line)  ") }
            #expect(isThere, "\(line)")
        }
        for call in HelpText.forms { expect("waitfor \(call.form)") }
        for option in Option.all {
            expect((option.short.map { "-\($0), " } ?? "") + "--\(option.name)\(option.suffix)")
        }
        for row in TargetSettings.settings + Setting.ofSomeKinds { expect("\(row.key)=\(row.takes)") }
        for form in Kinds.forms { expect(form.example) }
        for code in HelpText.exitCodes { expect(code.0) }
        let words = shown.joined(separator: " ")
        for reason in Reason.allCases { #expect(words.contains(reason.rawValue)) }
    }

    /// A line without its bold and underlined letters, which are typed over.
    private func plain(_ line: String) -> String {
        var plain = String.UnicodeScalarView()
        for character in line.unicodeScalars {
            if character == "\u{8}" { plain.removeLast() } else { plain.append(character) }
        }
        return String(String(plain).drop { $0 == " " })
    }

    @Test(
        "a text that looks like roff stays text",
        arguments: [".so /etc/passwd", "'br", "a\\nb -x", "one\n.two"])
    func escapes(text: String) throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        try directory.write(
            "x.1", ".TH X 1 \"2026-01-01\"\n.SH NAME\nx \\- y\n.SH TEXT\n" + Roff.filled(text))
        let shown = try run("mandoc", ["-T", "ascii", directory.file("x.1")])
        let words = text.split(whereSeparator: { " \n".contains($0) }).joined(separator: " ")
        #expect(shown.output.contains("\n       \(words)\n"), "\(shown)")
        #expect(try run("mandoc", ["-T", "lint", directory.file("x.1")]).exitCode == 0)
    }
}
