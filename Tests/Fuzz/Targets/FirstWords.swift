@testable import HealthCore
@testable import Probes

/// What a server says first is judged the same however its bytes come, shown in one line, and no yes without the word
/// for one.
@Sendable func fuzzFirstWords(_ bytes: [UInt8]) {
    guard let choice = bytes.first else { return }
    let greeters = Greeter.allCases
    let greeter = greeters[Int(choice) % greeters.count]
    let answer = Array(bytes.dropFirst())
    let endings = pieceSizes.map { size in
        converse { () async throws(Failure) in
            try await GreetingProbe.greeting(
                of: greeter, over: MemoryStream(answer, by: size), until: .distantFuture)
        }
    }
    Invariant.same(endings.map(\.verdict), "the same greeting")
    switch endings[0] {
    case .failure(let failure): Invariant.shown(failure)
    case .value(let said):
        Invariant.shown(said)
        let words: [Greeter: [String]] = [
            .smtp: ["220"], .ftp: ["220"], .imap: ["* "], .pop3: ["+ok"],
        ]
        let beginning = String(decoding: answer.prefix(3), as: UTF8.self).lowercased()
        Invariant.hold(
            words[greeter]?.contains { beginning.hasPrefix($0) } == true, "a yes without its word: \(said)")
        Invariant.hold(answer.contains(UInt8(ascii: "\n")), "a yes without a line's end")
    }
}
