@testable import HealthCore
@testable import StatusServer

/// The page has the same markup whatever names, messages and filters are in it, and what its script gets is JSON.
@Sendable func fuzzPage(_ bytes: [UInt8]) {
    let parts = bytes.parts(4)
    let texts = parts.prefix(3).map { String(decoding: $0, as: UTF8.self) }
    let view = makeView(name: texts[0], message: texts[1], filter: texts[2], probes: parts[3])
    let page = written(PageHTML { view }.response)
    // As many rows, with nothing in them that is escaped.
    let plain = makeView(name: view.rows.isEmpty ? nil : "a", message: "b", filter: "", probes: parts[3])
    let harmless = written(PageHTML { plain }.response)
    for byte in [UInt8(ascii: "<"), UInt8(ascii: ">"), ASCII.quote, UInt8(ascii: "'")] {
        Invariant.hold(
            page.count { $0 == byte } == harmless.count { $0 == byte },
            "no markup of somebody else's: \(String(decoding: page, as: UTF8.self))")
    }
    Invariant.hold(
        page.allSatisfy { !ASCII.isControl($0) || $0 == ASCII.lineFeed }, "a control character in the page")
    let json = written(PageJSON { view }.response)
    Invariant.hold(JSONCheck.isValid(json), "JSON: \(String(decoding: json, as: UTF8.self))")
    for text in view.rows.flatMap(\.texts) { Invariant.hold(Invariant.isLine(text), "one printable line") }
    for text in [view.query.filter, view.verdict, view.agent] {
        Invariant.hold(Invariant.isLine(text), "one printable line")
    }
}

/// A page without or with a target, of which each byte is a probe: how long it took, and whether it failed with the message.
private func makeView(name: String?, message: String, filter: String, probes: [UInt8]) -> PageView {
    var now = Instant(nanoseconds: 0)
    var targets: [TargetHealth] = []
    if let name,
        var target = try? TargetList.read(
            [Array("x=h:1".utf8)], settings: [], passwordFile: nil, ReadingContext(variable: { _ in nil })
        ).first
    {
        target.name = name
        var health = TargetHealth(target, HealthPolicy(target), startedAt: now, due: now)
        for probe in probes.prefix(100) {
            let began = now
            now = now.advanced(byNanoseconds: 1000 << Int64(probe & 31))
            let outcome =
                probe & 32 == 0
                ? Outcome.ready(address: message, detail: message)
                : .notReady(Failure(.error, message, address: message))
            _ = health.record(outcome, startedAt: began, endedAt: now, jitter: 0)
        }
        targets = [health]
    }
    let query = PageQuery([RequestTarget.Parameter(name: "filter", value: filter)])
    return PageView(
        AgentSnapshot(now: now, clock: WallClock(now, unixMilliseconds: 0), targets: TargetRows(targets)),
        ProcessUsage(), version: "1", query, exposesAll: true)
}

private func written(_ response: Response) -> [UInt8] {
    guard case .long(var text) = response.body else { return [] }
    var bytes: [UInt8] = []
    while !text.isAtEnd { text.appendPiece(to: &bytes) }
    return bytes
}
