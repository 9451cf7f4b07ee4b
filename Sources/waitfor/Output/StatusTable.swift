import HealthCore

/// What an agent knows of its targets as lines for a terminal: the worst first, and no line wider than the window.
struct StatusTable {
    /// One column: its title, the most that it takes, and its cells.
    private struct Column {
        let title: String
        let widest: Int
        let cell: (StatusReport.Row) -> String
    }

    /// The columns that are kept for the reason where the window is narrow.
    private static let shortestReason = 12
    private static let gap = 2

    let report: StatusReport
    /// The time of who looks, in milliseconds since the epoch.
    let now: Int64
    let width: Int
    let isColoured: Bool

    /// At most `limit` lines: the verdict, the titles of the columns, and a line for each target.
    func lines(atMost limit: Int = .max) -> [String] {
        let rows = report.worstFirst
        guard !rows.isEmpty else { return [verdict] }
        let room = max(1, limit - 2)
        let shown = rows.count > room ? Array(rows.prefix(room - 1)) : rows
        let columns = columns(for: shown)
        let titles = line(columns.map(\.column.title), columns.map(\.width), "WHY")
        let lines = shown.map { row in
            let line = line(columns.map { $0.column.cell(row) }, columns.map(\.width), Self.why(row))
            return coloured(line, row.standing.rawValue, row.standing.colour)
        }
        let rest = rows.count - shown.count
        return [verdict, titles] + lines + (rest > 0 ? [TextColumns.cut("and \(rest) more", to: width)] : [])
    }

    /// `NOT READY: 1 unhealthy, 2 healthy`
    private var verdict: String {
        let counts = Standing.allCases.compactMap { standing in
            let count = report.rows.count { $0.standing == standing }
            return count == 0 ? nil : "\(count) \(standing.rawValue)"
        }
        let word = report.isReady ? "ready" : "NOT READY"
        let line = "\(word): \(counts.isEmpty ? "no targets" : counts.joined(separator: ", "))"
        return coloured(TextColumns.cut(line, to: width), word, report.isReady ? .green : .red)
    }

    private static func why(_ row: StatusReport.Row) -> String {
        let parts = (row.isRequired ? [] : ["(optional)"]) + (row.why.isEmpty ? [] : [row.why])
        return parts.joined(separator: " ")
    }

    /// The columns before the reason that the window has room for, each as wide as its cells; a narrow window first does
    /// without how long the last probe took.
    private func columns(for rows: [StatusReport.Row]) -> [(column: Column, width: Int)] {
        let now = now
        let all = [
            Column(title: "STATE", widest: 9) { $0.standing.rawValue },
            Column(title: "NAME", widest: max(8, width / 4)) { $0.name },
            Column(title: "FOR", widest: 9) { $0.age(at: now).map(DurationText.inTwoUnits) ?? "" },
            Column(title: "KIND", widest: 10) { $0.kind },
            Column(title: "LAST", widest: 8) { $0.duration.map(DurationText.describe) ?? "" },
        ].map { column in
            let cells = rows.map(column.cell) + [column.title]
            return (column, min(column.widest, cells.map(TextColumns.width).max() ?? 0))
        }
        var left = width - Self.shortestReason
        let kept = all.prefix { column, width in
            left -= width + Self.gap
            return left >= 0
        }
        // State and name are what the table is for.
        return Array(all.prefix(max(2, kept.count)))
    }

    private func line(_ cells: [String], _ widths: [Int], _ why: String) -> String {
        let padded = zip(cells, widths).map { cell, width in
            TextColumns.padded(TextColumns.cut(cell, to: width), to: width + Self.gap)
        }
        var line = TextColumns.cut(padded.joined() + why, to: width)
        while line.last == " " { line.removeLast() }
        return line
    }

    /// The line with the word that it begins with in a colour.
    private func coloured(_ line: String, _ word: String, _ colour: Colour) -> String {
        guard isColoured, line.hasPrefix(word) else { return line }
        return "\u{1B}[\(colour.rawValue)m\(word)\u{1B}[0m\(line.dropFirst(word.count))"
    }
}

/// The colours of states, by their numbers in ECMA-48.
private enum Colour: Int {
    case red = 31
    case green = 32
    case yellow = 33
}

extension Standing {
    fileprivate var colour: Colour {
        switch self {
        case .unhealthy, .stale: .red
        case .starting: .yellow
        case .healthy: .green
        }
    }
}
