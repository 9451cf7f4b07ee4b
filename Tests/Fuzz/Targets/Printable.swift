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
    let said = Array(text.utf8)
    let isThere = (0..<max(0, said.count - parts[0].count + 1)).contains {
        said[$0..<($0 + parts[0].count)].elementsEqual(parts[0])
    }
    Invariant.hold(secret.isEchoed(in: text) == isThere, "an echo is found")
    let failure = Failure(.error, text)
    let expected = secret.isEchoed(in: failure.message) ? Failure.withheld : failure.message
    Invariant.hold(failure.withholding(secret).message == expected, "a secret is withheld, and nothing else")
}
