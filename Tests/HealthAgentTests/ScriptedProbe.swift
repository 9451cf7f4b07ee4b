import HealthCore
import Synchronization

/// A probe that does what a script says, and remembers when it was asked.
final class ScriptedProbe: Probe {
    /// What an attempt finds, and how long that takes.
    struct Answer: Sendable {
        var outcome: Outcome
        var after: Duration

        static func ready(after delay: Duration = .zero) -> Answer {
            Answer(outcome: .ready(address: nil, detail: "connects"), after: delay)
        }

        static func failed(_ reason: Reason, after delay: Duration = .zero) -> Answer {
            Answer(outcome: .notReady(Failure(reason, "seen")), after: delay)
        }

        /// Nothing, until the attempt is cut.
        static let silence = Answer(
            outcome: .notReady(Failure(.timeout, "silence")), after: .seconds(1_000_000))
    }

    struct Attempt: Sendable, Equatable {
        var startedAt: Duration
        var deadline: Duration
        var endedAt: Duration?
        var wasCancelled = false
    }

    private let clock: ManualClock
    private let script: @Sendable (_ number: Int, _ now: Duration) -> Answer
    private let log = Mutex<[Attempt]>([])

    /// - Parameter script: the answer of an attempt, by its number from 1 and by the time it starts.
    init(_ clock: ManualClock, _ script: @escaping @Sendable (Int, Duration) -> Answer) {
        self.clock = clock
        self.script = script
    }

    var attempts: [Attempt] { log.withLock { $0 } }
    var starts: [Duration] { attempts.map(\.startedAt) }

    func attempt(until deadline: Instant) async -> Outcome {
        let began = clock.now
        let number = log.withLock { log in
            log.append(
                Attempt(
                    startedAt: clock.elapsed, deadline: .nanoseconds(deadline.nanoseconds), endedAt: nil))
            return log.count
        }
        let answer = script(number, clock.elapsed)
        let end = began.advanced(by: answer.after)
        let isSlept = (try? await clock.sleep(until: min(end, deadline), tolerance: nil)) != nil
        log.withLock {
            $0[number - 1].endedAt = clock.elapsed
            $0[number - 1].wasCancelled = !isSlept
        }
        return end > deadline ? .notReady(Failure(.timeout, "cut")) : answer.outcome
    }
}
