@testable import HealthCore
@testable import Probes

/// Whatever libpq or a Redis says about a failure becomes one printable line, and five characters stay a code.
@Sendable func fuzzErrors(_ bytes: [UInt8]) {
    guard let choice = bytes.first else { return }
    let text = Array(bytes.dropFirst())
    Invariant.shown(RedisAnswer.failure(text))
    let message = LibPQMessage(text)
    Invariant.shown(
        message.connectFailure(
            needsPassword: choice & 1 != 0, sawAuthenticationRequest: choice & 2 != 0))
    Invariant.shown(message.queryFailure)
    if let answer = PostgresAnswer(message: text) {
        Invariant.hold(answer.code.utf8.count == 5, "a code of five characters: \(answer.code)")
        Invariant.shown(answer.failure)
    }
    guard let answer = PostgresAnswer(libpqMessage: text) else { return }
    Invariant.hold(answer.code.utf8.count == 5, "a code of five characters: \(answer.code)")
    Invariant.shown(answer.failure)
    Invariant.hold(
        !answer.text.contains(UInt8(ascii: "\n")) && text.endOfFirst(answer.text) != nil,
        "the server's words are a line of the message")
    // A detail may say anything: the verdict is on the first line of its story.
    let detail = text + Array("\nDETAIL:  x:  28P01: y".utf8)
    Invariant.hold(PostgresAnswer(libpqMessage: detail) == answer, "a detail changes the verdict")
}
