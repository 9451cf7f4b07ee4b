import HealthCore

/// A gate as docs/rules.md describes it, written from it alone and as naively as it is: numbers, a list of rows,
/// and the earliest thing that happens next.
struct GateModel {
    private struct Row {
        var name: String
        var isRequired: Bool
        var timeout: Moment
        var interval: Moment?
        var threshold: Int
        var stable: Moment
        var accepted: [Reason]

        var isReady = false
        var isGivenUp = false
        var attempts = 0
        var failures: [String: Int] = [:]
        var good = 0
        var firstGood: Moment = 0
        var bad = 0
        var permanent = 0
        var last: String?
        /// When the next attempt is to begin; nil while one is in flight, and after the last.
        var next: Moment? = 0
        var running: (since: Moment, deadline: Moment, answer: SimulatedServer.Answer)?
    }

    private let world: GateWorld
    private var seen: SeenStarts
    private var rows: [Row]
    /// How many attempts began.
    private var begun = 0
    private(set) var trace = GateTrace()

    private static let finalAttempt: Moment = 250_000_000
    private static let millisecond: Moment = 1_000_000
    private static let second: Moment = 1_000_000_000

    init(_ world: GateWorld, _ seen: SeenStarts) {
        self.world = world
        self.seen = seen
        let policy = world.policy
        rows = world.targets.map { target in
            let settings = target.settings
            let alive = settings.use == .liveness ? Reason.allCases.filter(\.isSpokenByServer) : []
            return Row(
                name: target.name, isRequired: !settings.isOptional,
                timeout: (settings.timeout ?? policy.attemptTimeout).nanoseconds,
                interval: (settings.interval ?? policy.interval)?.nanoseconds,
                threshold: settings.successThreshold ?? policy.successThreshold,
                stable: (settings.stable ?? policy.stable).nanoseconds,
                accepted: policy.accepted + settings.accepted + alive)
        }
    }

    mutating func run() {
        let (verdict, end) = wait()
        trace.verdict = verdict
        trace.end = end
        for row in rows where row.running != nil {
            trace.steps[row.name, default: []].append(.cancelled(at: end))
        }
        trace.left = rows.filter { !$0.isRequired && !$0.isReady && !$0.isGivenUp }.map(\.name)
        trace.records = rows.map {
            GateTrace.Record(
                name: $0.name, isReady: $0.isReady, attempts: $0.attempts, failures: $0.failures,
                successStreak: $0.good, failingStreak: $0.bad, last: $0.last)
        }
    }

    /// Until there is a verdict.
    private mutating func wait() -> (verdict: String, at: Moment) {
        let timeout = world.stalls.delayed(world.timeout)
        // Attempts that the end cuts have a moment to say so: less than the 20 ms of promise 2.
        let lastWords = world.stalls.delayed(world.timeout + 10 * Self.millisecond)
        var waits = [
            world.policy.optionalWait.nanoseconds, world.timeout, world.timeout + 10 * Self.millisecond,
        ]
        var reminder = 10 * Self.second
        while true {
            // What was due while nothing ran comes afterwards, in the order in which it was due.
            var (moment, due): (Moment, Moment) = (.max, .max)
            var what: (inout GateModel) -> Void = { _ in }
            func offer(_ next: Moment, at real: Moment, _ action: @escaping (inout GateModel) -> Void) {
                if (real, next) < (moment, due) { (moment, due, what) = (real, next, action) }
            }
            for next in waits {
                offer(next, at: world.stalls.delayed(next)) { _ in waits.removeAll { $0 == next } }
            }
            let next = world.stalls.delayed(reminder)
            offer(reminder, at: next) { model in
                model.trace.reminders.append(next)
                reminder = next + 10 * Self.second
            }
            for (index, row) in rows.enumerated() {
                if let end = row.running?.answer.at {
                    let real = world.stalls.delayed(end)
                    offer(end, at: real) { $0.end(index, at: real) }
                }
                if let next = row.next {
                    let real = seen.adopted(row.name, world.stalls.delayed(next))
                    offer(next, at: real) { $0.begin(index, at: real) }
                }
            }
            if let signal = world.cancelledAt, signal < moment { return ("cancelled", signal) }
            let before = begun
            what(&self)
            // Who begins has told nothing yet: the gate looks at what it has when an answer comes or a wait ends. After
            // a stall all of them are late, and what was due before the end of the wait is still counted.
            guard begun == before else { continue }
            if isOpen(at: moment) { return ("ready", moment) }
            if let lost { return ("failed \(lost)", moment) }
            let isSilent = rows.allSatisfy { $0.running == nil }
            if moment >= timeout, isSilent || moment >= lastWords { return ("timed out", moment) }
        }
    }

