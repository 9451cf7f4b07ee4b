@testable import Configuration
@testable import HealthCore

/// Values with variables, and what ends them after a zero, repeated as often as the first two bytes say: no depth of
/// theirs ends the process, and no value of a variable is in a mistake.
@Sendable func fuzzInterpolation(_ bytes: [UInt8]) {
    guard bytes.count > 2 else { return }
    let units = Array(bytes.dropFirst(2)).parts(2)
    let times = min(Int(bytes[0]) << 8 | Int(bytes[1]), (1 << 14) / (units[0].count + units[1].count + 1))
    let repeated = units.map { Array([[UInt8]](repeating: $0, count: times + 1).joined()) }
    let text = String(decoding: repeated[0] + repeated[1], as: UTF8.self)
    let variables = ["SECRET": marker, "EMPTY": "", "PORT": "5432"]
    let interpolation = Interpolation(variable: { variables[$0] })
    do throws(Interpolation.SyntaxError) {
        let value = try interpolation.expand(text)
        if !Interpolation.isNeeded(text) { Invariant.hold(value == text, "what has no variable stays") }
    } catch {
        Invariant.hold(Invariant.isLine(error.message), "a mistake is one line")
        // Whose message asks for a value gets it.
        let isAsked = bytes.contains(UInt8(ascii: "?")) || Array(text.utf8).markers > 0
        let isFromThere = !isAsked && error.message.hasMarker
        Invariant.hold(!isFromThere, "a mistake names variables, never their values")
    }
}
