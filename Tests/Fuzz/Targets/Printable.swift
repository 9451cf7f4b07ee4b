@testable import HealthCore

/// What is made printable is one line of at most 200 bytes, and stays itself when it is made so again.
@Sendable func fuzzPrintable(_ bytes: [UInt8]) {
    let line = PrintableText.line(bytes)
    Invariant.shown(line)
    Invariant.hold(PrintableText.line(line) == line, "printable text stays as it is")
    Invariant.shown(PrintableText.word(bytes))
    if bytes.count <= 190, let text = bytes.wholeText, Invariant.isLine(text) {
        Invariant.hold(line == text, "what is printable is shown as it is")
    }
    let parts = bytes.parts(2)
    let (secret, text) = (Secret(parts[0]), String(decoding: parts[1], as: UTF8.self))
    guard parts[0].count <= 8, !parts[0].isEmpty else { return }
    let isThere = Array(text.utf8).windows(parts[0].count).contains(parts[0])
    let isEchoed = secret.isEchoed(in: text)
    Invariant.hold(isEchoed || !isThere, "an echo is found")
    // Quotes that were lost and escapes hide nothing, and four bytes are the least that counts behind them.
    let printed = [parts[0], Array(PrintableText.line(parts[0]).utf8)].map(\.unquoted)
    let shared = Set(Array(text.utf8).unquoted.windows(4))
    Invariant.hold(
        isThere || !isEchoed || printed.contains { $0.windows(4).contains(where: shared.contains) },
        "what is called an echo shares four bytes with the secret")
    let failure = Failure(.error, text)
    let expected = secret.isEchoed(in: failure.message) ? Failure.withheld : failure.message
    Invariant.hold(failure.withholding(secret).message == expected, "a secret is withheld, and nothing else")
}

extension [UInt8] {
    /// Every run of so many bytes.
    fileprivate func windows(_ size: Int) -> [[UInt8]] {
        count < size ? [] : (0...(count - size)).map { Array(self[$0..<($0 + size)]) }
    }

    fileprivate var unquoted: [UInt8] { filter { !"'\"\\`".utf8.contains($0) } }
}
