import HealthCore

/// What `status --watch` shows: the newest report, and since when there has been none.
struct StatusScreen {
    private var report: (report: StatusReport, at: Int64)?
    private var silence: (complaint: String, since: Int64)?

    /// Takes what an agent has answered, or why it has not; times are in milliseconds since the epoch.
    mutating func take(_ report: StatusReport, at now: Int64) {
        (self.report, silence) = ((report, now), nil)
    }

    mutating func take(_ complaint: String, at now: Int64) {
        silence = (complaint, silence?.since ?? now)
    }

    /// Whether all is ready, as far as anybody knows.
    var isReady: Bool { silence == nil && report?.report.isReady == true }

    /// At most `limit` lines. Of an agent that is gone, all times are those of its last answer.
    func lines(at now: Int64, width: Int, atMost limit: Int, isColoured: Bool) -> [String] {
        var lines: [String] = []
        if let silence {
            func age(_ moment: Int64) -> String {
                DurationText.inTwoUnits(.milliseconds(max(0, now - moment)))
            }
            lines.append("NO ANSWER for \(age(silence.since)): \(silence.complaint)")
            if let report { lines.append("what it said \(age(report.at)) ago:") }
        }
        lines = lines.map { TextColumns.cut($0, to: width) }
        guard let report else { return lines }
        let table = StatusTable(report: report.report, now: report.at, width: width, isColoured: isColoured)
        return lines + table.lines(atMost: limit - lines.count)
    }

    /// Lines that replace all that a terminal shows, each in its place: what stays the same does not flicker.
    static func frame(_ lines: [String]) -> String {
        "\u{1B}[H" + lines.map { "\($0)\u{1B}[K\n" }.joined() + "\u{1B}[J"
    }

    /// What comes before the first frame.
    static let beginning = "\u{1B}[H\u{1B}[2J"
}
