import HealthCore
import Synchronization

/// Asks a simulated server, and remembers all attempts of a target: one after the other, whoever made them.
final class SimulatedProbe: Probe {
    struct Attempt: Sendable, Equatable {
        var startedAt: Moment
        var deadline: Moment
        var endedAt: Moment?
        var wasCancelled = false
        /// What it found, if it was not cancelled.
        var outcome: Outcome?
    }

    private let clock: ManualClock
    private let server: SimulatedServer
    private let log = Mutex<[Attempt]>([])

    init(_ clock: ManualClock, _ server: SimulatedServer) {
        self.clock = clock
        self.server = server
    }

    var attempts: [Attempt] { log.withLock { $0 } }

    func attempt(until deadline: Instant) async -> Outcome {
        let start = clock.now.nanoseconds
        let number = log.withLock { log in
            log.append(Attempt(startedAt: start, deadline: deadline.nanoseconds))
            return log.count
        }
        let answer = server.answer(number: number, startedAt: start, deadline: deadline.nanoseconds)
        let isSlept = (try? await clock.sleep(until: Instant(nanoseconds: answer.at), tolerance: nil)) != nil
        log.withLock {
            $0[number - 1].endedAt = clock.now.nanoseconds
            $0[number - 1].wasCancelled = !isSlept
            if isSlept { $0[number - 1].outcome = answer.outcome }
        }
        return answer.outcome
    }
}
