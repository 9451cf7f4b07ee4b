import HealthCore
import Testing

@Suite("What an agent says at /status, as its client reads it")
struct StatusReportTests {
    private func target(
        _ name: String, _ state: String, reason: String? = nil, required: Bool = true, message: String? = nil,
        address: String? = nil, since: String = "1970-01-01T00:00:00.000Z", success: String? = nil
    ) -> String {
        func json(_ text: String?) -> String { text.map(JSONText.quoted) ?? "null" }
        return """
            {"name":\(json(name)),"kind":"tcp","required":\(required),"state":"\(state)",\
            "reason":\(json(reason)),"permanent":false,"message":\(json(message)),"address":\(json(address)),\
            "failing_streak":0,"attempts":1,"duration_s":0.001200,"since":"\(since)",\
            "last_success":\(json(success))}
            """
    }

    private func read(_ targets: [String], ready: Bool = false) throws -> StatusReport {
        let text = #"{"version":1,"ready":\#(ready),"targets":[\#(targets.joined(separator: ","))]}"#
        return try #require(StatusReport(Array(text.utf8)))
    }

    @Test("the worst come first, as on the page, and equally bad ones in the agent's order")
    func order() throws {
        let report = try read([
            target("fine", "healthy"), target("shaky", "healthy", reason: "refused"),
            target("maybe", "unhealthy", reason: "dns", required: false), target("new", "starting"),
            target("old", "healthy", reason: "stale"), target("bad", "unhealthy", reason: "refused"),
        ])
        #expect(report.worstFirst.map(\.name) == ["old", "bad", "maybe", "new", "shaky", "fine"])
        #expect(report.rows.map(\.name) == ["fine", "shaky", "maybe", "new", "old", "bad"])
    }

    @Test("a target in a sentence has its state, the time in it, reason and message, and the address once")
    func sentences() throws {
        let rows = try read([
            target("a", "unhealthy", reason: "refused", message: "connection refused", address: "10.0.0.1:5"),
            target("b", "unhealthy", reason: "error", message: "10.0.0.1:5 says no", address: "10.0.0.1:5"),
            target("c", "unhealthy", reason: "auth"),
            target("d", "healthy", message: "PONG", address: "x:1", success: "1970-01-01T00:00:00.000Z"),
            target("e", "starting", required: false),
            target("f", "healthy", reason: "stale", message: "the newest result is 3m old", address: "x:1"),
        ]).rows
        #expect(
            rows.map { $0.sentence(at: 192_000) } == [
                "a: unhealthy for 3m 12s: refused: connection refused (10.0.0.1:5)",
                "b: unhealthy for 3m 12s: error: 10.0.0.1:5 says no", "c: unhealthy for 3m 12s: auth",
                "d: healthy for 3m 12s: PONG", "e (optional): starting for 3m 12s: not asked yet",
                "f: stale for 3m 12s: the newest result is 3m old",
            ])
    }

    @Test("what a server or a file says is one printable line, and a clock that is behind makes no time less")
    func hostile() throws {
        let row = try #require(
            try read([target("a\u{1B}[2J", "unhealthy", reason: "x", message: "\u{9B}0m\n\u{202E}")]).rows
                .first)
        #expect(row.name == "a\\x1b[2J" && row.message == "\\xc2\\x9b0m\\x0a\\xe2\\x80\\xae")
        #expect(row.age(at: -5000) == .zero && row.age(at: .min) == .zero)
        for late in [Int64.max, Int64.max - 1] {
            #expect(try #require(row.age(at: late)) > .seconds(1_000_000))
        }
        #expect(try read([target("a", "healthy", since: "now")]).rows.first?.age(at: 0) == nil)
    }

    @Test(
        "what is no report is none",
        arguments: [
            "", "{}", "[]", "ok", #"{"ready":true}"#, #"{"ready":1,"targets":[]}"#,
            #"{"ready":true,"targets":{}}"#, #"{"ready":true,"targets":[{"name":"a"}]}"#,
            #"{"ready":true,"targets":[{"name":"a","kind":"b","required":true,"state":"fine"}]}"#,
        ])
    func none(text: String) {
        #expect(StatusReport(Array(text.utf8)) == nil)
    }

    @Test("its JSON is the agent's own, and of what does not fit the best targets are left out")
    func json() throws {
        let targets = (0..<20).map { target("n\($0)", $0 % 2 == 0 ? "healthy" : "unhealthy", reason: nil) }
        let report = try read(targets)
        #expect(
            report.json() == #"{"version":1,"ready":false,"targets":[\#(targets.joined(separator: ","))]}"#)
        for limit in [400, 1000, 2500, 4095] {
            let text = report.json(limit: limit)
            #expect(text.utf8.count <= limit)
            let short = try #require(StatusReport(Array(text.utf8)))
            let kept = min(10, short.rows.count)
            #expect(kept > 0 && short.rows.prefix(kept).allSatisfy { $0.standing == .unhealthy })
            #expect(text.mentions("\"omitted\":\(20 - short.rows.count)}"))
        }
    }
}
