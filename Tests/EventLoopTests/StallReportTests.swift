import EventLoop
import Glibc
import HealthCore
import Testing

@Suite("Who kept the loop from turning")
struct StallReportTests {
    private let loop = EventLoop()
    /// Longer than the 100 ms from which on it is a stall.
    private static let long = Duration.milliseconds(150)

    /// What the loop tells of a body, and after it.
    private func reports(_ body: @escaping @Sendable (EventLoop) async -> Void) -> [LoopLag.Stall] {
        let loop = self.loop
        loop.namesTargets = true
        return loop.run {
            await withTaskGroup { group in
                group.addTask { await body(loop) }
                await group.waitForAll()
            }
            // The job that told must have ended.
            _ = await loop.sleep(until: loop.now)
            return loop.takeStallReports()
        }
    }

    /// Who is named for a stall as long as a test's; a busy machine adds some that are nobody's.
    private func blamed(_ reports: [LoopLag.Stall]) -> Set<String?> {
        let targets = Set(reports.filter { $0.duration >= Self.long }.map(\.target))
        return targets.count > 1 ? targets.subtracting([nil]) : targets
    }

    @Test("a probe that blocks before its first wait is named, whatever it waits for then")
    func beforeTheFirstWait() throws {
        let pipe = Pipe()
        pipe.write()
        for descriptor in [nil, pipe.reading] {
            let reports = reports { loop in
                await ProbedTarget.$name.withValue("db") {
                    loop.compute(for: Self.long)
                    let probe = BlockingProbe(loop: loop, descriptor: descriptor, blocking: .zero)
                    _ = await probe.attempt(until: .distantFuture)
                }
            }
            #expect(blamed(reports) == ["db"], "\(reports)")
        }
    }

    @Test("a probe that blocks after a wait is named, whether it slept or waited for a descriptor")
    func afterAWake() throws {
        let pipe = Pipe()
        pipe.write()
        for descriptor in [nil, pipe.reading] {
            let reports = reports { loop in
                let probe: any Probe = BlockingProbe(loop: loop, descriptor: descriptor, blocking: Self.long)
                await ProbedTarget.$name.withValue("cache") { _ = await probe.attempt(until: .distantFuture) }
            }
            #expect(blamed(reports) == ["cache"], "\(reports)")
        }
    }

    @Test("work that belongs to no target is nobody's, also right after a probe's")
    func nobody() throws {
        let reports = reports { loop in
            await ProbedTarget.$name.withValue("db") {
                _ = await loop.sleep(until: loop.after(.milliseconds(1)))
            }
            // Another job: a wait outside of the probe.
            _ = await loop.sleep(until: loop.after(.milliseconds(1)))
            loop.compute(for: Self.long)
        }
        #expect(blamed(reports) == [nil], "\(reports)")
    }

    @Test("of two probes side by side the one that blocked is named")
    func sideBySide() throws {
        let reports = reports { loop in
            await withTaskGroup { group in
                for name in ["quick", "slow", "also quick"] {
                    group.addTask {
                        await ProbedTarget.$name.withValue(name) {
                            _ = await loop.sleep(until: loop.after(.milliseconds(2)))
                            if name == "slow" { loop.compute(for: Self.long) }
                            _ = await loop.sleep(until: loop.after(.milliseconds(2)))
                        }
                    }
                }
            }
        }
        #expect(blamed(reports) == ["slow"], "\(reports)")
    }

    @Test("the largest lag includes the job that runs, and remembers it afterwards")
    func largestLag() {
        let loop = self.loop
        let (during, after) = loop.run {
            loop.compute(for: .milliseconds(30))
            let during = loop.largestLag
            _ = await loop.sleep(until: loop.now)
            return (during, loop.largestLag)
        }
        #expect(during >= .milliseconds(30))
        #expect(after >= during)
    }

    @Test("what a job burns is its own: it is no time in which nobody is judged")
    func burned() {
        let loop = self.loop
        let (inside, outside) = loop.run {
            let start = loop.now
            loop.compute(for: .milliseconds(600))
            let inside = loop.stalls.turningTime(from: start, to: loop.now) / start.duration(to: loop.now)
            _ = await loop.sleep(until: loop.now)
            return (inside, loop.stalls.turningTime(from: start, to: loop.now) / start.duration(to: loop.now))
        }
        // All of it, but for what a busy machine took away.
        #expect(inside > 0.05 && outside > 0.05)
    }

    @Test("what a job could not use is: also while it still runs")
    func withoutProcessor() {
        let loop = self.loop
        let (inside, outside) = loop.run {
            // The first turn takes all that this thread has ever computed for the program's start.
            _ = await loop.sleep(until: loop.after(.milliseconds(20)))
            let start = loop.now
            usleep(300_000)
            let inside = loop.stalls.turningTime(from: start, to: loop.now)
            _ = await loop.sleep(until: loop.now)
            return (inside, loop.stalls.turningTime(from: start, to: loop.now))
        }
        #expect(inside < .milliseconds(100) && outside < .milliseconds(100), "\(inside), \(outside)")
    }
}

/// A probe that waits for a descriptor or a moment, and then computes for too long.
private struct BlockingProbe: Probe {
    let loop: EventLoop
    let descriptor: Int32?
    let blocking: Duration

    func attempt(until deadline: HealthCore.Instant) async -> Outcome {
        await answer()
        loop.compute(for: blocking)
        return .ready(address: nil, detail: "at last")
    }

    private func answer() async {
        if let descriptor {
            _ = await loop.wait(for: descriptor, .reading, until: .distantFuture)
        } else {
            _ = await loop.sleep(until: loop.after(.milliseconds(1)))
        }
    }
}
