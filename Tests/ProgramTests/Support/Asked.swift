import TestSupport
import Testing

/// What `waitfor check --output json` said about one target.
struct Asked: CustomStringConvertible {
    let finished: Finished
    private let answer: FlatJSON

    /// Asks once. `settings` are `key=value` of a target that is called `db`.
    init(
        _ target: String, _ settings: [String] = [], options: [String] = [],
        environment: [String: String] = [:]
    ) throws {
        let arguments =
            ["check", "--output", "json", target] + settings.flatMap { ["--set", "db.\($0)"] } + options
        finished = try Program.run(
            Program.waitfor, arguments,
            environment: Program.minimalEnvironment.merging(environment) { $1 })
        answer = FlatJSON(finished.output)
    }

    /// `ready`, or the reason: what exit code, `ready`, `state` and `reason` say with one voice.
    var verdict: String {
        let said = (finished.exitCode, answer["ready"], answer["state"], answer["reason"])
        switch said {
        case (0, "true", "healthy", nil): return "ready"
        case (1, "false", "unhealthy", let reason?): return reason
        default: return "no verdict: \(said)"
        }
    }

    var message: String { answer["message"] ?? "" }
    var address: String? { answer["address"] }
    var isPermanent: Bool { answer["permanent"] == "true" }
    /// Seconds from the start of the attempt to its end.
    var duration: Double { answer["duration_s"].flatMap(Double.init) ?? -1 }

    var description: String { "\(verdict): \(finished)" }
}

/// A state of a real server, and what the program must call it.
struct ServerState {
    /// Such as `postgres: starting`; the same however the target was written.
    let name: String
    let target: String
    var settings: [String] = []
    var options: [String] = []
    var environment: [String: String] = [:]

    /// Asks for a verdict, and notes that the state was reached if it is the right one.
    @discardableResult
    func expect(_ verdict: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Asked {
        try expect(verdict, settings, name, sourceLocation)
    }

    /// The same at levels of PostgreSQL, in their order; the target is called `db`.
    @discardableResult
    func expect(
        _ verdicts: KeyValuePairs<String, String>, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [Asked] {
        try verdicts.map { level, verdict in
            try expect(verdict, settings + ["level=\(level)"], "\(name) at \(level)", sourceLocation)
        }
    }

    private func expect(
        _ verdict: String, _ settings: [String], _ state: String, _ location: SourceLocation
    ) throws -> Asked {
        let asked = try Asked(target, settings, options: options, environment: environment)
        #expect(
            asked.verdict == verdict, "\(state), \(target) \(settings + options) \(environment): \(asked)",
            sourceLocation: location)
        if asked.verdict == verdict { Records.reached(state) }
        return asked
    }
}

/// Tests of the states of one kind of server, each asked for once and named.
protocol ServerStateTests {
    /// What stands before the name of a state: `redis`.
    var kind: String { get }
    /// What every target is called.
    var targetName: String { get }
}

extension ServerStateTests {
    /// Asks the target with these settings for a verdict, and for a message with these words in it.
    @discardableResult
    func expect(
        _ verdict: String, _ state: String, _ target: String, _ settings: [String] = [],
        says words: String = "",
        environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Asked {
        let named = target.hasPrefix("\(targetName)=") ? target : "\(targetName)=\(target)"
        let asked = try ServerState(
            name: "\(kind): \(state)", target: named,
            options: settings.flatMap { ["--set", "\(targetName).\($0)"] },
            environment: environment
        ).expect(verdict, sourceLocation: sourceLocation)
        #expect(asked.message.contains(words), "\(asked)", sourceLocation: sourceLocation)
        return asked
    }
}

extension PostgresServer {
    /// A target called `db` at this server's port: `app:secret` is the userinfo, `/name?…` the rest.
    func target(_ userinfo: String? = nil, _ rest: String = "") -> String {
        "db=postgres://\(userinfo.map { "\($0)@" } ?? "")127.0.0.1:\(port)\(rest)"
    }
}

extension RedisServer {
    /// A target called `cache` at this server's port.
    func target(_ userinfo: String? = nil, _ rest: String = "") -> String {
        "cache=redis://\(userinfo.map { "\($0)@" } ?? "")127.0.0.1:\(port)\(rest)"
    }
}
