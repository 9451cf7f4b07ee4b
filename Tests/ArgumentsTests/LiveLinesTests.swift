import HealthCore
import TestSupport
import Testing

@testable import waitfor

@Suite("Lines that stand below all others on a terminal")
struct LiveLinesTests {
    /// The rows of a terminal, which goes to the beginning of the next one at a line feed.
    private func shown(_ text: String) -> [String] {
        ScreenText(
            text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"),
            columns: 20
        )
        .lines
    }

    @Test("they are replaced in their place, other lines come above them, and in the end nothing is left")
    func replaced() throws {
        var live = LiveLines()
        var written = live.lines(above: ["first\n"], goesOn: true).joined()
        #expect(written == "first\n", "without them every line is as it was")
        let none = live.replacing(with: [])
        #expect(none == nil)
        written += (live.replacing(with: ["one", "two"]) ?? "")
        #expect(shown(written) == ["first", "one", "two", ""])
        let same = live.replacing(with: ["one", "two"])
        #expect(same == nil)
        written += (live.replacing(with: ["uno"]) ?? "")
        written += live.lines(above: ["second\nthird\n"], goesOn: true).joined()
        #expect(shown(written) == ["first", "second", "third", "uno", ""])
        written += (live.replacing(with: []) ?? "")
        #expect(written.hasSuffix("\n"), "what does not end in a line feed is half a line")
        written += live.lines(above: ["last\n"], goesOn: true).joined()
        #expect(shown(written) == ["first", "second", "third", "last", ""])
    }

    @Test("where they do not go on, they are gone until they are shown again")
    func stopped() throws {
        var live = LiveLines()
        var written = "first\n" + (live.replacing(with: ["one"]) ?? "")
        written += live.lines(above: ["second\n"], goesOn: false).joined()
        let third = live.lines(above: ["third\n"], goesOn: true).joined()
        #expect(third == "third\n")
        #expect(shown(written) == ["first", "second", ""])
        let again = live.replacing(with: ["one"])
        #expect(again == "one\n")
    }

    private func progress(_ targets: [String]) throws -> GateProgress {
        let read = try TargetList.read(
            targets.map { Array($0.utf8) }, settings: [], passwordFile: nil,
            ReadingContext(variable: { _ in nil }))
        return GateProgress(read, GatePolicy(), startedAt: Instant(nanoseconds: 0))
    }

    private func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    @Test("a gate has a line for each target, with the time spent and why it is waited for")
    func gate() throws {
        var progress = try progress(["db=tcp://a:1", "cache=tcp://b:2", "new=tcp://c:3"])
        let refused = Outcome.notReady(Failure(.refused, "connection refused", address: "10.0.0.1:1"))
        _ = progress.record(refused, of: 0, startedAt: at(1), endedAt: at(1), jitter: 0)
        let ready = Outcome.ready(address: "10.0.0.2:2", detail: "accepts")
        _ = progress.record(ready, of: 1, startedAt: at(2), endedAt: at(2), jitter: 0)
        func lines(_ columns: Int, rows: Int = 24) -> [String] {
            GateScreen.lines(progress, at: at(75), TerminalWindow.Size(rows: rows, columns: columns))
        }
        #expect(
            lines(80) == [
                "  db     1m 15s   refused: connection refused (10.0.0.1:1)", "  cache  2s       ready",
                "  new    1m 15s   not asked yet",
            ])
        #expect(lines(40)[0] == "  db     1m 15s   refused: connection…")
        #expect(
            lines(80, rows: 4) == ["  db  1m 15s   refused: connection refused (10.0.0.1:1)", "  and 2 more"])
        for columns in 1...90 {
            #expect(lines(columns).allSatisfy { TextColumns.width($0) < max(2, columns) }, "\(columns)")
        }
    }
}
