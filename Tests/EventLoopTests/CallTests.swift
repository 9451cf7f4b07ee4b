import EventLoop
import Glibc
import HealthCore
import Synchronization
import Testing

@Suite("Calls at a moment")
struct CallTests {
    private let loop = EventLoop()

    @Test("calls come on the loop's thread, in the order of their moments, and never early")
    func order() {
        let loop = self.loop
        let order = Mutex<[Int]>([])
        let (early, elsewhere) = (Counter(), Counter())
        loop.run {
            let (start, here) = (loop.now, pthread_self())
            for number in [3, 1, 2, 0] {
                let moment = start.advanced(by: .milliseconds(3 * number + 3))
                loop.call(at: moment) {
                    if loop.now < moment { early.add() }
                    if pthread_equal(here, pthread_self()) == 0 { elsewhere.add() }
                    order.withLock { $0.append(number) }
                }
            }
            _ = await loop.sleep(until: start.advanced(by: .milliseconds(30)))
        }
        #expect(order.withLock { $0 } == [0, 1, 2, 3])
        #expect(early.value == 0)
        #expect(elsewhere.value == 0)
    }

    @Test("a moment that has passed is called soon, but not at once")
    func past() {
        let loop = self.loop
        let calls = Counter()
        let before = loop.run {
            loop.call(at: loop.after(.seconds(-5))) { calls.add() }
            let before = calls.value
            _ = await loop.sleep(until: loop.after(.milliseconds(1)))
            return before
        }
        #expect(before == 0)
        #expect(calls.value == 1)
    }

    @Test("a loop that has ended lets go of the calls to come, which may hold the loop")
    func end() {
        weak var ended: EventLoop?
        do {
            let loop = EventLoop()
            ended = loop
            loop.run { loop.call(at: loop.after(.seconds(60))) { _ = loop.now } }
        }
        #expect(ended == nil)
    }

    @Test("a call can start a task and call again, and its place is used anew")
    func again() {
        let loop = self.loop
        let (calls, tasks) = (Counter(), Counter())
        let total = loop.run {
            @Sendable func next() {
                calls.add()
                _ = loop.start { tasks.add() }
                if calls.value < 100 { loop.call(at: loop.now, next) }
            }
            loop.call(at: loop.now, next)
            let deadline = loop.after(.seconds(20))
            while tasks.value < 100, loop.now < deadline {
                _ = await loop.sleep(until: loop.after(.milliseconds(1)))
            }
            return tasks.value
        }
        #expect(total == 100)
        #expect(calls.value == 100)
    }

    @Test("a call beside a sleep of the same moment wakes both, once each")
    func beside() {
        let loop = self.loop
        let calls = Counter()
        let wakes = loop.run {
            let moment = loop.after(.milliseconds(3))
            loop.call(at: moment) { calls.add() }
            return await withTaskGroup(of: Wake.self) { group in
                for _ in 0..<3 { group.addTask { await loop.sleep(until: moment) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(wakes == [.deadline, .deadline, .deadline])
        #expect(calls.value == 1)
    }
}
