import HealthCore
import Testing

@testable import StatusServer

@Suite("Who has to go")
struct ConnectionTableTests {
    private func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    @Test("below the limit nobody does, and a place that was left is taken again")
    func room() {
        var table = ConnectionTable<String>(limit: 2, heldLimit: 100)
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
        var table = ConnectionTable<String>(limit: 3, heldLimit: 100)
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
        var table = ConnectionTable<String>(limit: 2, heldLimit: 100)
        let (a, b) = (table.enter("a", at: at(0)).place, table.enter("b", at: at(1)).place)
        table.becomeBusy(a, at: at(9))
        table.becomeBusy(b, at: at(8))
        #expect(table.enter("c", at: at(10)).displaced == "b")
    }

    @Test("when too much waits for clients that do not read, those who have not read for longest go")
    func unread() {
        var table = ConnectionTable<String>(limit: 4, heldLimit: 100)
        let places = ["a", "b", "c", "d"].map { table.enter($0, at: at(0)).place }
        #expect(table.beginWaiting(40, places[1], at: at(1)) == [])
        #expect(table.beginWaiting(40, places[0], at: at(2)) == [])
        #expect(table.beginWaiting(30, places[2], at: at(3)) == ["b"])
        table.leave(places[1])
        // Who has read what waited counts no more.
        table.endWaiting(places[0])
        #expect(table.beginWaiting(60, places[3], at: at(5)) == [])
        table.leave(places[2])
        #expect(table.beginWaiting(40, places[0], at: at(6)) == [])
        table.endWaiting(places[0])
        #expect(table.beginWaiting(90, places[0], at: at(7)) == ["d"])
    }

    @Test("one that is alone may leave as much unread as it likes, and takes nothing with it when it goes")
    func alone() {
        var table = ConnectionTable<String>(limit: 1, heldLimit: 100)
        let first = table.enter("a", at: at(0)).place
        #expect(table.beginWaiting(500, first, at: at(1)) == [])
        let (second, displaced) = table.enter("b", at: at(2))
        #expect(displaced == "a")
        table.endWaiting(first)
        #expect(table.beginWaiting(500, second, at: at(4)) == [])
    }

    @Test("a long answer waits for room, which those make who do not read; the first may be of any size")
    func longAnswers() {
        var table = ConnectionTable<String>(limit: 3, heldLimit: 100)
        let places = ["a", "b", "c"].map { table.enter($0, at: at(0)).place }
        #expect(table.beginAnswer(500, places[0]) == true)
        #expect(table.beginAnswer(1, places[1]) == false)
        #expect(table.displaced() == nil, "it reads")
        #expect(table.beginWaiting(10, places[0], at: at(1)) == [])
        #expect(table.displaced() == "a")
        #expect(table.displaced() == nil, "one goes already")
        #expect(table.beginAnswer(1, places[1]) == false)
        table.leave(places[0])
        let (second, third) = (table.beginAnswer(60, places[1]), table.beginAnswer(60, places[2]))
        #expect(second && !third)
        table.endAnswer(places[1])
        #expect(table.beginAnswer(60, places[2]) == true)
    }
}
