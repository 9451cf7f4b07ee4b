import HealthCore
import Testing

@Suite("How far a gate has come")
struct GateProgressTests {
    /// A gate over targets called t1, t2 …, of which the named ones are optional.
    private func gate(
        _ count: Int = 1, optional: Set<Int> = [], _ change: (inout GatePolicy) -> Void = { _ in },
        settings: (inout TargetSettings) -> Void = { _ in }
    ) throws -> Progress {
        var targets = try read((1...count).map { "t\($0)=tcp://host:80" })
        for index in targets.indices {
            targets[index].settings.isOptional = optional.contains(index)
            settings(&targets[index].settings)
        }
        var policy = GatePolicy()
        change(&policy)
        return Progress(GateProgress(targets, policy, startedAt: .at(.zero)))
    }

    private func failed(_ reason: Reason) -> Outcome { .notReady(Failure(reason, "seen")) }
    private let ready = Outcome.ready(address: nil, detail: "connects")

    @Test("a pause follows from who answered and from how long the gate has waited")
    func pauses() throws {
        let gate = try self.gate()
        #expect(gate.next(failed(.refused), at: .seconds(5)) == .attempt(at: .at(.milliseconds(5100))))
        #expect(gate.next(failed(.starting), at: .seconds(10)) == .attempt(at: .at(.milliseconds(10_500))))
        #expect(
            gate.next(failed(.starting), at: .seconds(10), jitter: 1)
                == .attempt(at: .at(.milliseconds(10_550))))
    }

    @Test("what someone must mend is asked after 1, 2, 4, 8, 10, 10 s, and 1 s again after another answer")
    func permanentPauses() throws {
        let gate = try self.gate { $0.timeout = nil }
        var now = Duration.zero
        for seconds in [1, 2, 4, 8, 10, 10] {
            #expect(gate.next(failed(.auth), at: now) == .attempt(at: .at(now + .seconds(seconds))))
            now += .seconds(seconds)
        }
        _ = gate.next(failed(.refused), at: now)
        #expect(gate.next(failed(.auth), at: now) == .attempt(at: .at(now + .seconds(1))))
    }

    @Test("-i fixes the pause, and a target's own interval wins over it")
    func fixedInterval() throws {
        for reason in [Reason.refused, .auth, .tooManyConnections] {
            let run = try gate { $0.interval = .milliseconds(300) }
            #expect(
                run.next(failed(reason), at: .seconds(9), jitter: 1) == .attempt(at: .at(.milliseconds(9300)))
            )
            let own = try gate(1, { $0.interval = .seconds(3) }, settings: { $0.interval = .seconds(7) })
            #expect(own.next(failed(reason), at: .seconds(9)) == .attempt(at: .at(.seconds(16))))
        }
    }

    @Test("the last pause is shortened: a final attempt starts 250 ms before the end")
    func finalAttempt() throws {
        let end = Duration.seconds(60)
        for (ended, step): (Duration, GateProgress.Step) in [
            (.milliseconds(58_749), .attempt(at: .at(.milliseconds(59_749)))),
            (.milliseconds(58_750), .attempt(at: .at(.milliseconds(59_750)))),
            (.milliseconds(58_751), .attempt(at: .at(.milliseconds(59_750)))),
            (.milliseconds(59_749), .attempt(at: .at(.milliseconds(59_750)))),
            // The final attempt has been made, and the next pause ends too late.
            (.milliseconds(59_750), .rest), (.milliseconds(59_900), .rest), (end, .rest),
        ] {
            let gate = try self.gate()
            #expect(gate.next(failed(.refused), at: ended) == step, "ended after \(ended)")
        }
    }

    @Test("pauses that are short enough go on after the final attempt, and none starts at the end")
    func afterTheFinalAttempt() throws {
        let gate = try self.gate { $0.timeout = .seconds(1) }
        #expect(gate.next(failed(.refused), at: .milliseconds(800)) == .attempt(at: .at(.milliseconds(816))))
        #expect(gate.next(failed(.refused), at: .milliseconds(990)) == .rest)
        let short = try self.gate { $0.timeout = .milliseconds(100) }
        #expect(short.next(failed(.refused), at: .milliseconds(5)) == .attempt(at: .at(.milliseconds(15))))
        #expect(short.next(failed(.starting), at: .milliseconds(1)) == .rest)
    }

    @Test("without a timeout there is no end and no final attempt")
    func forEver() throws {
        let gate = try self.gate { $0.timeout = nil }
        #expect(gate.deadline == .distantFuture)
        let day = Duration.seconds(86_400)
        #expect(gate.next(failed(.refused), at: day) == .attempt(at: .at(day + .seconds(1))))
        #expect(gate.verdict(at: .at(day * 1000)) == nil)
    }

    @Test("an attempt ends after the attempt's time, the target's own, or at the end of the gate")
    func attemptDeadlines() throws {
        let gate = try self.gate()
        #expect(gate.value.attemptDeadline(of: 0, startedAt: .at(.seconds(1))) == .at(.seconds(4)))
        #expect(gate.value.attemptDeadline(of: 0, startedAt: .at(.milliseconds(59_750))) == .at(.seconds(60)))
        let own = try self.gate(settings: { $0.timeout = .seconds(9) })
        #expect(own.value.attemptDeadline(of: 0, startedAt: .at(.seconds(1))) == .at(.seconds(10)))
    }

    @Test("all required targets must be ready, and then the gate ends at once")
    func allRequired() throws {
        let gate = try self.gate(2)
        #expect(gate.verdict(at: .at(.zero)) == nil)
        #expect(gate.next(ready, of: 0, at: .seconds(1)) == .rest)
        #expect(gate.verdict(at: .at(.seconds(1))) == nil)
        #expect(gate.next(ready, of: 1, at: .seconds(2)) == .rest)
        #expect(gate.verdict(at: .at(.seconds(2))) == .ready)
        #expect(gate.records.map(\.state) == [.healthy, .healthy])
        #expect(gate.records.map(\.since) == [.at(.seconds(1)), .at(.seconds(2))])
    }

    @Test("a gate ends at its deadline, not before")
    func timesOut() throws {
        let gate = try self.gate()
        #expect(gate.verdict(at: .at(.nanoseconds(59_999_999_999))) == nil)
        #expect(gate.verdict(at: .at(.seconds(60))) == .timedOut)
    }

    @Test("a quorum of the required targets is enough, and optional ones do not count", arguments: 1...3)
    func quorum(needed: Int) throws {
        let gate = try self.gate(4, optional: [3]) {
            $0.quorum = needed
            $0.optionalWait = .zero
        }
        _ = gate.next(ready, of: 3, at: .zero)
        for index in 0..<needed {
            #expect(gate.verdict(at: .at(.zero)) == nil)
            _ = gate.next(ready, of: index, at: .zero)
        }
        #expect(gate.verdict(at: .at(.zero)) == .ready)
    }

    @Test("an optional target is waited for at least as long as was asked, then left")
    func optional() throws {
        let gate = try self.gate(2, optional: [1])
        _ = gate.next(ready, of: 0, at: .seconds(1))
        #expect(gate.isReady)
        #expect(gate.verdict(at: .at(.milliseconds(4999))) == nil)
        #expect(gate.waitingOptionals == [1])
        #expect(gate.verdict(at: .at(.seconds(5))) == .ready)
        _ = gate.next(ready, of: 1, at: .seconds(2))
        #expect(gate.waitingOptionals == [])
        #expect(gate.verdict(at: .at(.seconds(2))) == .ready)
    }

    @Test("an optional target is waited for as long as a required one is missing")
    func optionalBesidesRequired() throws {
        let gate = try self.gate(2, optional: [1])
        #expect(
            gate.next(failed(.refused), of: 1, at: .seconds(30)) == .attempt(at: .at(.milliseconds(30_600))))
        #expect(gate.verdict(at: .at(.seconds(30))) == nil)
        _ = gate.next(ready, of: 0, at: .seconds(31))
        #expect(gate.verdict(at: .at(.seconds(31))) == .ready)
    }

    @Test("a timeout shorter than the wait for optional targets is no failure: the required ones are ready")
    func optionalAtTheEnd() throws {
        let gate = try self.gate(2, optional: [1]) { $0.timeout = .seconds(3) }
        _ = gate.next(ready, of: 0, at: .seconds(1))
        #expect(gate.verdict(at: .at(.milliseconds(2999))) == nil)
        #expect(gate.verdict(at: .at(.seconds(3))) == .ready)
    }

    @Test("fail-fast ends the gate for a permanent reason, or for the reasons that were named")
    func failFast() throws {
        let permanent = try gate(2) { $0.failFast = .permanent }
        #expect(permanent.next(failed(.refused), of: 1, at: .zero) == .attempt(at: .at(.milliseconds(10))))
        #expect(permanent.verdict(at: .at(.zero)) == nil)
        #expect(permanent.next(failed(.auth), of: 1, at: .zero) == .rest)
        #expect(permanent.verdict(at: .at(.zero)) == .failed(target: 1))
        let named = try gate { $0.failFast = .reasons([.refused]) }
        #expect(named.next(failed(.auth), at: .zero) == .attempt(at: .at(.seconds(1))))
        #expect(named.verdict(at: .at(.zero)) == nil)
        #expect(named.next(failed(.refused), at: .zero) == .rest)
        #expect(named.verdict(at: .at(.zero)) == .failed(target: 0))
    }

    @Test("fail-fast ends a quorum only when too few are left, and never for an optional target")
    func failFastAndQuorum() throws {
        let gate = try self.gate(4, optional: [3]) {
            $0.failFast = .permanent
            $0.quorum = 2
        }
        _ = gate.next(failed(.auth), of: 3, at: .zero)
        #expect(gate.waitingOptionals == [])
        _ = gate.next(failed(.auth), of: 0, at: .zero)
        #expect(gate.verdict(at: .at(.zero)) == nil)
        _ = gate.next(failed(.auth), of: 2, at: .zero)
        #expect(gate.verdict(at: .at(.zero)) == .failed(target: 0))
    }

    @Test("accepted reasons are success, of the run or of the target")
    func accepts() throws {
        let run = try gate { $0.accepted = [.loading] }
        #expect(run.next(failed(.loading), at: .zero) == .rest)
        #expect(run.verdict(at: .at(.zero)) == .ready)
        let own = try gate(1, { $0.accepted = [.loading] }, settings: { $0.accepted = [.auth] })
        #expect(own.next(failed(.refused), at: .zero) != .rest)
        #expect(own.next(failed(.auth), at: .zero) == .rest)
        #expect(own.records[0].lastOutcome == .ready(address: nil, detail: "accepted auth: seen"))
    }

    @Test("an accepted reason does not fail fast")
    func acceptsBeforeFailingFast() throws {
        let gate = try self.gate {
            $0.accepted = [.auth]
            $0.failFast = .permanent
        }
        #expect(gate.next(failed(.auth), at: .zero) == .rest)
        #expect(gate.verdict(at: .at(.zero)) == .ready)
    }

    @Test("more than one good answer in a row is asked for, and a failure begins anew")
    func successThreshold() throws {
        let gate = try self.gate { $0.successThreshold = 3 }
        #expect(gate.next(ready, at: .zero) == .attempt(at: .at(.milliseconds(100))))
        #expect(gate.next(ready, at: .milliseconds(100)) == .attempt(at: .at(.milliseconds(200))))
        #expect(gate.verdict(at: .at(.milliseconds(100))) == nil)
        _ = gate.next(failed(.refused), at: .milliseconds(200))
        for time in [300, 400] { #expect(gate.next(ready, at: .milliseconds(time)) != .rest) }
        #expect(gate.next(ready, at: .milliseconds(500)) == .rest)
        #expect(gate.verdict(at: .at(.milliseconds(500))) == .ready)
        let own = try self.gate(1, { $0.successThreshold = 3 }, settings: { $0.successThreshold = 1 })
        #expect(own.next(ready, at: .zero) == .rest)
    }

    @Test("stable asks for good answers over a time, and looks when it ends")
    func stable() throws {
        let gate = try self.gate { $0.stable = .milliseconds(150) }
        #expect(gate.next(ready, at: .zero) == .attempt(at: .at(.milliseconds(100))))
        #expect(gate.next(ready, at: .milliseconds(100)) == .attempt(at: .at(.milliseconds(150))))
        _ = gate.next(failed(.refused), at: .milliseconds(150))
        #expect(gate.next(ready, at: .milliseconds(160)) == .attempt(at: .at(.milliseconds(260))))
        #expect(gate.next(ready, at: .milliseconds(309)) == .attempt(at: .at(.milliseconds(310))))
        #expect(gate.next(ready, at: .milliseconds(310)) == .rest)
        #expect(gate.verdict(at: .at(.milliseconds(310))) == .ready)
    }

    @Test("a stable window begins with the start of its first attempt")
    func stableFromTheStart() throws {
        let gate = try self.gate { $0.stable = .milliseconds(150) }
        let step = gate.value.record(
            ready, of: 0, startedAt: .at(.zero), endedAt: .at(.milliseconds(90)), jitter: 0
        ).step
        #expect(step == .attempt(at: .at(.milliseconds(150))))
    }

    @Test("news is what the record says, and becoming ready always is")
    func news() throws {
        let gate = try self.gate { $0.successThreshold = 3 }
        let news = (0..<3).map { second in
            let moment = Instant.at(.seconds(second))
            return gate.value.record(ready, of: 0, startedAt: moment, endedAt: moment, jitter: 0).isNews
        }
        #expect(news == [true, false, true])
    }

    @Test("concluding a one-shot check makes unhealthy what is not healthy")
    func concludes() throws {
        let gate = try self.gate(2)
        _ = gate.next(ready, of: 0, at: .seconds(1))
        gate.value.conclude(at: .at(.seconds(2)))
        #expect(gate.records.map(\.state) == [.healthy, .unhealthy])
        #expect(gate.records.map(\.since) == [.at(.seconds(1)), .at(.seconds(2))])
    }
}

/// A progress that an expectation may advance.
@dynamicMemberLookup
private final class Progress {
    var value: GateProgress

    init(_ value: GateProgress) {
        self.value = value
    }

    subscript<Property>(dynamicMember path: KeyPath<GateProgress, Property>) -> Property {
        value[keyPath: path]
    }

    /// The step after an attempt that took no time.
    func next(
        _ outcome: Outcome, of index: Int = 0, at time: Duration, jitter: Double = 0
    ) -> GateProgress.Step {
        value.record(outcome, of: index, startedAt: .at(time), endedAt: .at(time), jitter: jitter).step
    }

    func verdict(at moment: Instant) -> GateProgress.Verdict? { value.verdict(at: moment) }
}
