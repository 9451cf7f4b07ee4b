/// Durations as people write them: Go's grammar plus `d` and `w` (C-8).
package enum DurationText {
    /// Reads `1m30s`, `.5s`, `250ms`, `1d`; with `bareSeconds` also `30`.
    ///
    /// Returns nil for any other text: spaces, exponents, a missing unit, more than 2^63-1 ns.
    package static func parse(_ text: some StringProtocol, bareSeconds: Bool) -> Duration? {
        var rest = Array(text.utf8)[...]
        var negative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            negative = sign == UInt8(ascii: "-")
            rest.removeFirst()
        }
        if rest.elementsEqual([UInt8(ascii: "0")]) { return .zero }
        if bareSeconds, !rest.isEmpty, rest.allSatisfy(ASCII.isDigit) { rest.append(UInt8(ascii: "s")) }
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            guard let term = takeTerm(&rest) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(term)
            guard !overflow else { return nil }
            total = sum
        }
        return .nanoseconds(negative ? -total : total)
    }

    /// One `{number}{unit}` in nanoseconds, taken off the front.
    private static func takeTerm(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        let whole = takeDigits(&rest)
        var fraction: ArraySlice<UInt8> = []
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = takeDigits(&rest)
        }
        guard !(whole.isEmpty && fraction.isEmpty), let unit = takeUnit(&rest) else { return nil }
        guard let value = whole.isEmpty ? 0 : Int64(whole.text, radix: 10) else { return nil }
        let (scaled, overflow) = value.multipliedReportingOverflow(by: unit)
        guard !overflow else { return nil }
        var part = 0.0
        var weight = 0.1
        for digit in fraction {
            part += Double(nearest: digit - UInt8(ascii: "0")) * weight
            weight /= 10
        }
        let (sum, carried) = scaled.addingReportingOverflow(Int64(nearest: part * Double(nearest: unit)))
        return carried ? nil : sum
    }

    private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = rest.prefix(while: ASCII.isDigit)
        rest = rest.dropFirst(digits.count)
        return digits
    }

    private static func takeUnit(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        let name = rest.prefix { !ASCII.isDigit($0) && $0 != UInt8(ascii: ".") }
        rest = rest.dropFirst(name.count)
        return switch name.text {
        case "ns": 1
        case "us", "\u{B5}s", "\u{3BC}s": 1_000
        case "ms": 1_000_000
        case "s": 1_000_000_000
        case "m": 60_000_000_000
        case "h": 3_600_000_000_000
        case "d": 86_400_000_000_000
        case "w": 604_800_000_000_000
        default: nil
        }
    }

    /// A duration as a person reads it, rounded: `850ms`, `1.5s`, `60s`, `2m30s`.
    package static func describe(_ duration: Duration) -> String {
        let value = duration.nanoseconds
        let rounded =
            switch value {
            case ..<10_000_000: (value + 50_000) / 100_000 * 100_000
            case ..<second: value / 1_000_000 * 1_000_000
            case ..<(120 * second): (value + 50_000_000) / 100_000_000 * 100_000_000
            default: value / second * second
            }
        return exact(.nanoseconds(rounded))
    }

    /// A duration without loss, so that `parse` reads it back: `850ms`, `1.05s`, `2m0.5s`.
    package static func exact(_ duration: Duration) -> String {
        let value = duration.nanoseconds
        if value < second { return String(decimal: value, per: 1_000_000) + "ms" }
        if value < 120 * second { return String(decimal: value, per: second) + "s" }
        let (hours, minutes) = (value / (3600 * second), value / (60 * second) % 60)
        let rest = value % (60 * second)
        return (hours > 0 ? "\(hours)h" : "") + (minutes > 0 ? "\(minutes)m" : "")
            + (rest > 0 ? String(decimal: rest, per: second) + "s" : "")
    }

    /// A time in its two largest units, which changes as seldom as a reader looks: `45s`, `3m 12s`, `2h 5m`, `10d 3h`.
    package static func inTwoUnits(_ age: Duration) -> String {
        let seconds = max(0, age.nanoseconds / second)
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m \(seconds % 60)s"
        case ..<86_400: return "\(seconds / 3600)h \(seconds / 60 % 60)m"
        default: return "\(seconds / 86_400)d \(seconds / 3600 % 24)h"
        }
    }

    private static let second: Int64 = 1_000_000_000
}
