import EventLoop
import Glibc
import HealthCore
import TestSupport
import Testing

@Suite("The loop")
struct EventLoopTests {
    private let loop = EventLoop()

    @Test("the body and everything it starts run on the calling thread")
    func thread() {
        let here = pthread_self()
        let loop = self.loop
        let isHere = loop.run {
            await withTaskGroup(of: Bool.self) { group in
                for milliseconds in 0..<20 {
                    group.addTask {
                        let before = pthread_equal(here, pthread_self()) != 0
                        _ = await loop.sleep(until: loop.after(.milliseconds(milliseconds % 5)))
                        return before && pthread_equal(here, pthread_self()) != 0
                    }
                }
                return await group.reduce(pthread_equal(here, pthread_self()) != 0) { $0 && $1 }
            }
        }
        #expect(isHere)
    }

    @Test("a loop can run again, on another thread too")
    func runsAgain() {
        let loop = self.loop
        #expect(loop.run { 1 } == 1)
        let sum = Counter()
        let worker = WorkerThread {
            let value = loop.run {
                _ = await loop.sleep(until: loop.after(.milliseconds(2)))
                return 2
            }
            sum.add(value)
        }
        worker.join()
        #expect(sum.value == 2)
    }

    // MARK: Sleeping

    @Test("sleepers wake in the order of their deadlines, not of their coming")
    func order() {
        let loop = self.loop
        let order = loop.run {
            let start = loop.after(.milliseconds(5))
            return await withTaskGroup(of: Int.self) { group in
                for number in [4, 1, 3, 0, 2] {
                    group.addTask {
                        _ = await loop.sleep(until: start.advanced(by: .milliseconds(number * 4)))
                        return number
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(order == [0, 1, 2, 3, 4])
    }

    @Test("a deadline is never early, and as a rule little late")
    func overshoot() {
        let loop = self.loop
        let overshoots = loop.run {
            var overshoots: [Duration] = []
            for _ in 0..<15 {
                let deadline = loop.after(.microseconds(2300))
                #expect(await loop.sleep(until: deadline) == .deadline)
                overshoots.append(deadline.duration(to: loop.now))
            }
            return overshoots.sorted()
        }
        #expect(overshoots[0] >= .zero)
        // Half of them, on a machine that does other things as well.
        #expect(overshoots[7] < .milliseconds(20))
    }

    @Test("a moment that has passed ends the sleep at once")
    func past() {
        let loop = self.loop
        #expect(loop.run { await loop.sleep(until: Instant(nanoseconds: 0)) } == .deadline)
    }

    @Test("a thousand children sleep on one thread, and each wakes")
    func thousand() {
        let loop = self.loop
        let (wakes, here) = loop.run {
            let thread = pthread_self()
            let deadline = loop.after(.milliseconds(30))
            let wakes = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<1000 {
                    group.addTask {
                        let wake = await loop.sleep(until: deadline)
                        return wake == .deadline && loop.now >= deadline
                            && pthread_equal(thread, pthread_self()) != 0
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            return (wakes, pthread_equal(thread, pthread_self()) != 0)
        }
        #expect(wakes == 1000)
        #expect(here)
    }

    @Test("the loop's clock sleeps, and throws when it is cancelled")
    func clock() {
        let loop = self.loop
        let (slept, threw) = loop.run {
            let clock = LoopClock(loop)
            let deadline = clock.now.advanced(by: .milliseconds(3))
            let slept =
                (try? await clock.sleep(until: deadline, tolerance: nil)) != nil && clock.now >= deadline
            let threw = await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    do {
                        try await clock.sleep(until: .distantFuture, tolerance: nil)
                        return false
                    } catch {
                        return error is CancellationError
                    }
                }
                group.cancelAll()
                return await group.next() ?? false
            }
            return (slept, threw)
        }
        #expect(slept)
        #expect(threw)
    }

    // MARK: Giving way

    @Test("who gives way goes on after the others, those too that they start")
    func givesWayToAll() {
        let loop = self.loop
        // A turn of a busy machine may end between them.
        let orders = (0..<3).map { _ in
            loop.run {
                await withTaskGroup(of: String.self) { group in
                    group.addTask {
                        await loop.giveWay() ? "polite" : "alone"
                    }
                    group.addTask { "other" }
                    group.addTask {
                        await loop.start {}.value
                        return "starter"
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
            }
        }
        #expect(orders.contains(["other", "starter", "polite"]), "\(orders)")
    }

    @Test("who gives way to nobody is told so")
    func givesWayToNobody() {
        let loop = self.loop
        #expect(loop.run { await loop.giveWay() } == false)
    }

    @Test("who gives way is not kept waiting by those that never end")
    func givesWayForATurn() {
        let loop = self.loop
        let turns = Counter()
        loop.run {
            let others = loop.start {
                while !Task.isCancelled {
                    loop.compute(for: .milliseconds(6))
                    turns.add(1)
                    await loop.start {}.value
                }
            }
            _ = await loop.giveWay()
            others.cancel()
            await others.value
        }
        #expect(turns.value < 5)
    }

    @Test("of those that wait for a turn of their own one goes on, and then who is due, before the next")
    func takesTurns() {
        let loop = self.loop
        let pipe = Pipe()
        pipe.write()
        let order = loop.run {
            await withTaskGroup(of: String.self) { group in
                for number in 0..<3 {
                    group.addTask {
                        await loop.takeTurn()
                        loop.compute(for: .milliseconds(6))
                        return "long \(number)"
                    }
                }
                // Due in every turn, as a probe is.
                group.addTask {
                    for _ in 0..<2 { _ = await loop.wait(for: pipe.reading, .reading, until: .distantFuture) }
                    return "short"
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(order.filter { $0 != "short" } == ["long 0", "long 1", "long 2"])
        #expect(order.firstIndex(of: "short").map { $0 <= 2 } == true, "\(order)")
    }

    // MARK: Cancellation

    /// How a wait ended in a task that was cancelled after a pause; nil cancels before it begins.
    private func cancelled(
        after pause: Duration?, _ wait: @escaping @Sendable (EventLoop) async -> Wake
    ) -> (wakes: [Wake], took: Duration) {
        let loop = self.loop
        return loop.run {
            let start = loop.now
            let wakes = await withTaskGroup(of: Wake.self) { group in
                if pause == nil { group.cancelAll() }
                group.addTask { await wait(loop) }
                if let pause { _ = await loop.sleep(until: loop.after(pause)) }
                group.cancelAll()
                return await group.reduce(into: [Wake]()) { $0.append($1) }
            }
            return (wakes, start.duration(to: loop.now))
        }
    }

    @Test(
        "a task that is cancelled before or while it waits is resumed once, and at once", arguments: [nil, 5])
    func cancellation(pause: Int?) {
        let pipe = Pipe()
        let waits: [@Sendable (EventLoop) async -> Wake] = [
            { await $0.sleep(until: $0.after(.seconds(30))) }, { await $0.sleep(until: .distantFuture) },
            { await $0.wait(for: pipe.reading, .reading, until: $0.after(.seconds(30))) },
            { await $0.wait(for: pipe.reading, .reading, until: .distantFuture) },
        ]
        for wait in waits {
            let (wakes, took) = cancelled(after: pause.map { .milliseconds($0) }, wait)
            #expect(wakes == [.cancelled])
            #expect(took < .seconds(10))
        }
    }

    @Test("a task that is cancelled after its wait has ended keeps what the wait said")
    func lateCancellation() {
        let pipe = Pipe()
        pipe.write()
        let (slept, _) = cancelled(after: .milliseconds(5)) { loop in
            let wake = await loop.sleep(until: loop.now)
            loop.compute(for: .milliseconds(1))
            return wake
        }
        #expect(slept == [.deadline])
        let (read, _) = cancelled(after: .milliseconds(5)) { loop in
            await loop.wait(for: pipe.reading, .reading, until: .distantFuture)
        }
        #expect(read == [.ready])
    }

    @Test("a cancellation in the moment of the deadline resumes once, and its place can be used again")
    func cancellationAtTheDeadline() {
        let loop = self.loop
        let others = loop.run {
            var others = 0
            for _ in 0..<200 {
                await withTaskGroup(of: Wake.self) { group in
                    let deadline = loop.now
                    for _ in 0..<3 { group.addTask { await loop.sleep(until: deadline) } }
                    _ = await loop.sleep(until: deadline)
                    group.cancelAll()
                    for await wake in group where wake == .ready { others += 1 }
                }
                let deadline = loop.after(.microseconds(50))
                if await loop.sleep(until: deadline) != .deadline || loop.now < deadline { others += 1 }
            }
            return others
        }
        #expect(others == 0)
    }

    // MARK: Descriptors

    @Test(
        "a descriptor that was or was not waited for before is waited for, whatever the caller says of it",
        arguments: [true, false], [true, false])
    func again(first: Bool, second: Bool) {
        let (loop, pipe) = (self.loop, Pipe())
        pipe.write()
        let wakes = loop.run {
            var wakes: [Wake] = []
            for again in [first, second] {
                let deadline = loop.after(.seconds(30))
                wakes.append(await loop.wait(for: pipe.reading, .reading, again: again, until: deadline))
            }
            return wakes
        }
        #expect(wakes == [.ready, .ready])
    }

    @Test("a descriptor that is readable or writable ends the wait")
    func ready() {
        let (loop, pipe) = (self.loop, Pipe())
        pipe.write()
        #expect(loop.run { await loop.wait(for: pipe.reading, .reading, until: .distantFuture) } == .ready)
        var ends: [Int32] = [-1, -1]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let end = ends[0]
        defer { for end in ends { close(end) } }
        #expect(loop.run { await loop.wait(for: end, .writing, until: .distantFuture) } == .ready)
        #expect(
            loop.run { await loop.wait(for: end, .reading, until: loop.after(.milliseconds(3))) } == .deadline
        )
        shutdown(ends[1], Int32(SHUT_RDWR))
        #expect(loop.run { await loop.wait(for: end, .reading, until: .distantFuture) } == .ready)
    }

    @Test("a descriptor becomes readable while the loop waits")
    func becomesReady() {
        let (loop, pipe) = (self.loop, Pipe())
        let writer = WorkerThread {
            Monotonic.sleep(0.01)
            pipe.write()
        }
        let (wake, took) = loop.run {
            let start = loop.now
            let wake = await loop.wait(for: pipe.reading, .reading, until: loop.after(.seconds(20)))
            return (wake, start.duration(to: loop.now))
        }
        writer.join()
        #expect(wake == .ready)
        #expect(took < .seconds(10))
    }

    @Test("a descriptor can be waited for again, after it was ready and after a deadline")
    func again() {
        let (loop, pipe) = (self.loop, Pipe())
        let wakes = loop.run {
            var wakes: [Wake] = []
            for _ in 0..<3 {
                wakes.append(
                    await loop.wait(for: pipe.reading, .reading, until: loop.after(.milliseconds(2))))
                pipe.write()
                wakes.append(await loop.wait(for: pipe.reading, .reading, until: loop.after(.seconds(20))))
                pipe.read()
            }
            return wakes
        }
        #expect(wakes == [.deadline, .ready, .deadline, .ready, .deadline, .ready])
    }

    @Test("an event that comes after its deadline wakes nobody else")
    func lateEvent() {
        let (loop, pipe) = (self.loop, Pipe())
        let wakes = loop.run {
            let first = await loop.wait(for: pipe.reading, .reading, until: loop.after(.milliseconds(1)))
            pipe.write()
            // Takes the place of the wait that ended.
            let deadline = loop.after(.milliseconds(5))
            let second = await loop.sleep(until: deadline)
            return [first, second] + (loop.now < deadline ? [.cancelled] : [])
        }
        #expect(wakes == [.deadline, .deadline])
    }

    @Test("what the kernel will not watch ends the wait with its error number")
    func unwatchable() throws {
        let loop = self.loop
        #expect(loop.run { await loop.wait(for: -1, .reading, until: .distantFuture) } == .failed(EBADF))
        // A regular file is always ready, and epoll refuses it.
        let file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
        try #require(file >= 0)
        defer { close(file) }
        #expect(loop.run { await loop.wait(for: file, .reading, until: .distantFuture) } == .failed(EPERM))
    }

    @Test("a descriptor that is always ready does not put off the deadline")
    func alwaysReady() {
        let (loop, pipe) = (self.loop, Pipe())
        pipe.write()
        let (wakes, overshoot) = loop.run {
            let deadline = loop.after(.milliseconds(20))
            var wakes = 0
            while await loop.wait(for: pipe.reading, .reading, until: deadline) == .ready {
                wakes += 1
                if loop.now > deadline.advanced(by: .seconds(2)) { break }
            }
            return (wakes, deadline.duration(to: loop.now))
        }
        #expect(wakes > 10)
        #expect(overshoot >= .zero && overshoot < .seconds(1))
    }

    // MARK: Fairness

    @Test("a job that never waits gives way to timers and descriptors, and ends at its deadline")
    func givesWay() {
        let (loop, pipe) = (self.loop, Pipe())
        let (naps, isReady, overshoot) = loop.run {
            let (naps, ready) = (Counter(), Counter())
            let deadline = loop.after(.milliseconds(100))
            return await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while loop.now < deadline {
                        _ = await loop.sleep(until: loop.after(.milliseconds(2)))
                        naps.add()
                        if naps.value == 2 { pipe.write() }
                    }
                }
                group.addTask {
                    if await loop.wait(for: pipe.reading, .reading, until: deadline) == .ready { ready.add() }
                }
                _ = await loop.sleep(until: loop.now)
                while await loop.mayGoOn(until: deadline) { loop.compute(for: .microseconds(200)) }
                let overshoot = deadline.duration(to: loop.now)
                await group.waitForAll()
                return (naps.value, ready.value == 1, overshoot)
            }
        }
        #expect(naps >= 5)
        #expect(isReady)
        #expect(overshoot < .milliseconds(20))
    }

    @Test("busy jobs keep neither a descriptor nor a deadline waiting for all of them")
    func busy() {
        let (loop, pipe) = (self.loop, Pipe())
        let (readyAfter, deadlineAfter, total) = loop.run {
            let done = Counter()
            return await withTaskGroup(of: (Wake, Int)?.self) { group in
                group.addTask {
                    let wake = await loop.wait(for: pipe.reading, .reading, until: .distantFuture)
                    return (wake, done.value)
                }
                let deadline = loop.after(.milliseconds(20))
                group.addTask { (await loop.sleep(until: deadline), done.value) }
                // Both wait before anything computes.
                _ = await loop.sleep(until: loop.after(.milliseconds(2)))
                for _ in 0..<40 {
                    group.addTask {
                        pipe.write()
                        loop.compute(for: .milliseconds(2))
                        done.add()
                        return nil
                    }
                }
                var after: [Wake: Int] = [:]
                for await case (let wake, let count)? in group { after[wake] = count }
                return (after[.ready], after[.deadline], done.value)
            }
        }
        #expect(total == 40)
        // 5 ms are three of them, and each step of what was woken lets one more go first.
        #expect((readyAfter ?? 40) <= 12)
        #expect((deadlineAfter ?? 40) <= 20)
    }

    @Test("what is woken again and again does not keep a waiting job from its turn")
    func busyDescriptors() {
        let loop = self.loop
        let turns = loop.run {
            let (turns, ended) = (Counter(), Counter())
            return await withTaskGroup(of: Int?.self) { group in
                // Each computes longer than a turn lasts, and is ready again at once.
                for _ in 0..<4 {
                    group.addTask {
                        while ended.value == 0 {
                            loop.compute(for: .milliseconds(6))
                            turns.add()
                            _ = await loop.sleep(until: loop.now)
                        }
                        return nil
                    }
                }
                group.addTask {
                    ended.add()
                    return turns.value
                }
                var result = 0
                for await case let count? in group { result = count }
                return result
            }
        }
        #expect(turns <= 12)
    }
}
