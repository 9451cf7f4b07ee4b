import HealthCore
import TestSupport
import Testing

@testable import EventLoop

@Suite("Deadlines, earliest first")
struct TimerHeapTests {
    @Test("any mix of operations does what a sorted list would", arguments: 1...8)
    func random(seed: UInt64) {
        var generator = FixedGenerator(seed: seed)
        var heap = TimerHeap()
        var model: [Int: Instant] = [:]
        for step in 0..<2000 {
            let waiter = Int.random(in: 0..<60, using: &generator)
            // Few moments, so that many are equal.
            let moment = Instant(nanoseconds: Int64.random(in: 0..<40, using: &generator))
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<5 where model[waiter] == nil:
                heap.insert(waiter, at: moment)
                model[waiter] = moment
            case 5..<8:
                heap.remove(waiter)
                model[waiter] = nil
            default:
                let due = heap.removeFirst(dueAt: moment)
                let first = model.values.min().flatMap { $0 <= moment ? $0 : nil }
                guard due.map({ model.removeValue(forKey: $0) }) == first.map({ $0 }) else {
                    Issue.record("step \(step): \(due as Any) is not due first")
                    return
                }
            }
            guard heap.first == model.values.min() else {
                Issue.record("step \(step): \(heap.first as Any) is not first")
                return
            }
        }
        var rest: [Instant] = []
        while let waiter = heap.removeFirst(dueAt: .distantFuture) {
            rest += model.removeValue(forKey: waiter).map { [$0] } ?? []
        }
        #expect(rest == rest.sorted())
        #expect(model.isEmpty)
        #expect(heap.first == nil)
    }

    @Test("removing who is not there, or never was, changes nothing")
    func removesNobody() {
        var heap = TimerHeap()
        heap.remove(7)
        heap.insert(3, at: Instant(nanoseconds: 5))
        heap.remove(2)
        heap.remove(100)
        #expect(heap.first == Instant(nanoseconds: 5))
        #expect(heap.removeFirst(dueAt: Instant(nanoseconds: 4)) == nil)
        #expect(heap.removeFirst(dueAt: Instant(nanoseconds: 5)) == 3)
        heap.remove(3)
        #expect(heap.removeFirst(dueAt: .distantFuture) == nil)
    }
}
