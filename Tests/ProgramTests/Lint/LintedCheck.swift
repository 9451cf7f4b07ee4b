import TestSupport
import Testing

/// A check as `waitfor lint` sees it in a Compose file, as it ends when it is run, and as waitfor asks in place of it.
struct LintedCheck {
    private let rule: String
    private let command: [String]
    private let instead: [String]
    private let location: SourceLocation

    /// Expects `rule` among the findings of a service with this image; `test` is the text of a shell.
    init(
        _ rule: String, _ image: String, _ test: String, _ more: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try self.init(
            rule, image, yaml: "'\(Self.doubled("'", in: test))'", ["/bin/sh", "-c", test], more,
            sourceLocation)
    }

    /// The same of the exec form.
    init(
        _ rule: String, _ image: String, _ test: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let words = (["CMD"] + test).map { "'\($0)'" }.joined(separator: ", ")
        try self.init(rule, image, yaml: "[\(words)]", ["/usr/bin/env"] + test, "", sourceLocation)
    }

    private init(
        _ rule: String, _ image: String, yaml: String, _ command: [String], _ more: String,
        _ location: SourceLocation
    ) throws {
        (self.rule, self.command, self.location) = (rule, command, location)
        let directory = try TemporaryDirectory()
        let text =
            "services: {db: {image: '\(image)', healthcheck: {test: \(Self.doubled("$", in: yaml))\(more)}}}\n"
        let path = try directory.write("compose.yaml", text)
        let run = try Program.run(Program.waitfor, ["lint", path])
        let line = run.output.split(separator: "\n").first { $0.contains(": \(rule): ") }
        #expect(run.exitCode == 1 && line != nil, "\(text)\(run)", sourceLocation: location)
        let form = line?.split(separator: "`").last { $0.hasPrefix("waitfor check ") } ?? ""
        instead = form.split(separator: " ").dropFirst().map(String.init)
    }

    private static func doubled(_ sign: Character, in text: String) -> String {
        text.split(separator: sign, omittingEmptySubsequences: false).joined(separator: "\(sign)\(sign)")
    }

    /// What runs it, with the clients of PostgreSQL first in PATH.
    func program(_ environment: [String: String] = [:], prefix: [String] = []) -> Program {
        let folder = PostgresServer.pgIsReady.split(separator: "/").dropLast().joined(separator: "/")
        let words = prefix + command
        return Program(
            words[0], Array(words.dropFirst()),
            environment: ["PATH": "/\(folder):\(Program.searchPath)"].merging(environment) { $1 })
    }

    /// Runs it, and expects its lie.
    @discardableResult
    func expect(
        exit code: Int32, _ environment: [String: String] = [:], prefix: [String] = []
    ) throws -> Finished {
        let run = try program(environment, prefix: prefix).run()
        #expect(run.exitCode == code, "\(command): \(run)", sourceLocation: location)
        if run.exitCode == code { Records.reached("lint: \(rule)") }
        return run
    }

    /// Asks by the form that the finding names, and expects a word of its answer.
    func truth(_ word: String, _ options: [String] = [], _ environment: [String: String] = [:]) throws {
        let run = try Program.run(
            Program.waitfor, instead + options,
            environment: Program.minimalEnvironment.merging(environment) { $1 })
        #expect(!instead.isEmpty, "\(rule) has no form", sourceLocation: location)
        #expect(run.exitCode == (word == "ready" ? 0 : 1), "\(instead): \(run)", sourceLocation: location)
        #expect(run.output.contains(word), "\(instead): \(run)", sourceLocation: location)
    }
}
