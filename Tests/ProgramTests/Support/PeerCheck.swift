import Glibc
import TestSupport
import Testing

/// One run of `waitfor check --output json` against one peer, and what it said.
struct PeerCheck {
    /// A deadline is overshot by less than this, in seconds.
    private static let allowance = isSanitized ? 0.25 : 0.020

    let finished: Finished
    /// The deadline that it was given, in seconds.
    let deadline: Double
    /// Why the target is not ready; nil if it is ready.
    let reason: String?
    let message: String
    let address: String
    /// The program's own measure of the attempt, in seconds.
    let duration: Double

    init(
        _ target: String, within milliseconds: Int = 500, _ options: [String] = [],
        environment: [String: String] = Program.minimalEnvironment
    ) throws {
        let arguments = ["check", "-t", "\(milliseconds)ms", "--output", "json"] + options + [target]
        let deadline = Double(milliseconds) / 1000
        var finished = try Program.run(Program.waitfor, arguments, environment: environment)
        var answer = FlatJSON(finished.output)
        var duration: Double { answer["duration_s"].flatMap(Double.init) ?? .infinity }
        // A busy machine may wake a process late now and then; a late program is late every time.
        for _ in 0..<2 where duration >= deadline + PeerCheck.allowance {
            finished = try Program.run(Program.waitfor, arguments, environment: environment)
            answer = FlatJSON(finished.output)
        }
        self.finished = finished
        self.deadline = deadline
        self.duration = duration
        reason = answer["reason"]
        message = answer["message"] ?? ""
        address = answer["address"] ?? ""
    }

    /// Expects a failure for this reason, within the deadline.
    func expect(_ expected: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(reason == expected, "\(finished)", sourceLocation: sourceLocation)
        #expect(finished.exitCode == 1, "\(finished)", sourceLocation: sourceLocation)
        expectManners(sourceLocation: sourceLocation)
    }

    /// Expects success, after at least and at most these seconds.
    func expectReady(
        _ seconds: ClosedRange<Double> = 0...60, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(reason == nil, "\(finished)", sourceLocation: sourceLocation)
        #expect(finished.exitCode == 0, "\(finished)", sourceLocation: sourceLocation)
        #expect(seconds.contains(duration), "\(finished)", sourceLocation: sourceLocation)
        expectManners(sourceLocation: sourceLocation)
    }

    /// Expects that the deadline held, and that what was said is printable.
    func expectManners(sourceLocation: SourceLocation = #_sourceLocation) {
        // The whole run has the start of the process in it.
        #expect(duration < deadline + PeerCheck.allowance, "\(finished)", sourceLocation: sourceLocation)
        #expect(finished.elapsed < deadline + 0.5, "\(finished)", sourceLocation: sourceLocation)
        #expect(message.utf8.count <= 200, "\(message)", sourceLocation: sourceLocation)
        for bytes in [finished.outputBytes, finished.errorBytes] {
            #expect(!bytes.contains(where: isControl), "\(finished)", sourceLocation: sourceLocation)
            #expect(String(validating: bytes, as: UTF8.self) != nil, sourceLocation: sourceLocation)
        }
    }

    private func isControl(_ byte: UInt8) -> Bool {
        (byte < 0x20 && byte != UInt8(ascii: "\n")) || byte == 0x7f
    }
}

/// The kinds of target that the hostile peers are tried on.
enum PeerKind: String, CaseIterable {
    case redis, redisWithPassword, postgres, postgresWithPassword

    /// A target of this kind; the ones with a password log in.
    func target(_ port: UInt16, host: String = "127.0.0.1") -> String {
        switch self {
        case .redis: "redis://\(host):\(port)"
        case .redisWithPassword: "redis://:pw@\(host):\(port)"
        case .postgres: "postgres://\(host):\(port)"
        case .postgresWithPassword: "postgres://someone:pw@\(host):\(port)/some"
        }
    }
}
