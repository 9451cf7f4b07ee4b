@testable import StatusServer

/// A quality is a share of a thousand, and the order of two lists does not matter.
@Sendable func fuzzAccept(_ bytes: [UInt8]) {
    let wanted = [("text", "plain", "0.0.4"), ("application", "openmetrics-text", "1.0.0"), ("a", "b", nil)]
    func qualities(_ header: [UInt8]) -> [Int] {
        let accept = AcceptHeader(header)
        return wanted.map { accept.quality($0.0, $0.1, version: $0.2) }
    }
    for quality in qualities(bytes) {
        Invariant.hold((0...1000).contains(quality), "a quality of \(quality)")
    }
    // A quote or a backslash may reach over the comma.
    guard !bytes.contains(UInt8(ascii: "\"")), !bytes.contains(UInt8(ascii: "\\")) else { return }
    let halves = bytes.parts(2)
    let comma = [UInt8(ascii: ",")]
    Invariant.hold(
        qualities(halves[0] + comma + halves[1]) == qualities(halves[1] + comma + halves[0]),
        "the order of ranges does not matter")
}
