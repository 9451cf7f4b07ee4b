import HealthCore
import Testing

@testable import StatusServer

@Suite("Who has to go")
struct ConnectionTableTests {
    private func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    @Test("below the limit nobody does, and a place that was left is taken again")
    func room() {
        var table = ConnectionTable<String>(limit: 2)
        let first = table.enter("a", at: at(0))
        #expect(first.displaced == nil)
        #expect(table.enter("b", at: at(1)).displaced == nil)
        table.leave(first.place)
        table.leave(first.place)
        #expect(table.enter("c", at: at(2)).displaced == nil)
        #expect(table.enter("d", at: at(3)).displaced == "b")
    }

    @Test("the one that has been idle for longest goes, though another is older")
    func idle() {
        var table = ConnectionTable<String>(limit: 3)
        let (a, b, c) = (
            table.enter("a", at: at(0)).place, table.enter("b", at: at(1)).place,
            table.enter("c", at: at(2)).place
        )
        table.becomeBusy(a, at: at(3))
        table.becomeBusy(b, at: at(3))
        table.becomeIdle(b, at: at(4))
        #expect(table.enter("d", at: at(5)).displaced == "c")
        // What the displaced one does afterwards changes nothing for who has its place.
        table.becomeBusy(c, at: at(6))
        table.leave(c)
        #expect(table.enter("e", at: at(7)).displaced == "b")
        #expect(table.enter("f", at: at(8)).displaced == "d")
    }

    @Test("if none is idle, the one whose request began first goes")
    func busy() {
        var table = ConnectionTable<String>(limit: 2)
        let (a, b) = (table.enter("a", at: at(0)).place, table.enter("b", at: at(1)).place)
        table.becomeBusy(a, at: at(9))
        table.becomeBusy(b, at: at(8))
        #expect(table.enter("c", at: at(10)).displaced == "b")
    }
}
