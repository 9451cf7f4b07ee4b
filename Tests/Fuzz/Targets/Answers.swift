@testable import HealthCore
@testable import Probes

/// The verdict on an answer of a web server is the same however its bytes come, and shown in one line.
@Sendable func fuzzAnswers(_ bytes: [UInt8]) {
    guard let choice = bytes.first else { return }
    let answer = Array(bytes.dropFirst())
    var service = HTTPService(requestTarget: Secret("/".utf8), path: "/", host: "web")
    service.method = choice & 1 == 0 ? "GET" : "HEAD"
    if choice & 2 != 0 { service.expectedBody = Secret("ready".utf8) }
    if choice & 4 != 0, let expected = try? JSONExpectation.list(Array("/a/0=ready\n/b".utf8)) {
        service.expectedJSON = expected
    }
    let endings = pieceSizes.map { size in
        converse { [service] () async throws(Failure) in
            try await HTTPExchange.run(
                service.request, service.parser, over: MemoryStream(answer, by: size),
                until: .distantFuture
            ) { answer throws(Failure) in try service.judge(answer) }
        }
    }
    Invariant.same(endings.map(\.verdict), "the same verdict")
    switch endings[0] {
    case .value(let detail):
        Invariant.shown(Outcome.ready(address: nil, detail: detail).message)
        Invariant.hold(answer.starts(with: "HTTP/1.".utf8), "a yes without HTTP")
        if !service.expectedJSON.isEmpty {
            Invariant.hold(isInOrder("{", in: answer), "a value in a body that is no object")
        }
        if service.expectedBody != nil {
            Invariant.hold(service.method != "HEAD", "a body of a HEAD")
            Invariant.hold(
                isInOrder("ready", in: answer), "a body that has in it what nobody sent")
        }
    case .failure(let failure): Invariant.shown(failure)
    }
}

/// Whether the letters stand there one after the other, with whatever frames of chunks between them.
private func isInOrder(_ word: String, in bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    return word.utf8.allSatisfy { letter in
        guard let index = rest.firstIndex(of: letter) else { return false }
        rest = rest[(index + 1)...]
        return true
    }
}
