internal import HealthCore

/// What the page shows of one target: as much as the client may see.
struct PageRow: Sendable {
    let standing: Standing
    private let name: String
    private let kind: String
    private let age: Duration
    private let why: String
    private let history: ProbeHistory
    private let lastDuration: Duration?
    /// The seconds that the certificate is still valid; 0 before one was seen, nil without TLS.
    private let validity: Int64?

    init(_ target: TargetHealth, _ snapshot: AgentSnapshot, exposesAll: Bool) {
        let record = target.record
        standing = target.standing(at: snapshot.now)
        name = PrintableText.line(record.name)
        kind = record.isRequired ? record.kind : "\(record.kind), optional"
        age = record.since.duration(to: snapshot.now)
        why = Self.why(target, standing, at: snapshot.now, exposesAll: exposesAll)
        history = target.history
        lastDuration = record.lastOutcome == nil ? nil : record.lastDuration
        validity = target.certificateExpiry.map { expiry in
            expiry == 0 ? 0 : expiry - snapshot.clock.unixMilliseconds(snapshot.now) / 1000
        }
    }

    /// The texts of the row, in the order in which the page has its elements.
    var texts: [String] {
        let strip = ProbeStrip(history)
        return [
            name, kind, standing.rawValue, DurationText.inTwoUnits(age), why, strip.words, strip.good,
            strip.bad,
            strip.line,
            lastDuration.map(DurationText.describe) ?? "", Self.certificate(validity),
        ]
    }

    /// The place of each drawing among the texts.
    static let drawings = 6...8

    private static func why(
        _ target: TargetHealth, _ standing: Standing, at now: Instant, exposesAll: Bool
    ) -> String {
        if standing == .stale {
            let age = target.lastResult?.duration(to: now) ?? .zero
            return "the newest result is \(DurationText.inTwoUnits(age)) old"
        }
        switch target.record.lastOutcome?.result {
        case nil: return "not asked yet"
        case .ready(let detail): return exposesAll ? detail : ""
        case .notReady(let failure):
            let message = exposesAll ? target.record.placedMessage : nil
            return failure.reason.rawValue + (message.map { ": \($0)" } ?? "")
        }
    }

    private static func certificate(_ validity: Int64?) -> String {
        switch validity {
        case nil: return ""
        case 0: return "not seen"
        case let seconds? where seconds < 0: return "expired"
        case let seconds?:
            let days = seconds / 86_400
            return days == 1 ? "1 day" : "\(days) days"
        }
    }
}
