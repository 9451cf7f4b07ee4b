@testable import HealthCore

/// A duration that is read is shown as one that reads the same, to the digits that are shown.
@Sendable func fuzzDurations(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let ranges = StatusRanges(text) {
        Invariant.hold(StatusRanges(ranges.description) == ranges, "statuses read as they are shown")
    }
    if let share = try? SettingValue(bytes, in: .set).share() {
        Invariant.hold((0...0.5).contains(share), "a share of \(share)")
    }
    guard let duration = DurationText.parse(text, bareSeconds: false) else {
        guard let bare = DurationText.parse(text, bareSeconds: true) else { return }
        let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        Invariant.hold(digits.allSatisfy(ASCII.isDigit), "only a bare number has seconds added: \(bare)")
        return
    }
    Invariant.hold(
        text.utf8.allSatisfy {
            ASCII.isDigit($0) || $0 == UInt8(ascii: ".") || "+-nuµμmshdw".utf8.contains($0)
        },
        "a letter that is of no unit")
    Invariant.hold(
        DurationText.parse(text, bareSeconds: true) == duration, "a unit means the same everywhere")
    let doubled = DurationText.parse(text + text.drop { $0 == "-" || $0 == "+" }, bareSeconds: false)
    if let doubled, duration != .zero {
        Invariant.hold(doubled.nanoseconds == duration.nanoseconds * 2, "terms are added up")
    }
    guard duration >= .zero else { return }
    let shown = DurationText.describe(duration)
    guard duration > .zero, let again = DurationText.parse(shown, bareSeconds: false) else {
        return Invariant.hold(duration == .zero, "shown as \(shown), which is no duration")
    }
    let difference = (again - duration).nanoseconds.magnitude
    // A tenth of a millisecond, a millisecond, a tenth of a second, or a second: half of the last digit, or less than it.
    let digit: UInt64 =
        switch duration.nanoseconds {
        case ..<10_000_000: 100_000
        case ..<1_000_000_000: 1_000_000
        case ..<120_000_000_000: 100_000_000
        default: 1_000_000_000
        }
    Invariant.hold(difference <= digit, "\(text) is shown as \(shown)")
}
