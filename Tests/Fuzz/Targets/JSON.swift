@testable import HealthCore
@testable import StatusServer

/// Every JSON that is written is JSON, whatever names and messages are in it, with no key twice, and as long as it may be.
@Sendable func fuzzJSON(_ bytes: [UInt8]) {
    let parts = bytes.split(separator: 0, omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
    }
    let quoted = Array(JSONText.quoted(parts[0]).utf8)
    Invariant.hold(JSONCheck.isValid(quoted), "a string of JSON")
    let brackets = [UInt8(ascii: "["), UInt8(ascii: "]")]
    Invariant.hold(
        JSONStrings.read(([brackets[0]] + quoted + [brackets[1]])[...]) == [Array(parts[0].utf8)],
        "a string reads as it was written")
    let start = Instant(nanoseconds: 0)
    let clock = WallClock(start, unixMilliseconds: 0)
    let records = parts.prefix(9).enumerated().map { place, text in
        var record = TargetRecord(name: "t\(place)", kind: "tcp", isRequired: true, since: start)
        _ = record.record(
            .notReady(Failure(.error, text, address: PrintableText.line(text))), startedAt: start,
            endedAt: start)
        return record
    }
    for limit in [4096, 1000, 400] {
        let text = HealthReport(isReady: false, records: records, clock: clock).json(limit: limit)
        Invariant.hold(JSONCheck.isValid(Array(text.utf8)), "a report: \(text)")
        Invariant.hold(text.utf8.count <= limit, "a report of at most \(limit) bytes")
    }
    if let foreign = JSONValue(bytes) {
        Invariant.hold(Invariant.isLine(foreign.line), "a printable line of somebody else's JSON")
        Invariant.hold(JSONValue(Array(foreign.line.utf8)) != nil, "which is JSON")
    }
    checkAgent(parts, start, clock)
}

/// The answers of an agent that watches these targets.
private func checkAgent(_ texts: [String], _ start: Instant, _ clock: WallClock) {
    let context = ReadingContext(variable: { _ in nil })
    let arguments = texts.prefix(4).map { Array($0.utf8) }
    guard let targets = try? TargetList.read(arguments, settings: [], passwordFile: nil, context)
    else { return }
    let watched = targets.map { target in
        var health = TargetHealth(target, HealthPolicy(target.settings), startedAt: start, due: start)
        health.begin(at: start)
        let failure = Failure(.refused, "refused", address: target.endpoint.description)
        _ = health.record(.notReady(failure), startedAt: start, endedAt: start, jitter: 0)
        return health
    }
    let snapshot = AgentSnapshot(now: start, clock: clock, targets: TargetRows(watched))
    let verdict = HealthVerdict(.readyz, snapshot, query: [], exposesAll: true)
    Invariant.hold(
        JSONCheck.isValid(body(HealthJSON(verdict, snapshot).response)), "health+json, each key once")
    let status = written(StatusJSON(snapshot, exposesAll: true).text)
    Invariant.hold(JSONCheck.isValid(status), "the status")
    let report = StatusReport(status)
    Invariant.hold(
        report?.rows.map(\.name) == targets.map { PrintableText.line($0.name) }, "the status is read")
    Invariant.hold(
        JSONCheck.isValid(Array((report?.json(limit: 1000) ?? "").utf8)), "the status, as far as it fits")
    let lines = body(CheckText(verdict: verdict).response).split(separator: 0x0A)
    // One for each target, one for the shutdown, one for all.
    Invariant.hold(lines.count == targets.count + 2, "a line of somebody else's in the verdict")
    for line in lines { Invariant.hold(Invariant.isLine(String(decoding: line, as: UTF8.self)), "printable") }
}

private func body(_ response: Response) -> [UInt8] {
    switch response.body {
    case .short(let text): Array(text.utf8)
    case .long(let text): written(text)
    }
}

private func written(_ text: LongText) -> [UInt8] {
    var (text, bytes) = (text, [UInt8]())
    while !text.isAtEnd { text.appendPiece(to: &bytes) }
    return bytes
}
