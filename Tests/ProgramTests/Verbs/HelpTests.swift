import HealthCore
import TestSupport
import Testing

@testable import waitfor

/// Help and versions.
struct HelpTests {
    private func page(_ arguments: [String]) throws -> String {
        let finished = try Program.run(Program.waitfor, arguments)
        #expect(finished.exitCode == 0, "\(arguments): \(finished)")
        #expect(finished.errors.isEmpty, "\(arguments): \(finished)")
        for line in lines(finished.output) { #expect(line.count <= 120, "\(arguments): \(line)") }
        #expect(finished.output.hasSuffix("\n"), "\(arguments)")
        return finished.output
    }

    private func expect(
        _ text: String, toMention words: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for word in words {
            #expect(text.contains(word), "\(word) in \(text)", sourceLocation: sourceLocation)
        }
    }

    /// Expects a line for each option of a verb, and no other.
    private func expectOptions(
        of verb: Verb, in text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let expected = Option.all.filter { $0.verbs.contains(verb) }.map { option in
            let value =
                switch option.value {
                case .none: ""
                case .required(let form): "=\(form)"
                case .optional(let form): "[=\(form)]"
                }
            return "  " + (option.short.map { "-\($0), " } ?? "    ") + "--\(option.name)\(value) "
        }
        let said = lines(text).filter { $0.hasPrefix("  -") || $0.hasPrefix("      --") }
        #expect(said.count == expected.count, sourceLocation: sourceLocation)
        for (line, start) in zip(said, expected) {
            #expect(line.hasPrefix(start), sourceLocation: sourceLocation)
        }
        if verb.readsEnvironment {
            #expect(text.contains(" WAITFOR_\(verb.rawValue.uppercased())_"), sourceLocation: sourceLocation)
        }
    }

    @Test("help names the verbs")
    func overview() throws {
        expect(
            try page(["help"]),
            toMention: ["waitfor check", "waitfor version", "waitfor help", "--", "COMMAND"])
    }

    @Test(
        "Every verb has --help with its options",
        arguments: [["--help"], ["-h"], ["wait", "--help"], ["help", "wait"]])
    func gate(arguments: [String]) throws {
        expectOptions(of: .gate, in: try page(arguments))
    }

    @Test(
        "check --help has the options of the check",
        arguments: [["check", "--help"], ["check", "-h"], ["help", "check"]])
    func check(arguments: [String]) throws {
        expectOptions(of: .check, in: try page(arguments))
    }

    @Test(
        "agent --help has the options of the agent",
        arguments: [["agent", "--help"], ["serve", "-h"], ["help", "agent"]])
    func agent(arguments: [String]) throws {
        expectOptions(of: .agent, in: try page(arguments))
    }

    @Test("version and help have help of their own")
    func others() throws {
        expectOptions(of: .version, in: try page(["version", "--help"]))
        expectOptions(of: .version, in: try page(["help", "version"]))
        expectOptions(of: .config, in: try page(["config", "--help"]))
        expectOptions(of: .completion, in: try page(["completion", "--help"]))
        expectOptions(of: .install, in: try page(["install", "--help"]))
        expect(try page(["help", "--help"]), toMention: ["targets", "exit"])
        expectOptions(of: .help, in: try page(["help", "--help"]))
    }

    @Test("--help needs no target and nothing else that is right")
    func helpAmongOthers() throws {
        expectOptions(of: .check, in: try page(["check", "db:5432", "--help"]))
        expectOptions(of: .gate, in: try page(["db:5432", "-t", "5", "--help", "--", "app"]))
    }

    @Test("help targets has every form of a target, every setting and every reason")
    func targets() throws {
        let text = try page(["help", "targets"])
        expect(text, toMention: ["NAME=", "env:", "host:port", "PGPASSWORD", "PGPASSFILE", "REDISCLI_AUTH"])
        expect(text, toMention: Kinds.forms.map(\.example))
        expect(text, toMention: Kinds().compactMap { kind in kind.wellKnownPort.map { "host:\($0)" } })
        let settings = TargetSettings.settings + Setting.ofSomeKinds
        expect(text, toMention: settings.map { "\n    \($0.key)=\($0.takes) " })
        let reasons = text.split(separator: "\n").drop { !$0.hasPrefix("Reasons") }.dropFirst()
        #expect(
            reasons.flatMap { $0.split(separator: " ") }.map(String.init) == Reason.allCases.map(\.rawValue))
    }

    @Test("help exit has every exit code")
    func exits() throws {
        let text = try page(["help", "exit"])
        let codes = lines(text).compactMap { $0.split(separator: " ").first.map(String.init) }
        for code in ["0", "1", "124", "125", "126", "127", "128+n"] {
            #expect(codes.contains(code), "\(code)")
        }
    }

    @Test("version is one line, and -V says the same")
    func version() throws {
        let text = try page(["version"])
        #expect(lines(text).count == 1 && text.hasPrefix("waitfor "), "\(text)")
        #expect(text.contains { $0.isNumber })
        #expect(try page(["--version"]) == text)
        #expect(try page(["-V"]) == text)
    }

    @Test("version --libraries has each linked library with the version that is installed")
    func libraries() throws {
        let said = lines(try page(["version", "--libraries"]))
        for (name, module) in [
            ("libpq", "libpq"), ("hiredis", "hiredis"), ("c-ares", "libcares"), ("OpenSSL", "openssl"),
            ("nghttp2", "libnghttp2"),
        ] {
            let installed = try Program.run("pkg-config", ["--modversion", module]).trimmedOutput
            #expect(!installed.isEmpty)
            let words = said.map { $0.split(separator: " ").map(String.init) }
            #expect(words.contains { $0.starts(with: [name, installed]) }, "\(name) \(installed): \(said)")
        }
    }
}
