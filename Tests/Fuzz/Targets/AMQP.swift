@testable import HealthCore
@testable import Probes

/// What a server of AMQP says means the same however it comes, is shown in one line, and no level is reached without
/// the frames for it.
@Sendable func fuzzAMQP(_ bytes: [UInt8]) {
    guard let choice = bytes.first else { return }
    var service = AMQPService()
    service.user = "app"
    let level: AMQPLevel = choice & 3 == 0 ? .ping : choice & 3 == 1 ? .login : .publish
    service.chosenLevel = level
    let answer = Array(bytes.dropFirst())
    let endings = pieceSizes.map { size in
        converse { [service] () async throws(Failure) in
            try await AMQPProbe.converse(
                service, Secret("hunter2hunter2".utf8), over: MemoryStream(answer, by: size),
                until: .distantFuture)
        }
    }
    Invariant.same(endings.map(\.verdict), "the same verdict")
    switch endings[0] {
    case .failure(let failure): Invariant.shown(failure)
    case .value(let found):
        Invariant.shown(Outcome.ready(address: nil, detail: found).message)
        // What was said, in its order: each method is the answer to what was asked before it.
        let (openOk, closeOk): ([UInt8], [UInt8]) = ([0, 10, 0, 41], [0, 10, 0, 51])
        let confirmed: [[UInt8]] = level == .publish ? [[0, 60, 0, 80], [0, 20, 0, 41]] : []
        let login = level == .ping ? [] : [[0, 10, 0, 30], openOk] + confirmed + [closeOk]
        var rest = answer[...]
        for method: [UInt8] in [[0, 10, 0, 10]] + login {
            let end = rest.endOfFirst(method)
            Invariant.hold(end != nil, "a yes without \(method), or not in its place")
            rest = rest[(end ?? rest.endIndex)...]
        }
    }
}
