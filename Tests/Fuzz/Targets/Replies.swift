import EventLoop
@testable import HealthCore
@testable import Probes

/// The verdict on what a Redis or a Sentinel says is the same however its bytes come, shown in one line, and
/// never a yes without `+PONG`.
@Sendable func fuzzReplies(_ bytes: [UInt8]) {
    guard let choice = bytes.first else { return }
    let answer = Array(bytes.dropFirst())
    guard choice & 0x80 == 0 else { return fuzzSentinel(answer) }
    var service = RedisService()
    if choice & 1 != 0 { service.role = .replica }
    if choice & 2 != 0 { service.requiresLink = true }
    if choice & 4 != 0 { service.requiresCluster = true }
    if choice & 8 != 0 {
        service.expectedKey = RedisService.ExpectedKey(name: "key", value: Secret("odd".utf8))
    }
    if choice & 16 != 0 { service.database = 3 }
    let password = choice & 32 != 0 ? Secret("hunter2hunter2".utf8) : nil
    if choice & 64 != 0 { service.passwordIsAmbient = true }
    let endings = pieceSizes.map { size in
        converse { [service] () async throws(Failure) in
            try await RedisExchange(service.questions(password)).hold(
                over: MemoryStream(answer, by: size), LoadingQuestion(loop), until: .distantFuture)
        }
    }
    Invariant.same(endings.map(\.verdict), "the same verdict")
    switch endings[0] {
    case .failure(let failure): return Invariant.shown(failure)
    case .value(let seen): Invariant.shown(Outcome.ready(address: nil, detail: seen).message)
    }
    func has(_ words: String) -> Bool { answer.endOfFirst(words.utf8) != nil }
    Invariant.hold(has("+PONG\r\n"), "a yes without +PONG")
    if service.role != nil { Invariant.hold(has("role:slave"), "a replica that does not say so") }
    if service.requiresLink {
        Invariant.hold(has("master_link_status:up") || has("role:master"), "a link that nobody called up")
    }
    if service.requiresCluster { Invariant.hold(has("cluster_state:ok"), "a cluster that nobody called ok") }
    if service.expectedKey != nil { Invariant.hold(has("odd"), "a value that nobody sent") }
    if service.database != 0 || (password != nil && !service.passwordIsAmbient) {
        Invariant.hold(has("+OK\r\n"), "a yes without +OK")
    }
}

/// Where a Sentinel says that the master is: a host name or an address, or nothing.
private func fuzzSentinel(_ answer: [UInt8]) {
    let endings = pieceSizes.map { size in
        converse { () async throws(Failure) in
            try await Sentinel(own: nil, masters: nil).place(
                of: "mymaster", over: MemoryStream(answer, by: size), until: .distantFuture)
        }
    }
    Invariant.same(endings.map(\.verdict), "the same place")
    switch endings[0] {
    case .value(.network(let host, let port)):
        Invariant.hold(port > 0, "a port of 0")
        Invariant.hold((try? HostText.host(Array(host.utf8)[...])) == host, "a host is a name or an address")
    case .value(let other): Invariant.hold(false, "no place in a network: \(other)")
    case .failure(let failure): Invariant.shown(failure)
    }
}
