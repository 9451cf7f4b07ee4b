/// The report about all targets: the common shape of every JSON output.
package struct HealthReport: Sendable {
    package var isReady: Bool
    package var records: [TargetRecord]
    package var clock: WallClock

    package init(isReady: Bool, records: [TargetRecord], clock: WallClock) {
        (self.isReady, self.records, self.clock) = (isReady, records, clock)
    }

    /// The report as JSON of at most `limit` bytes: messages are shortened first, then left out, then whole targets,
    /// ready ones before others; `omitted` counts those.
    package func json(limit: Int = .max) -> String {
        for message in [MessageLength.whole, .short, .none] {
            let text = json(records.map { target($0, message) }, omitted: 0)
            if text.utf8.count <= limit { return text }
        }
        let notReady = records.filter { $0.state != .healthy }
        let texts = (notReady + records.filter { $0.state == .healthy }).map { target($0, .none) }
        var left = limit - json([], omitted: records.count).utf8.count
        // Each target but the first has a comma before it.
        let kept = texts.prefix {
            left -= $0.utf8.count + 1
            return left >= -1
        }
        return json(Array(kept), omitted: records.count - kept.count)
    }

    private func target(_ record: TargetRecord, _ message: MessageLength) -> String {
        JSONText.object(record.fields(clock, message)).text
    }

    private func json(_ targets: [String], omitted: Int) -> String {
        let tail = omitted > 0 ? ",\"omitted\":\(omitted)" : ""
        return "{\"version\":1,\"ready\":\(isReady),\"targets\":[\(targets.joined(separator: ","))]\(tail)}"
    }
}

/// How far a message is shortened to fit.
package enum MessageLength: Sendable {
    case whole, short, none
}

extension TargetRecord {
    /// The fields of one target, in the order of the schema; log lines carry the same ones.
    package func fields(_ clock: WallClock, _ length: MessageLength = .whole) -> [(
        key: String, value: JSONText
    )] {
        var phases: [(key: String, value: JSONText)] = []
        if let lastPhases {
            let durations = lastPhases.map {
                (key: $0.phase.rawValue, value: JSONText.number($0.duration.inSeconds))
            }
            phases = [("phases", .object(durations))]
        }
        return [
            ("name", .string(name)), ("kind", .string(kind)), ("required", .bool(isRequired)),
            ("state", .string(state.rawValue)), ("reason", .optional(lastOutcome?.failure?.reason.rawValue)),
            ("permanent", .bool(lastOutcome?.failure?.isPermanent ?? false)),
            ("message", .optional(message(length))), ("address", .optional(address)),
            ("failing_streak", .integer(failingStreak)), ("attempts", .integer(attempts)),
            ("duration_s", .number(lastDuration.inSeconds)), ("since", .string(clock.text(since))),
            ("last_success", .optional(lastSuccess.map(clock.text))),
        ] + phases
    }

    /// The address of the last answer, or the last one tried.
    package var address: String? { lastOutcome?.address }

    private func message(_ length: MessageLength) -> String? {
        let text = lastOutcome?.message
        return switch length {
        case .whole: text
        case .short: text.map { $0.count > 40 ? $0.prefix(39) + "…" : $0 }
        case .none: nil
        }
    }
}
