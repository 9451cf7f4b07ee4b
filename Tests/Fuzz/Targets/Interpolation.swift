@testable import Configuration
@testable import HealthCore

/// Values with variables, repeated as often as the first two bytes say: no depth of theirs ends the process, and no
/// value of a variable is in a mistake.
@Sendable func fuzzInterpolation(_ bytes: [UInt8]) {
    guard bytes.count > 2 else { return }
    let unit = bytes.dropFirst(2)
    let times = min(Int(bytes[0]) << 8 | Int(bytes[1]), (1 << 14) / unit.count)
    let text = String(decoding: [[UInt8]](repeating: Array(unit), count: times + 1).joined(), as: UTF8.self)
    let variables = ["SECRET": marker, "EMPTY": "", "PORT": "5432"]
    let interpolation = Interpolation(variable: { variables[$0] })
    do throws(Interpolation.Problem) {
        let value = try interpolation.expand(text)
        if !Interpolation.isNeeded(text) { Invariant.hold(value == text, "what has no variable stays") }
    } catch {
        Invariant.hold(Invariant.isLine(error.message), "a mistake is one line")
        // Whose message asks for a value gets it.
        let isAsked = unit.contains(UInt8(ascii: "?")) || Array(text.utf8).markers > 0
        let isFromThere = !isAsked && error.message.hasMarker
        Invariant.hold(!isFromThere, "a mistake names variables, never their values")
    }
}
