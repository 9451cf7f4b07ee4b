import Glibc
import TestSupport
import Testing

/// A running `waitfor agent` with a configuration of its own, and what it says over HTTP.
final class AgentUnderTest {
    let program: RunningProgram
    let port: UInt16
    let directory: TemporaryDirectory
    var place: HTTPPlace { .port(port) }
    var path: String { directory.file("waitfor.yaml") }

    /// Starts an agent that listens on a free port of 127.0.0.1 and waits until it answers. `yaml` is all of
    /// the configuration but `listen`.
    init(
        _ yaml: String, _ options: [String] = [], environment: [String: String] = [:],
        directory: TemporaryDirectory? = nil
    ) throws {
        self.directory = try directory ?? TemporaryDirectory()
        port = try FreePort.make()
        try self.directory.write("waitfor.yaml", "listen: 127.0.0.1:\(port)\n\(yaml)")
        program = try Program(
            Program.waitfor, ["agent", "-c", self.directory.file("waitfor.yaml")] + options,
            environment: Program.minimalEnvironment.merging(environment) { $1 }
        ).start()
        let place = place
        let answers = eventually(within: 10) { program.finished != nil || (try? place.connect()) != nil }
        guard answers, program.finished == nil else {
            throw SupportFailure("the agent does not listen: \(program.standardError)")
        }
    }

    /// Exchanges the configuration, all but `listen`.
    func rewrite(_ yaml: String) throws {
        try directory.write("waitfor.yaml", "listen: 127.0.0.1:\(port)\n\(yaml)")
    }

    func get(_ path: String, headers: [String: String] = [:]) throws -> HTTPReply {
        try place.get(path, headers: headers)
    }

    /// The value of a sample of /metrics, such as `waitfor_target_healthy{target="db"}`.
    func metric(_ sample: String) throws -> Double? {
        let line = try get("/metrics").body.split(separator: "\n").last { $0.hasPrefix(sample + " ") }
        return line.flatMap { Double($0.dropFirst(sample.count + 1)) }
    }

    /// What /status says of a target.
    func target(_ name: String) throws -> [String: String] {
        FlatJSON(try get("/status").body).objects.first { $0["name"] == name } ?? [:]
    }

    /// Waits until /status, /readyz, /metrics and the verdict of a single target say the same of it.
    /// `reason` nil is a target that is healthy and answers; `isReady` is the verdict of the whole agent.
    func expect(
        _ name: String, _ state: String, reason: String?, isReady: Bool, streak: ClosedRange<Int>? = nil,
        within seconds: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var seen = ""
        let agrees = eventually(within: seconds, every: 0.02) {
            guard let said = try? Voices(self, name) else { return false }
            seen = "\(said)"
            return said.agree(on: state, reason: reason, isReady: isReady, streak: streak)
        }
        #expect(
            agrees, "\(name) is not \(state), \(reason ?? "ready") within \(seconds) s: \(seen)",
            sourceLocation: sourceLocation)
    }

    /// Stops it and returns how it ended.
    func stop(_ signal: Int32 = SIGTERM) throws -> Finished {
        program.send(signal)
        return try program.finish(within: 10)
    }
}

/// What an agent says of one target at all of its endpoints.
private struct Voices: CustomStringConvertible {
    let status: [String: String]
    let readyz: Int
    let single: Int
    let metrics: String
    let name: String

    init(_ agent: AgentUnderTest, _ name: String) throws {
        self.name = name
        status = try agent.target(name)
        readyz = try agent.get("/readyz").status
        single = try agent.get("/readyz/\(name)").status
        metrics = try agent.get("/metrics").body
    }

    func agree(on state: String, reason: String?, isReady: Bool, streak: ClosedRange<Int>?) -> Bool {
        let counted = status["failing_streak"].flatMap(Int.init) ?? -1
        return status["state"] == state && status["reason"] == reason
            && readyz == (isReady ? 200 : 503) && single == (state == "healthy" ? 200 : 503)
            && (streak ?? (reason == nil ? 0...0 : 1...1_000_000)).contains(counted)
            && has("waitfor_target_state{target=\"\(name)\",state=\"\(state)\"} 1")
            && has("waitfor_target_healthy{target=\"\(name)\"} \(state == "healthy" ? 1 : 0)")
            && has("waitfor_probe_success{target=\"\(name)\"} \(reason == nil ? 1 : 0)")
            && has("waitfor_target_failing_streak{target=\"\(name)\"} \(counted)")
            && has("waitfor_ready \(isReady ? 1 : 0)")
            && (reason.map { !has("waitfor_probe_failures_total{target=\"\(name)\",reason=\"\($0)\"} 0") }
                ?? true)
    }

    private func has(_ line: String) -> Bool {
        metrics.split(separator: "\n").contains { $0 == line }
    }

    var description: String {
        let lines = metrics.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.contains("_bucket") }
        return "\(status) readyz \(readyz) single \(single)\n\(lines.joined(separator: "\n"))"
    }
}

/// What a test of an agent could not set up.
struct SupportFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
