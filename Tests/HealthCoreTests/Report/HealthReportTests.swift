import HealthCore
import Testing

@Suite("The report of all targets")
struct HealthReportTests {
    private let clock = WallClock(.at(.zero), unixMilliseconds: 0)

    private func record(_ name: String, isRequired: Bool = true, _ outcome: Outcome? = nil) -> TargetRecord {
        var record = TargetRecord(name: name, kind: "postgres", isRequired: isRequired, since: .at(.zero))
        guard let outcome else { return record }
        _ = record.record(outcome, startedAt: .at(.milliseconds(500)), endedAt: .at(.milliseconds(512)))
        record.enter(outcome.failure == nil ? .healthy : .unhealthy, at: .at(.milliseconds(512)))
        return record
    }

    private func json(_ records: [TargetRecord], limit: Int = .max) -> String {
        HealthReport(isReady: false, records: records, clock: clock).json(limit: limit)
    }

    private let ready = Outcome.ready(address: "[::1]:5432", detail: "accepts \"connections\"")
    private func failed(_ message: String) -> Outcome {
        .notReady(Failure(.auth, message, address: "10.0.0.1:5432"))
    }

    @Test("a target that is ready has all keys in their order")
    func readyTarget() {
        let report = HealthReport(isReady: true, records: [record("db", ready)], clock: clock)
        #expect(
            report.json()
                == #"{"version":1,"ready":true,"targets":[{"name":"db","kind":"postgres","required":true,"#
                + #""state":"healthy","reason":null,"permanent":false,"message":"accepts \"connections\"","#
                + #""address":"[::1]:5432","failing_streak":0,"attempts":1,"duration_s":0.012000,"#
                + #""since":"1970-01-01T00:00:00.512Z","last_success":"1970-01-01T00:00:00.512Z"}]}"#)
    }

    @Test("a target that is not ready says why")
    func failedTarget() {
        #expect(
            json([record("db", isRequired: false, failed("28P01 wrong"))])
                == #"{"version":1,"ready":false,"targets":[{"name":"db","kind":"postgres","required":false,"#
                + #""state":"unhealthy","reason":"auth","permanent":true,"message":"28P01 wrong","#
                + #""address":"10.0.0.1:5432","failing_streak":1,"attempts":1,"duration_s":0.012000,"#
                + #""since":"1970-01-01T00:00:00.512Z","last_success":null}]}"#)
    }

    @Test("a target that was not asked yet has no answer")
    func unaskedTarget() {
        #expect(
            json([record("db")])
                == #"{"version":1,"ready":false,"targets":[{"name":"db","kind":"postgres","required":true,"#
                + #""state":"starting","reason":null,"permanent":false,"message":null,"address":null,"#
                + #""failing_streak":0,"attempts":0,"duration_s":0.000000,"#
                + #""since":"1970-01-01T00:00:00.000Z","last_success":null}]}"#)
        #expect(json([]) == #"{"version":1,"ready":false,"targets":[]}"#)
    }

    @Test(
        "what does not fit loses its messages first, then targets that are ready, then others",
        arguments: [4096])
    func limit(limit: Int) throws {
        let long = String(repeating: "é\"", count: 60)
        func report(ready count: Int, failed failures: Int) -> String {
            json(
                (0..<count).map { record("ready\($0)", ready) }
                    + (0..<failures).map { record("failed\($0)", failed(long)) },
                limit: limit)
        }
        let whole = report(ready: 1, failed: 5)
        #expect(whole.mentions(String(repeating: "é\\\"", count: 60)))
        #expect(!whole.mentions("omitted"))
        let short = report(ready: 1, failed: 9)
        #expect(short.mentions("\"message\":\"" + String(repeating: "é\\\"", count: 19) + "é…\""))
        #expect(!short.mentions("omitted"))
        let bare = report(ready: 1, failed: 12)
        #expect(!bare.mentions("\"message\":\""))
        #expect(bare.mentions("ready0"))
        #expect(!bare.mentions("omitted"))
        let some = report(ready: 20, failed: 10)
        #expect((0..<10).allSatisfy { some.mentions("\"failed\($0)\"") })
        let kept = some.split(separator: "{").count - 1
        #expect(some.hasSuffix("\"omitted\":\(30 - kept)}"))
        let few = report(ready: 5, failed: 30)
        #expect(!few.mentions("ready0"))
        #expect(few.mentions("\"failed0\""))
        #expect(few.mentions("\"omitted\":"))
        for text in [whole, short, bare, some, few] { #expect(text.utf8.count <= limit) }
    }

    @Test("whatever is left is valid JSON, at any limit")
    func validAtAnyLimit() {
        let records =
            [record("a\"b", ready), record("c", failed(String(repeating: "\\\"é€🐘", count: 20)))]
            + (0..<4).map { record("t\($0)", $0 % 2 == 0 ? ready : failed("x")) }
        for limit in stride(from: 0, through: 2200, by: 31) {
            let text = json(records, limit: limit)
            guard text.utf8.count <= max(limit, 60), isJSON(text) else {
                Issue.record("limit \(limit), \(text.utf8.count) bytes: \(text)")
                return
            }
        }
    }

    /// A reader of JSON that is just large enough to say whether a text is some.
    private func isJSON(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        func take(_ byte: Character) -> Bool {
            guard let wanted = byte.asciiValue, rest.first == wanted else { return false }
            rest.removeFirst()
            return true
        }
        func string() -> Bool {
            guard take("\"") else { return false }
            while let byte = rest.popFirst() {
                switch byte {
                case UInt8(ascii: "\""): return true
                case UInt8(ascii: "\\"):
                    guard let escape = rest.popFirst() else { return false }
                    if escape == UInt8(ascii: "u") { rest = rest.dropFirst(4) }
                case 0..<0x20: return false
                default: break
                }
            }
            return false
        }
        func value() -> Bool {
            switch rest.first {
            case UInt8(ascii: "{"): return list("{", "}") { string() && take(":") && value() }
            case UInt8(ascii: "["): return list("[", "]", value)
            case UInt8(ascii: "\""): return string()
            default:
                let word = rest.prefix { ![0x2C, 0x5D, 0x7D].contains($0) }
                rest = rest.dropFirst(word.count)
                let token = String(decoding: word, as: UTF8.self)
                return ["true", "false", "null"].contains(token) || Double(token) != nil
            }
        }
        func list(_ open: Character, _ close: Character, _ element: () -> Bool) -> Bool {
            guard take(open) else { return false }
            if take(close) { return true }
            repeat { guard element() else { return false } } while take(",")
            return take(close)
        }
        return value() && rest.isEmpty
    }
}
