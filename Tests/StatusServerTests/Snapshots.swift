import HealthCore
import Testing

@testable import StatusServer

/// What an agent knows in a test; time 0 is 2026-08-01 12:00:00 UTC.
struct Scene {
    var now = Instant(nanoseconds: 1_000_000_000)
    var targets: [TargetHealth] = []
    var isShuttingDown = false
    var hasStarted = false
    var isConfigurationCurrent = true

    /// Adds a target; `outcomes` came one a second from time 0, each after 2.5 ms if nothing else is said.
    func adding(
        _ text: String, isOptional: Bool = false, _ outcomes: [Outcome], retries: Int = 1,
        microseconds: [Int64] = [], named name: String? = nil
    ) throws -> Scene {
        let context = ReadingContext(
            variable: { _ in nil }, secretFile: { _ in nil }, passFile: { _ in nil })
        var target = try #require(
            TargetList.read([Array(text.utf8)], settings: [], passwordFile: nil, context).first)
        target.settings.isOptional = isOptional
        if let name { target.name = name }
        var policy = HealthPolicy()
        policy.retries = retries
        policy.startPeriod = .zero
        policy.jitter = 0
        let start = Instant(nanoseconds: 0)
        var health = TargetHealth(target, policy, startedAt: start, due: start)
        for (index, outcome) in outcomes.enumerated() {
            let began = start.advanced(by: .seconds(index))
            health.begin(at: began)
            _ = health.record(
                outcome, startedAt: began,
                endedAt: began.advanced(
                    byNanoseconds: 1000 * (index < microseconds.count ? microseconds[index] : 2500)),
                jitter: 0)
        }
        var copy = self
        copy.targets.append(health)
        return copy
    }

    /// The same scene, changed.
    func with(_ change: (inout Scene) -> Void) -> Scene {
        var copy = self
        change(&copy)
        return copy
    }

    var snapshot: AgentSnapshot {
        AgentSnapshot(
            now: now, clock: WallClock(Instant(nanoseconds: 0), unixMilliseconds: Self.unixMilliseconds),
            targets: TargetRows(targets), hasStarted: hasStarted, isShuttingDown: isShuttingDown,
            isConfigurationCurrent: isConfigurationCurrent, largestLag: .microseconds(1500))
    }

    /// Saturday, 1 August 2026, noon.
    static let unixMilliseconds: Int64 = 1_785_585_600_000

    static let usage: ProcessUsage = {
        var usage = ProcessUsage()
        (usage.cpuSeconds, usage.startUnixSeconds) = (0.25, 1_785_585_599.5)
        (usage.residentBytes, usage.virtualBytes) = (5_000_000, 20_000_000)
        (usage.openDescriptors, usage.maximumDescriptors, usage.droppedLogLines) = (9, 1024, 3)
        return usage
    }()

    func routes(exposesAll: Bool = true, allowedHosts: Set<String>? = nil) -> Routes {
        let snapshot = snapshot
        return Routes(
            version: "1.2.3", exposesAll: exposesAll, allowedHosts: allowedHosts, snapshot: { snapshot },
            usage: { Self.usage },
            date: DateField { Self.unixMilliseconds })
    }
}

let ready = Outcome.ready(address: "10.0.0.7:6379", detail: "PONG")
let refused = Outcome.notReady(Failure(.refused, "connection refused", address: "127.0.0.1:5432"))

/// The text of a whole answer: what a client would get.
struct Answer {
    let status: Int
    let contentType: String
    let body: String

    init(_ response: Response) {
        status = response.status.code
        contentType = response.contentType.rawValue
        switch response.body {
        case .short(let text): body = text
        case .long(var text):
            var bytes: [UInt8] = []
            while !text.isAtEnd { text.appendPiece(to: &bytes) }
            body = String(decoding: bytes, as: UTF8.self)
        }
    }
}

extension Scene {
    /// The answer to a GET.
    func get(_ target: String, accept: String = "", exposesAll: Bool = true) throws -> Answer {
        var parser = RequestParser(limit: 8192)
        let text = "GET \(target) HTTP/1.1\r\nHost: a\r\n" + (accept.isEmpty ? "" : "Accept: \(accept)\r\n")
        let head = try #require(try parser.next(in: Array("\(text)\r\n".utf8)))
        return Answer(routes(exposesAll: exposesAll).response(to: head))
    }
}

extension Status {
    /// Its three digits.
    var code: Int { Int(rawValue.prefix(3)) ?? 0 }
}
