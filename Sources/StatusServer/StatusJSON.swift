internal import HealthCore

/// `/status`: the object of every JSON output, made target by target.
struct StatusJSON: Sendable {
    private let snapshot: AgentSnapshot
    private let isReady: Bool
    private let exposesAll: Bool

    init(_ snapshot: AgentSnapshot, exposesAll: Bool) {
        (self.snapshot, self.exposesAll, isReady) = (snapshot, exposesAll, snapshot.isReady)
    }

    /// The same about one target, which counts as required; nil if there is none of that name.
    init?(_ snapshot: AgentSnapshot, only name: String, exposesAll: Bool) {
        guard let target = snapshot.targets.first(where: { $0.record.name == name }) else { return nil }
        isReady = target.standing(at: snapshot.now) == .healthy
        self.exposesAll = exposesAll
        var rest = snapshot
        rest.targets = TargetRows([target])
        self.snapshot = rest
    }

    var text: LongText {
        let (snapshot, exposesAll, isReady) = (snapshot, exposesAll, isReady)
        let count = snapshot.targets.count
        return LongText(steps: count + 1) { step, bytes in
            if step == 0 { bytes.append("{\"version\":1,\"ready\":\(isReady),\"targets\":[") }
            if step == count { return bytes.append("]}\n") }
            if step > 0 { bytes.append(",") }
            let fields = Self.fields(of: snapshot.targets[step], snapshot, exposesAll)
            bytes.append(JSONText.object(fields).text)
        }
    }

    /// The keys of a target: a stale result is marked, and values that the client may not see are null.
    private static func fields(
        of target: TargetHealth, _ snapshot: AgentSnapshot, _ exposesAll: Bool
    ) -> [(key: String, value: JSONText)] {
        let age = target.lastResult.map { $0.duration(to: snapshot.now) } ?? .zero
        let isStale = target.isStale(at: snapshot.now)
        return target.record.fields(snapshot.clock).map { key, value in
            switch key {
            case "message" where !exposesAll, "address" where !exposesAll: (key, .null)
            case "reason" where isStale: (key, .string(Reason.stale.rawValue))
            case "permanent" where isStale: (key, .bool(false))
            case "message" where isStale:
                (key, .string("the newest result is \(DurationText.describe(age)) old"))
            default: (key, value)
            }
        }
    }
}
