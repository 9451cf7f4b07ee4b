@testable import HealthCore
@testable import Probes

/// What a NATS server says means the same however it comes, is shown in one line, and there is no yes without PONG.
@Sendable func fuzzNATS(_ bytes: [UInt8]) {
    guard let choice = bytes.first else { return }
    var service = NATSService()
    service.requiresJetStream = choice & 1 != 0
    let answer = Array(bytes.dropFirst())
    let endings = pieceSizes.map { size in
        converse { [service] () async throws(Failure) in
            let stream = MemoryStream(answer, by: size)
            var reader = NATSReader()
            let info = try await NATSProbe.info(over: stream, &reader, until: .distantFuture)
            return try await NATSProbe.converse(
                service, info, Secret("hunter2hunter2".utf8), over: stream, &reader, until: .distantFuture)
        }
    }
    Invariant.same(endings.map(\.verdict), "the same verdict")
    switch endings[0] {
    case .failure(let failure): Invariant.shown(failure)
    case .value(let found):
        Invariant.shown(Outcome.ready(address: nil, detail: found).message)
        let upper = answer.map { ASCII.lowercased($0) }
        Invariant.hold(upper.endOfFirst("pong".utf8) != nil, "a yes without PONG")
        if service.requiresJetStream {
            Invariant.hold(
                answer.endOfFirst("account_info_response".utf8) != nil, "a JetStream that nobody spoke for")
        }
    }
}
