package import HealthCore

/// The loop as a `Clock`: its time, and sleeping on it.
package struct LoopClock: Clock {
    private let loop: EventLoop

    package init(_ loop: EventLoop) {
        self.loop = loop
    }

    package var now: HealthCore.Instant { loop.now }
    package var minimumResolution: Duration { .milliseconds(1) }

    package func sleep(until deadline: HealthCore.Instant, tolerance: Duration?) async throws {
        if await loop.sleep(until: deadline) == .cancelled { throw CancellationError() }
    }
}
