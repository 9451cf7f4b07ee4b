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
        func has(_ method: [UInt8]) -> Bool { answer.endOfFirst(method) != nil }
        Invariant.hold(has([0, 10, 0, 10]), "a yes without Start")
        if level != .ping {
            Invariant.hold(has([0, 10, 0, 41]) && has([0, 10, 0, 51]), "a yes without OpenOk")
        }
        if level == .publish { Invariant.hold(has([0, 60, 0, 80]), "a yes without an Ack") }
    }
}
