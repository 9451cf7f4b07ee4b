import TestSupport
import Testing

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

    private static let gateOptions = [
        "-t, --timeout", "--attempt-timeout", "-i, --interval", "--any", "--quorum", "--optional",
        "--optional-wait",
        "--success-threshold", "--stable", "--fail-fast", "--accept", "--for", "--set", "--password-file",
        "-4", "-6",
        "-q, --quiet", "-v, --verbose", "--log", "-h, --help", "WAITFOR_GATE_",
    ]

    private static let checkOptions = [
        "-t, --timeout", "--any", "--quorum", "--optional", "--accept", "--for", "--set", "--password-file",
        "-4", "-6",
        "-q, --quiet", "-v, --verbose", "--log", "--output", "-h, --help", "WAITFOR_CHECK_",
    ]

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
        expect(try page(arguments), toMention: Self.gateOptions)
    }

    @Test(
        "check --help has the options of the check",
        arguments: [["check", "--help"], ["check", "-h"], ["help", "check"]])
    func check(arguments: [String]) throws {
        expect(try page(arguments), toMention: Self.checkOptions)
    }

    @Test("version and help have help of their own")
    func others() throws {
        expect(try page(["version", "--help"]), toMention: ["--libraries"])
        expect(try page(["help", "version"]), toMention: ["--libraries"])
        expect(try page(["help", "--help"]), toMention: ["targets", "exit"])
    }

    @Test("--help needs no target and nothing else that is right")
    func helpAmongOthers() throws {
        expect(try page(["check", "db:5432", "--help"]), toMention: Self.checkOptions)
        expect(try page(["db:5432", "-t", "5", "--help", "--", "app"]), toMention: Self.gateOptions)
    }

    @Test("help targets has every form of a target, every setting and every reason")
    func targets() throws {
        let forms = [
            "db:5432", "postgres://", "pg:host=", ":6379", "redis://", "redis+unix:///", "tcp://", "unix:///",
            "env:",
            "NAME=",
        ]
        let settings = [
            "level", "query", "user", "password", "password_file", "database", "timeout", "interval",
            "success_threshold",
            "stable", "optional", "accept", "ping", "writable", "PGPASSWORD", "PGPASSFILE", "REDISCLI_AUTH",
        ]
        let reasons = [
            "dns", "refused", "unreachable", "timeout", "closed", "tls", "protocol", "starting",
            "shutting_down",
            "recovering", "too_many_connections", "auth", "no_database", "denied", "loading", "masterdown",
            "busy",
            "misconf", "read_only", "role", "lag", "link_down", "cluster_down", "http_status",
            "body_mismatch", "missing",
            "exit_status", "stale", "config", "error",
        ]
        expect(try page(["help", "targets"]), toMention: forms + settings + reasons)
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
        ] {
            let installed = try Program.run("pkg-config", ["--modversion", module]).trimmedOutput
            #expect(!installed.isEmpty)
            let words = said.map { $0.split(separator: " ").map(String.init) }
            #expect(words.contains { $0.starts(with: [name, installed]) }, "\(name) \(installed): \(said)")
        }
    }
}
