@testable import HealthCore
@testable import Probes

/// The verdict on what a gRPC server says is the same however its bytes come, shown in one line, and never a yes
/// without a message that says so.
@Sendable func fuzzCalls(_ bytes: [UInt8]) {
    let service = GRPCService(name: "orders")
    let endings = pieceSizes.map { size in
        converse { () async throws(Failure) in
            let session = HTTP2Session(
                service.fields(to: .network(host: "api", port: 1), overTLS: false), service.message)
            let answer = try await session.answer(over: MemoryStream(bytes, by: size), until: .distantFuture)
            _ = session.goodbye()
            return try answer.verdict()
        }
    }
    Invariant.same(endings.map(\.verdict), "the same verdict")
    switch endings[0] {
    case .failure(let failure): Invariant.shown(failure)
    case .value(let seen):
        Invariant.hold(seen == "SERVING", "a yes is SERVING")
        Invariant.hold(bytes.first == 0, "a yes of something else than HTTP/2")
        Invariant.hold(bytes.contains(8) && bytes.contains(1), "a yes that nobody said")
    }
}
