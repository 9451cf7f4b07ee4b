internal import HealthCore
@testable import StatusServer

/// The heads of requests, and the refusal after them, are the same however their bytes come.
@Sendable func fuzzRequests(_ bytes: [UInt8]) {
    Invariant.same(pieceSizes.map { read(bytes, by: $0) }, "the same requests")
    let (heads, refusal) = (read(bytes, by: bytes.count + 1).heads, read(bytes, by: bytes.count + 1).refusal)
    for head in heads { check(routes.response(to: head)) }
    guard let refusal else { return }
    Invariant.shown(refusal.detail)
    check(Response(refusing: refusal))
}

private struct Reading: Equatable {
    var heads: [RequestHead] = []
    var refusal: RequestRefusal?
}

private func read(_ bytes: [UInt8], by size: Int) -> Reading {
    var reading = Reading()
    var parser = RequestParser(limit: 512)
    var come: [UInt8] = []
    for piece in pieces(bytes, by: size) {
        come += piece
        do throws(RequestRefusal) {
            while let head = try parser.next(in: come) {
                reading.heads.append(head)
                // As a connection does: what is answered is forgotten.
                come.removeFirst(parser.start)
                parser.forgetAnswered()
            }
        } catch {
            reading.refusal = error
            return reading
        }
    }
    return reading
}

private let routes = Routes(
    version: "1", exposesAll: true,
    snapshot: {
        AgentSnapshot(
            now: Instant(nanoseconds: 1), clock: WallClock(Instant(nanoseconds: 0), unixMilliseconds: 0),
            targets: TargetRows())
    },
    usage: {
        ProcessUsage()
    }, date: DateField(unixMilliseconds: { 0 }))

/// The head of an answer has nothing of the request in it, and its body no control character but line ends.
private func check(_ response: Response) {
    var head: [UInt8] = []
    response.appendHead(to: &head, .length(0), .closes)
    Invariant.hold(head.count { $0 == ASCII.lineFeed } <= 9, "lines of somebody else's in the head")
    var body: [UInt8] = []
    switch response.body {
    case .short(let text): body = Array(text.utf8)
    case .long(var text): while !text.isAtEnd { text.appendPiece(to: &body) }
    }
    Invariant.hold(
        body.allSatisfy { !ASCII.isControl($0) || $0 == ASCII.lineFeed }, "a control character in an answer")
    guard response.contentType == .health || response.contentType == .json else { return }
    Invariant.hold(JSONCheck.isValid(body), "JSON: \(String(decoding: body, as: UTF8.self))")
}
