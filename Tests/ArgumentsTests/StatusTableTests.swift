import HealthCore
import TestSupport
import Testing

@testable import waitfor

@Suite("The table of `waitfor status`")
struct StatusTableTests {
    private func target(
        _ name: String, _ state: String, _ reason: String? = nil, _ message: String? = nil,
        required: Bool = true, kind: String = "postgres"
    ) -> String {
        func json(_ text: String?) -> String { text.map(JSONText.quoted) ?? "null" }
        return """
            {"name":\(json(name)),"kind":"\(kind)","required":\(required),"state":"\(state)",\
            "reason":\(json(reason)),"message":\(json(message)),"address":null,"duration_s":0.001200,\
            "since":"1970-01-01T00:00:00.000Z","last_success":"1970-01-01T00:00:00.000Z"}
            """
    }

    private func report(_ targets: [String], ready: Bool = false) throws -> StatusReport {
        let text = #"{"version":1,"ready":\#(ready),"targets":[\#(targets.joined(separator: ","))]}"#
        return try #require(StatusReport(Array(text.utf8)))
    }

    private func lines(
        _ targets: [String], width: Int = 80, atMost limit: Int = .max, isColoured: Bool = false
    ) throws -> [String] {
        StatusTable(report: try report(targets), now: 192_000, width: width, isColoured: isColoured)
            .lines(atMost: limit)
    }

    private var mixed: [String] {
        [
            target("cache", "healthy", nil, "PONG", kind: "redis"),
            target("db", "unhealthy", "refused", "connection refused (127.0.0.1:5432)"),
            target("mail", "starting", "timeout", required: false, kind: "smtp"),
        ]
    }

    @Test("the worst come first, each in a line with state, time, kind, last duration and reason")
    func table() throws {
        #expect(
            try lines(mixed) == [
                "NOT READY: 1 unhealthy, 1 starting, 1 healthy",
                "STATE      NAME   FOR     KIND      LAST   WHY",
                "unhealthy  db     3m 12s  postgres  1.2ms  refused: connection refused (127.0.…",
                "starting   mail   3m 12s  smtp      1.2ms  (optional) timeout",
                "healthy    cache  3m 12s  redis     1.2ms  PONG",
            ])
        #expect(try lines([]) == ["NOT READY: no targets"])
    }

    @Test("a narrow window does without columns, and never has a line that is wider", arguments: 1...130)
    func widths(width: Int) throws {
        let wide = [
            target(
                String(repeating: "n", count: 90), "unhealthy", "auth", String(repeating: "m", count: 150)),
            target("数据库", "healthy", nil, String(repeating: "é", count: 90)),
        ]
        for targets in [mixed, wide, mixed + wide] {
            let lines = try lines(targets, width: width)
            #expect(lines.allSatisfy { TextColumns.width($0) <= width }, "\(lines)")
            #expect(lines.allSatisfy { $0.last != " " })
        }
        guard width == 40 else { return }
        #expect(
            try lines(mixed, width: 40) == [
                "NOT READY: 1 unhealthy, 1 starting, 1 …", "STATE      NAME   FOR     WHY",
                "unhealthy  db     3m 12s  refused: con…", "starting   mail   3m 12s  (optional) t…",
                "healthy    cache  3m 12s  PONG",
            ])
    }

    @Test("what is not ASCII may be wide, and counts so")
    func wide() {
        #expect(TextColumns.width("ab") == 2 && TextColumns.width("数é") == 4)
        #expect(TextColumns.cut("abcd", to: 4) == "abcd" && TextColumns.cut("abcde", to: 4) == "ab…")
        #expect(TextColumns.cut("数据库", to: 5) == "数…" && TextColumns.cut("abc", to: 1).isEmpty)
        #expect(TextColumns.padded("数", to: 4) == "数  ")
    }

    @Test("only the first word of a line is coloured, and no text is changed by it")
    func colours() throws {
        let plain = try lines(mixed)
        let coloured = try lines(mixed, isColoured: true)
        #expect(coloured[0] == "\u{1B}[31mNOT READY\u{1B}[0m" + plain[0].dropFirst(9))
        #expect(coloured[1] == plain[1])
        #expect(coloured[3] == "\u{1B}[33mstarting\u{1B}[0m" + plain[3].dropFirst(8))
        #expect(coloured[4].hasPrefix("\u{1B}[32mhealthy\u{1B}[0m "))
    }

    @Test("of more targets than there are rows the worst are shown, and how many are not")
    func rows() throws {
        let many = (0..<30).map {
            target("t\($0)", $0 == 29 ? "unhealthy" : "healthy", $0 == 29 ? "dns" : nil)
        }
        let lines = try lines(many, atMost: 10)
        #expect(lines.count == 10 && lines[2].hasPrefix("unhealthy  t29") && lines[9] == "and 23 more")
        #expect(try self.lines(many, atMost: 32).count == 32)
        for limit in -3...3 { #expect(try self.lines(many, atMost: limit).count <= 3) }
    }

    @Test("of an agent that is gone the last words stay, with their times, and since when it is silent")
    func silence() throws {
        func lines(_ screen: StatusScreen, at now: Int64) -> [String] {
            screen.lines(at: now, width: 60, atMost: 20, isColoured: false)
        }
        var screen = StatusScreen()
        #expect(lines(screen, at: 0).isEmpty && !screen.isReady)
        screen.take("no answer from the agent: refused", at: 1000)
        #expect(lines(screen, at: 4000) == ["NO ANSWER for 3s: no answer from the agent: refused"])
        screen.take(try report([target("db", "healthy")], ready: true), at: 192_000)
        let last = lines(screen, at: 193_000)
        #expect(screen.isReady && last[0] == "ready: 1 healthy" && last[2].contains(" 3m 12s "))
        screen.take("gone", at: 200_000)
        screen.take("gone", at: 260_000)
        #expect(!screen.isReady)
        #expect(
            lines(screen, at: 260_000) == ["NO ANSWER for 1m 0s: gone", "what it said 1m 8s ago:"] + last)
    }
}
