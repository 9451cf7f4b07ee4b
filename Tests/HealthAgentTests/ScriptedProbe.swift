import HealthCore
import Synchronization

/// A probe that does what a script says, and remembers when it was asked.
final class ScriptedProbe: Probe {
    /// What an attempt finds, and how long that takes.
    struct Answer: Sendable {
        var outcome: Outcome
        var after: Duration
        /// Whether the attempt is cut at its deadline, as it should be.
        var keepsToDeadline = true

        static func ready(after delay: Duration = .zero, keepsToDeadline: Bool = true) -> Answer {
            Answer(
                outcome: .ready(address: nil, detail: "connects"), after: delay,
                keepsToDeadline: keepsToDeadline)
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
        let isCut = answer.keepsToDeadline && end > deadline
        let isSlept = (try? await clock.sleep(until: isCut ? deadline : end, tolerance: nil)) != nil
        log.withLock {
            $0[number - 1].endedAt = clock.elapsed
            $0[number - 1].wasCancelled = !isSlept
        }
        return isCut ? .notReady(Failure(.timeout, "cut")) : answer.outcome
    }
}
