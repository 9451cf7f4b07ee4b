import Testing

@testable import EventLoop

@Suite("The order of jobs")
struct JobQueueTests {
    private func taken(_ queue: inout JobQueue<Int>, _ count: Int = .max) -> [Int] {
        var taken: [Int] = []
        while taken.count < count, let job = queue.next() { taken.append(job) }
        return taken
    }

    @Test("first come, first served, within a turn and over turns that leave nothing over")
    func order() {
        var queue = JobQueue<Int>()
        for round in 0..<3 {
            for job in 0..<5 { queue.append(round * 10 + job) }
            #expect(!queue.isEmpty)
            #expect(taken(&queue) == (0..<5).map { round * 10 + $0 })
            #expect(queue.isEmpty)
            queue.endTurn()
        }
        #expect(queue.next() == nil)
    }

    @Test("what a turn left over takes turns with what comes")
    func leftOver() {
        var queue = JobQueue<Int>()
        for job in 0..<5 { queue.append(job) }
        #expect(taken(&queue, 2) == [0, 1])
        queue.endTurn()
        for job in 10..<13 { queue.append(job) }
        #expect(taken(&queue) == [2, 10, 3, 11, 4, 12])
    }

    @Test("a job that fills its turn and comes again at once keeps nothing waiting for ever")
    func fairness() {
        var queue = JobQueue<Int>()
        for job in 0..<6 { queue.append(job) }
        var seen: [Int] = []
        for _ in 0..<11 {
            guard let job = queue.next() else { break }
            seen.append(job)
            queue.endTurn()
            queue.append(job)
        }
        for job in 0..<6 { #expect(seen.contains(job), "\(seen)") }
    }
}
