/// What an agent says of its targets at `/status`, as a client has it.
package struct StatusReport: Sendable {
    /// What it says of one target; every text is a printable line.
    package struct Row: Sendable {
        package let name: String
        package let kind: String
        package let isRequired: Bool
        package let standing: Standing
        package let reason: String?
        /// The message, with the address unless the message has it; nil if it is withheld.
        package let message: String?
        /// When the state was entered, in milliseconds since the epoch.
        package let since: Int64?
        /// How long the last attempt took; nil before the first one.
        package let duration: Duration?
        fileprivate let json: String
    }

    package let isReady: Bool
    /// The targets in the agent's order.
    package let rows: [Row]

    /// Reads a body; nil for what is no report.
    package init?(_ body: [UInt8]) {
        guard let report = JSONValue(body), let isReady = report.member("ready")?.bool,
            let targets = report.member("targets")?.elements
        else { return nil }
        self.isReady = isReady
        rows = targets.compactMap(Row.init)
        guard rows.count == targets.count else { return nil }
    }

    /// The targets, the worst first; equally bad ones in the agent's order.
    package var worstFirst: [Row] {
        rows.enumerated().map { (rank: $1.rank, place: $0, row: $1) }
            .sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }.map(\.row)
    }

    /// The report in one line of JSON of at most `limit` bytes: whole targets are left out, the best first; `omitted`
    /// counts them.
    package func json(limit: Int = .max) -> String {
        let whole = json(rows, omitted: 0)
        guard whole.utf8.count > limit else { return whole }
        var left = limit - json([], omitted: rows.count).utf8.count
        let kept = worstFirst.prefix {
            // Each target but the first has a comma before it.
            left -= $0.json.utf8.count + 1
            return left >= -1
        }
        return json(Array(kept), omitted: rows.count - kept.count)
    }

    private func json(_ rows: [Row], omitted: Int) -> String {
        let tail = omitted > 0 ? ",\"omitted\":\(omitted)" : ""
        let targets = rows.map(\.json).joined(separator: ",")
        return "{\"version\":1,\"ready\":\(isReady),\"targets\":[\(targets)]\(tail)}"
    }
}

extension StatusReport.Row {
    fileprivate init?(_ target: JSONValue) {
        func text(_ key: String) -> String? { target.member(key)?.string.map { PrintableText.line($0) } }
        guard let name = text("name"), let kind = text("kind"),
            let isRequired = target.member("required")?.bool,
            let state = text("state").flatMap(TargetRecord.State.init(rawValue:))
        else { return nil }
        (self.name, self.kind, self.isRequired) = (name, kind, isRequired)
        reason = text("reason")
        standing = Standing(state, isStale: reason == Reason.stale.rawValue)
        let (said, place) = (text("message"), text("address"))
        if reason != nil, standing != .stale, let said, let place, !said.mentions(place) {
            message = "\(said) (\(place))"
        } else {
            message = said
        }
        since = text("since").flatMap(Timestamp.unixMilliseconds(of:))
        let hasAnswered = reason != nil || text("last_success") != nil
        duration = hasAnswered ? target.member("duration_s")?.seconds : nil
        json = target.line
    }

    fileprivate var rank: Int { standing.rank(isRequired: isRequired, isFailing: reason != nil) }

    /// Why the target stands as it does: the reason, and the message if there is one.
    package var why: String {
        guard standing != .stale else { return message ?? "the newest result is old" }
        guard let reason else { return duration == nil ? "not asked yet" : message ?? "" }
        return reason + (message.map { ": \($0)" } ?? "")
    }

    /// How long the target has been in its state, by the clock of who asks.
    package func age(at unixMilliseconds: Int64) -> Duration? {
        since.map { since in
            let (age, overflows) = unixMilliseconds.subtractingReportingOverflow(since)
            return overflows ? .zero : .nanoseconds(max(0, min(age, Int64.max / 1_000_000)) * 1_000_000)
        }
    }

    /// The target in a sentence: `db: unhealthy for 3m 12s: refused: connection refused (127.0.0.1:5432)`.
    package func sentence(at unixMilliseconds: Int64) -> String {
        let time = age(at: unixMilliseconds).map { " for \(DurationText.inTwoUnits($0))" } ?? ""
        let optional = isRequired ? "" : " (optional)"
        return "\(name)\(optional): \(standing.rawValue)\(time)" + (why.isEmpty ? "" : ": \(why)")
    }
}
