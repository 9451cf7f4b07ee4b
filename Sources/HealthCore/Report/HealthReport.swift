/// What is known of all targets, in the shape of every JSON output (DESIGN 2.6).
package struct HealthReport: Sendable {
    package var isReady: Bool
    package var records: [TargetRecord]
    package var clock: WallClock

    package init(isReady: Bool, records: [TargetRecord], clock: WallClock) {
        self.isReady = isReady
        self.records = records
        self.clock = clock
    }

    /// The report as JSON of at most `limit` bytes: messages are shortened first, then left out,
    /// then whole targets, ready ones before others; what was left out is counted in `omitted`.
    package func json(limit: Int = .max) -> String {
        for message in [MessageLength.whole, .short, .none] {
            let text = json(records, message, omitted: 0)
            if text.utf8.count <= limit { return text }
        }
        var kept = records.filter { $0.state != .healthy } + records.filter { $0.state == .healthy }
        while !kept.isEmpty {
            kept.removeLast()
            let text = json(kept, .none, omitted: records.count - kept.count)
            if text.utf8.count <= limit { return text }
        }
        return json([], .none, omitted: records.count)
    }

    private func json(_ records: [TargetRecord], _ message: MessageLength, omitted: Int) -> String {
        var pairs: [(key: String, value: JSONText)] = [
            ("version", .integer(1)), ("ready", .bool(isReady)),
            ("targets", .array(records.map { .object($0.fields(clock, message)) })),
        ]
        if omitted > 0 { pairs.append(("omitted", .integer(omitted))) }
        return JSONText.object(pairs).text
    }
}

/// How much of a message fits.
package enum MessageLength: Sendable {
    case whole, short, none
}

extension TargetRecord {
    /// The keys of one target, in the order of DESIGN 2.6; log lines carry the same ones.
    package func fields(_ clock: WallClock, _ length: MessageLength = .whole) -> [(
        key: String, value: JSONText
    )] {
        [
            ("name", .string(name)), ("kind", .string(kind)), ("required", .bool(isRequired)),
            ("state", .string(state.rawValue)), ("reason", .optional(lastOutcome?.failure?.reason.rawValue)),
            ("permanent", .bool(lastOutcome?.failure?.isPermanent ?? false)),
            ("message", .optional(message(length))), ("address", .optional(address)),
            ("failing_streak", .integer(failingStreak)), ("attempts", .integer(attempts)),
            ("duration_s", .seconds(lastDuration.inSeconds)), ("since", .string(clock.text(since))),
            ("last_success", .optional(lastSuccess.map(clock.text))),
        ]
    }

    /// The address of the last answer, or the last one tried.
    package var address: String? {
        switch lastOutcome {
        case .ready(let address, _): address
        case .notReady(let failure): failure.address
        case nil: nil
        }
    }

    private func message(_ length: MessageLength) -> String? {
        let text: String? =
            switch lastOutcome {
            case .ready(_, let detail): detail
            case .notReady(let failure): failure.message
            case nil: nil
            }
        return switch length {
        case .whole: text
        case .short: text.map { $0.count > 40 ? $0.prefix(39) + "…" : $0 }
        case .none: nil
        }
    }
}
