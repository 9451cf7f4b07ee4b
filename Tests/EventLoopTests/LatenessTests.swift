import HealthCore
import Synchronization
import Testing

@testable import EventLoop

@Suite("How much of its time a loop could not use")
struct LatenessTests {
    /// A thread that has used this much of a processor.
    private final class Processor: Sendable {
        let used = Mutex<Int64>(0)

        func use(_ duration: Duration) { used.withLock { $0 += duration.nanoseconds } }
    }

    private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    private func turning(_ stalls: Stalls) -> Duration { stalls.turningTime(from: at(0), to: at(10_000)) }

    private let processor = Processor()
    private var lateness: Lateness { Lateness { [processor] in processor.used.withLock { $0 } } }

    @Test("a turn that was on a processor all the time lost nothing, one that was not lost it all")
    func turns() {
        var lateness = lateness
        lateness.turnBegins(at: at(0))
        processor.use(.milliseconds(3000))
        lateness.turnEnds(from: at(0), at: at(3000))
        #expect(turning(lateness.stalls) == .seconds(10))
        lateness.turnBegins(at: at(4000))
        processor.use(.milliseconds(1))
        lateness.turnEnds(from: at(4000), at: at(7000))
        #expect(turning(lateness.stalls) == .milliseconds(7001))
    }

    @Test("10 ms need no explanation, in a turn or before it")
    func threshold() {
        var lateness = lateness
        for start in stride(from: Int64(0), to: 10_000, by: 20) {
            lateness.turnBegins(at: at(start))
            lateness.turnEnds(from: at(start), at: at(start + 10))
            lateness.wakes(due: at(start + 10), at: at(start + 20))
        }
        #expect(turning(lateness.stalls) == .seconds(10))
        lateness.wakes(due: at(5000), at: at(5011))
        #expect(turning(lateness.stalls) == .milliseconds(9989))
    }

    @Test(
        "the clock of the thread is not read for every turn, and a turn is blamed for no more than 10 ms before it"
    )
    func economy() {
        let reads = Mutex(0)
        var lateness = Lateness { [processor] in
            reads.withLock { $0 += 1 }
            return processor.used.withLock { $0 }
        }
        for start in Int64(0)..<1000 {
            lateness.turnBegins(at: at(start))
            lateness.turnEnds(from: at(start), at: at(start + 1))
        }
        #expect(reads.withLock { $0 } <= 100)
        processor.use(.milliseconds(9))
        lateness.turnBegins(at: at(1001))
        lateness.turnEnds(from: at(1001), at: at(2001))
        #expect(turning(lateness.stalls) <= .milliseconds(9009))
    }

    @Test("the turn that runs counts as far as it has come")
    func running() {
        var lateness = lateness
        lateness.turnBegins(at: at(1000))
        processor.use(.milliseconds(100))
        #expect(turning(lateness.stalls(runningSince: at(1000), at: at(2000))) == .milliseconds(9100))
        #expect(turning(lateness.stalls) == .seconds(10))
    }
}