    /// "Unless --fail-fast says otherwise": who failed for such a reason is not asked again, and the gate ends when
    /// not enough others are left.
    private var lost: String? {
        let required = rows.filter(\.isRequired)
        let lost = required.filter(\.isGivenUp)
        return required.count - lost.count < world.needed ? lost.first?.name : nil
    }

    private mutating func begin(_ index: Int, at now: Moment) {
        let name = rows[index].name
        rows[index].next = nil
        // Nothing begins after the end.
        guard now < world.timeout, let server = world.servers[name] else { return }
        seen.pass(name)
        begun += 1
        // "An attempt ... is cut at it", the end of the gate.
        let deadline = min(now + rows[index].timeout, world.timeout)
        let number = (trace.steps[name] ?? []).count { if case .begins = $0 { true } else { false } } + 1
        rows[index].running = (
            now, deadline, server.answer(number: number, startedAt: now, deadline: deadline)
        )
        trace.steps[name, default: []].append(.begins(at: now, deadline: deadline))
    }

    private mutating func end(_ index: Int, at now: Moment) {
        guard let running = rows[index].running else { return }
        var row = rows[index]
        row.running = nil
        var failure = running.answer.outcome.failure
        if let reason = failure?.reason, row.accepted.contains(reason) { failure = nil }
        // D-25: what is good after the deadline has failed, for a reason like any other.
        if failure == nil, now > running.deadline, !row.accepted.contains(.timeout) {
            failure = Failure(.timeout, "late")
        }
        let word = failure?.reason.rawValue ?? "ready"
        // "One line per change": another answer, or that it was the last that was asked for.
        var isNews = word != row.last
        defer { trace.steps[row.name, default: []].append(.ends(at: now, word, isNews: isNews)) }
        row.last = word
        row.attempts += 1
        if let failure {
            row.failures[word, default: 0] += 1
            row.good = 0
            row.bad += 1
            row.permanent = failure.isPermanent ? row.permanent + 1 : 0
            rows[index] = row
            if endsAtOnce(failure) {
                rows[index].isGivenUp = true
                return
            }
        } else {
            row.bad = 0
            row.permanent = 0
            row.good += 1
            if row.good == 1 { row.firstGood = running.since }
            rows[index] = row
            if row.good >= row.threshold, now - row.firstGood >= row.stable {
                rows[index].isReady = true
                isNews = true
                return
            }
        }
        // "The last pause is shortened so that a final attempt starts 250 ms before the end."
        let next = now + pause(row, failure, at: now)
        let final = world.timeout - Self.finalAttempt
        if now < final {
            rows[index].next = min(next, final)
        } else if next < world.timeout {
            rows[index].next = next
        }
    }

    private func endsAtOnce(_ failure: Failure) -> Bool {
        switch world.policy.failFast {
        case .never: false
        case .permanent: failure.isPermanent
        case .reasons(let reasons): reasons.contains(failure.reason)
        }
    }

    /// "The pause after a failure depends on who answered, with ±10 % jitter; -i fixes it."
    private func pause(_ row: Row, _ failure: Failure?, at now: Moment) -> Moment {
        guard let failure else {
            if let interval = row.interval { return interval }
            let pause = varied(between(100, now / 20), at: now)
            let left = row.firstGood + row.stable - now
            return left > 0 ? min(pause, left) : pause
        }
        if let interval = row.interval { return interval }
        if failure.isPermanent {
            // 1 s doubling to 10 s.
            var pause = Self.second
            for _ in 1..<min(row.permanent, 5) where row.permanent > 1 { pause *= 2 }
            return varied(min(pause, 10 * Self.second), at: now)
        }
        switch failure.reason {
        case .refused, .unreachable, .closed, .missing: return varied(between(10, now / 50), at: now)
        case .tooManyConnections: return varied(Self.second, at: now)
        default: return varied(between(100, now / 20), at: now)
        }
    }

    /// At least so many milliseconds, at most a second.
    private func between(_ least: Moment, _ share: Moment) -> Moment {
        min(max(share, least * Self.millisecond), Self.second)
    }

    private func varied(_ pause: Moment, at now: Moment) -> Moment {
        Moment(Double(pause) * (1 + 0.1 * world.jitter.number(at: now)))
    }

    /// "The command never runs unless every required target is ready; --any, --quorum count required ones.
    /// --optional: waited for as long as a required one is missing and at least 5 s (--optional-wait)."
    private func isOpen(at now: Moment) -> Bool {
        guard rows.count(where: { $0.isRequired && $0.isReady }) >= world.needed else { return false }
        return now >= min(world.policy.optionalWait.nanoseconds, world.timeout)
            || rows.allSatisfy { $0.isRequired || $0.isReady || $0.isGivenUp }
    }
}
