internal import HealthCore

/// A verdict as `application/health+json` (X-16…X-18).
struct HealthJSON: Sendable {
    private let verdict: HealthVerdict
    /// With the index of each line's target.
    private let entries: [(line: HealthVerdict.Line, target: Int?)]
    private let targets: TargetRows
    private let clock: WallClock

    init(_ verdict: HealthVerdict, _ snapshot: AgentSnapshot) {
        self.verdict = verdict
        (clock, targets) = (snapshot.clock, snapshot.targets)
        // Checks are in the order of their targets, so that one pass finds every target.
        var rest = snapshot.targets.prefix(verdict.endpoint == .livez ? 0 : .max)
        entries = verdict.lines.filter { !$0.isExcluded }.map { line in
            guard let index = rest.firstIndex(where: { $0.record.name == line.name }) else {
                return (line, nil)
            }
            defer { rest = rest[(index + 1)...] }
            return (line, index)
        }
    }

    var response: Response {
        let (entries, targets, clock, root) = (entries, targets, clock, self.root)
        let text = LongText(steps: entries.count + 1) { step, bytes in
            if step == 0 { bytes.append(root) }
            if step == entries.count { return bytes.append("}}\n") }
            let (line, target) = entries[step]
            if step > 0 { bytes.append(",") }
            bytes.append(JSONText.string(line.name).text)
            bytes.append(":[")
            bytes.append(Self.check(line, target.map { targets[$0] }, clock).text)
            bytes.append("]")
        }
        return Response(verdict.status, as: .health, text)
    }

    /// The text before the checks.
    private var root: String {
        let status =
            verdict.status != .ok ? "fail" : entries.contains { $0.line.failure != nil } ? "warn" : "pass"
        var notes = ""
        if !verdict.unmatched.isEmpty {
            let texts = verdict.unmatched.map {
                JSONText.string("no check to exclude: \(PrintableText.line($0))").text
            }
            notes = "\"notes\":[\(texts.joined(separator: ","))],"
        }
        return "{\"status\":\"\(status)\",\(notes)\"checks\":{"
    }

    private static func check(
        _ line: HealthVerdict.Line, _ target: TargetHealth?, _ clock: WallClock
    ) -> JSONText {
        let status = line.failure == nil ? "pass" : line.isRequired ? "fail" : "warn"
        let isStore = target.map { ["postgres", "redis"].contains($0.record.kind) } ?? false
        var pairs: [(key: String, value: JSONText)] = [
            ("componentType", .string(isStore ? "datastore" : "component")), ("status", .string(status)),
        ]
        if let target, let time = target.lastResult {
            pairs += [
                ("time", .string(clock.text(time))),
                ("observedValue", .number(target.record.lastDuration.inSeconds)),
                ("observedUnit", .string("s")),
            ]
        }
        if let failure = line.failure { pairs.append(("output", .string(failure))) }
        if let target { pairs.append(("state", .string(target.record.state.rawValue))) }
        return .object(pairs + [("reason", .optional(line.reason))])
    }
}
