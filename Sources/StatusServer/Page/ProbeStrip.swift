internal import HealthCore

/// The last probes of a target as drawings in a box of 120 by 40, two units for each probe, and in words.
struct ProbeStrip: Sendable {
    /// The strip below, as wide as there are probes.
    let good: String
    /// A bar of full height for each failed probe.
    let bad: String
    /// The durations, each doubling two steps higher.
    let line: String
    /// What the drawings show, for who does not see them.
    let words: String

    init(_ history: ProbeHistory) {
        let entries = history.entries
        let start = (ProbeHistory.limit - entries.count) * 2
        good = entries.isEmpty ? "" : "M\(start) 38h\(entries.count * 2)"
        bad = Self.bars(entries, from: start)
        line = Self.line(entries, from: start)
        words = Self.words(entries)
    }

    private static func bars(_ entries: [ProbeHistory.Entry], from start: Int) -> String {
        var path: [UInt8] = []
        var place = 0
        while place < entries.count {
            let length = entries[place...].prefix { $0.reason != nil }.count
            if length > 0 { path.append("M\(start + place * 2) 20h\(length * 2)") }
            place += length + 1
        }
        return String(decoding: path, as: UTF8.self)
    }

    private static func line(_ entries: [ProbeHistory.Entry], from start: Int) -> String {
        guard let first = entries.first else { return "" }
        var path: [UInt8] = []
        var (height, flat, isSloping) = (Self.height(first.microseconds), 0, false)
        path.append("M\(start + 1) \(height)")
        func endFlat() {
            guard flat > 0 else { return }
            path.append("h\(flat)")
            (flat, isSloping) = (0, false)
        }
        for entry in entries.dropFirst() {
            let next = Self.height(entry.microseconds)
            if next == height {
                flat += 2
                continue
            }
            endFlat()
            // The letter of the same command may be left out.
            path.append("\(isSloping ? " " : "l")2\(next > height ? " " : "")\(next - height)")
            (height, isSloping) = (next, true)
        }
        endFlat()
        return String(decoding: path, as: UTF8.self)
    }

    /// The distance from the top: 34 up to 64 µs, 2 from 4 s on.
    private static func height(_ microseconds: Int64) -> Int {
        guard microseconds > 64 else { return 34 }
        let octave = Int64.bitWidth - 1 - microseconds.leadingZeroBitCount
        let half = microseconds >> (octave - 1) & 1
        return max(2, 34 - 2 * (octave - 6) - (half == 0 ? 0 : 1))
    }

    private static func words(_ entries: [ProbeHistory.Entry]) -> String {
        guard !entries.isEmpty else { return "no probe yet" }
        var reasons: [(reason: Reason, count: Int)] = []
        for reason in entries.compactMap(\.reason) {
            if let index = reasons.firstIndex(where: { $0.reason == reason }) {
                reasons[index].count += 1
            } else {
                reasons.append((reason, 1))
            }
        }
        let failed = reasons.reduce(0) { $0 + $1.count }
        let list = reasons.map { "\($0.reason.rawValue) \($0.count)" }.joined(separator: ", ")
        let times = entries.map(\.microseconds).sorted()
        return "\(entries.count) probes, " + (failed == 0 ? "none failed" : "\(failed) failed: \(list)")
            + "; median \(text(times[times.count / 2])), longest \(text(times[times.count - 1]))"
    }

    private static func text(_ microseconds: Int64) -> String {
        DurationText.describe(.nanoseconds(microseconds * 1000))
    }
}
