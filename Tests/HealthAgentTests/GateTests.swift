import HealthAgent
import HealthCore
import Synchronization
import Testing

@Suite("The gate, in a time of its own")
struct GateTests {
    private let clock: ManualClock

    init() {
        clock = ManualClock()
    }

    private init(_ clock: ManualClock) {
        self.clock = clock
    }

    struct Ending: Sendable {
        var verdict: GateProgress.Verdict?
        var progress: GateProgress
        var at: Duration
        var reminders: [Duration]
        var news: [String]
    }

    private func probe(_ script: @escaping @Sendable (Int, Duration) -> ScriptedProbe.Answer) -> ScriptedProbe
    {
        ScriptedProbe(clock, script)
    }

    /// Ready from a moment on, refused before.
    private func ready(from moment: Duration) -> ScriptedProbe {
        probe { _, now in now >= moment ? .ready() : .failed(.refused) }
    }

    /// Runs a gate over the probes, of which the named ones are optional.
    private func run(
        _ probes: [ScriptedProbe], optional: Set<Int> = [], jitter: Double = 0, cancelAfter: Duration? = nil,
        _ change: (inout GatePolicy) -> Void = { _ in }
    ) throws -> Ending {
        var targets = try TargetList.read(
            probes.indices.map { Array("t\($0)=tcp://host:80".utf8) }, settings: [], passwordFile: nil,
            ReadingContext(variable: { _ in nil }))
        for index in optional { targets[index].settings.isOptional = true }
        var policy = GatePolicy()
        change(&policy)
        let (clock, gate) = (
            self.clock, Gate(targets, probes: probes, policy: policy, clock: clock, jitter: { jitter })
        )
        return clock.run {
            await withTaskGroup(of: Ending?.self) { group in
                group.addTask {
                    let told = Mutex<(reminders: [Duration], news: [String])>(([], []))
                    let (verdict, progress) = await gate.run { event, progress in
                        told.withLock {
                            switch event {
                            case .attempted(let index, true):
                                let record = progress.records[index]
                                $0.news.append(
                                    "\(record.name) \(record.lastOutcome?.failure?.reason.rawValue ?? "ready")"
                                )
                            case .attempted: break
                            case .reminder(let waited): $0.reminders.append(waited)
                            }
                        }
                    }
                    let (reminders, news) = told.withLock { $0 }
                    return Ending(
                        verdict: verdict, progress: progress, at: clock.elapsed, reminders: reminders,
                        news: news)
                }
                if let cancelAfter {
                    try? await clock.sleep(
                        until: Instant(nanoseconds: cancelAfter.nanoseconds), tolerance: nil)
                    group.cancelAll()
                }
                while let ending = await group.next() {
                    if let ending { return ending }
                }
                preconditionFailure("the gate ends")
            }
        }
    }

    // MARK: Attempts

    @Test("all targets are asked at once, at the beginning")
    func startsAtOnce() throws {
        let probes = (0..<20).map { _ in ready(from: .zero) }
        let ending = try run(probes)
        #expect(ending.verdict == .ready)
        #expect(ending.at == .zero)
        #expect(probes.allSatisfy { $0.starts == [.zero] })
    }

    @Test("at most one attempt of a target is in flight, and others do not wait for it")
    func oneInFlight() throws {
        let slow = probe { number, _ in
            number < 4 ? .failed(.starting, after: .seconds(2)) : .ready(after: .seconds(2))
        }
        let quick = ready(from: .seconds(1))
        let ending = try run([slow, quick])
        #expect(ending.verdict == .ready)
        for (attempt, next) in zip(slow.attempts, slow.attempts.dropFirst()) {
            #expect(next.startedAt > (try #require(attempt.endedAt)))
        }
        // 2 s, and 5 % of the time waited between them.
        #expect(slow.starts == [0, 2_100_000, 4_305_000, 6_620_250].map { .microseconds($0) })
        #expect(quick.starts.count > 10)
    }

    @Test("a target that is ready is not asked again")
    func readyIsLeftAlone() throws {
        let (early, late) = (ready(from: .zero), ready(from: .seconds(20)))
        let ending = try run([early, late])
        #expect(ending.verdict == .ready)
        #expect(early.starts == [.zero])
        #expect(late.starts.count > 50)
    }

    @Test("an attempt has the attempt's time, and the next begins a pause after it was cut")
    func attemptTimeout() throws {
        let silent = probe { _, _ in .silence }
        _ = try run([silent]) {
            $0.attemptTimeout = .seconds(2)
            $0.timeout = .seconds(10)
        }
        #expect(silent.attempts.first?.deadline == .seconds(2))
        #expect(silent.attempts.first?.endedAt == .seconds(2))
        #expect(silent.starts.prefix(2) == [.zero, .milliseconds(2100)])
        #expect(silent.attempts.last?.deadline == .seconds(10))
    }

    // MARK: Pauses

    @Test("while nobody answers: every 10 ms, then 2 % of the time waited, then every second")
    func refusedPauses() throws {
        let refused = probe { _, _ in .failed(.refused) }
        _ = try run([refused]) { $0.timeout = .seconds(120) }
        let starts = refused.starts
        #expect(starts.prefix(51) == (0...50).map { .milliseconds(10 * $0) }[...])
        let isPaced = zip(starts, starts.dropFirst()).dropLast().allSatisfy { start, next in
            abs((next - start).inSeconds - min(1, max(0.01, start.inSeconds * 0.02))) < 0.000_01
        }
        #expect(isPaced)
        #expect(starts.contains { $0 > .seconds(51) && $0 < .seconds(53) })
    }

    @Test("a server that is ill is asked at most 150 times in 30 s, one that rejects us at most 8 times")
    func politeness() throws {
        let (starting, rejecting) = (probe { _, _ in .failed(.starting) }, probe { _, _ in .failed(.auth) })
        _ = try run([starting, rejecting], jitter: -1) { $0.timeout = .seconds(30) }
        #expect(starting.starts.count <= 150)
        #expect(starting.starts.count > 50)
        #expect(rejecting.starts.count <= 8)
    }

    @Test("what someone must mend is asked after 1, 2, 4, 8 and 10 s")
    func permanentPauses() throws {
        let rejecting = probe { _, _ in .failed(.auth) }
        _ = try run([rejecting])
        #expect(
            rejecting.starts == [0, 1, 3, 7, 15, 25, 35, 45, 55].map { .seconds($0) } + [
                .milliseconds(59_750)
            ])
    }

    @Test("too many connections are asked for every second, -i fixes the pause, jitter moves it")
    func otherPauses() throws {
        let full = probe { number, _ in number == 4 ? .ready() : .failed(.tooManyConnections) }
        _ = try run([full])
        #expect(full.starts == (0..<4).map { .seconds($0) })
        let clock = ManualClock()
        let fixed = ScriptedProbe(clock) { number, _ in number == 4 ? .ready() : .failed(.auth) }
        _ = try GateTests(clock).run([fixed], jitter: 1) { $0.interval = .milliseconds(300) }
        #expect(fixed.starts == (0..<4).map { .milliseconds(300 * $0) })
        let other = ManualClock()
        let moved = ScriptedProbe(other) { number, _ in number == 3 ? .ready() : .failed(.tooManyConnections)
        }
        _ = try GateTests(other).run([moved], jitter: -1)
        #expect(moved.starts == [.zero, .milliseconds(900), .milliseconds(1800)])
    }

    // MARK: The end

    @Test("a required failure ends at the timeout exactly, after a final attempt 250 ms before it")
    func timesOut() throws {
        let (ill, fine) = (
            probe { _, now in now < .seconds(59) ? .failed(.starting) : .silence }, ready(from: .zero)
        )
        let ending = try run([ill, fine])
        #expect(ending.verdict == .timedOut)
        #expect(ending.at == .seconds(60))
        let last = try #require(ill.attempts.last)
        #expect(last.startedAt >= .seconds(59))
        #expect(last.deadline == .seconds(60))
        #expect(last.endedAt == .seconds(60))
        #expect(ending.progress.records[0].lastOutcome?.failure?.message == "cut")
    }

    @Test("the final attempt starts 250 ms before the end, and can still succeed")
    func finalAttempt() throws {
        let late = ready(from: .milliseconds(29_750))
        let ending = try run([late]) {
            $0.timeout = .seconds(30)
            $0.interval = .seconds(7)
        }
        #expect(ending.verdict == .ready)
        #expect(late.starts == [0, 7, 14, 21, 28].map { .seconds($0) } + [.milliseconds(29_750)])
        #expect(ending.at == .milliseconds(29_750))
    }

    @Test("an attempt that answers within the final 250 ms counts")
    func finalAnswer() throws {
        let late = probe { _, now in
            now == .milliseconds(9750) ? .ready(after: .milliseconds(249)) : .failed(.refused)
        }
        let ending = try run([late]) {
            $0.timeout = .seconds(10)
            $0.interval = .seconds(3)
        }
        #expect(ending.verdict == .ready)
        #expect(ending.at == .milliseconds(9999))
    }

    @Test("without a timeout the gate waits for ever")
    func forEver() throws {
        let late = ready(from: .seconds(3600))
        let ending = try run([late]) { $0.timeout = nil }
        #expect(ending.verdict == .ready)
        #expect(ending.at >= .seconds(3600))
        #expect(ending.at <= .seconds(3601))
    }

    @Test("a cancelled gate has no verdict and ends at once, with every attempt cut")
    func cancellation() throws {
        let (silent, refused) = (probe { _, _ in .silence }, probe { _, _ in .failed(.refused) })
        let ending = try run([silent, refused], cancelAfter: .milliseconds(1500))
        #expect(ending.verdict == nil)
        #expect(ending.at == .milliseconds(1500))
        #expect(silent.attempts.map(\.wasCancelled) == [true])
        #expect(ending.progress.records[0].attempts == 0)
    }

    // MARK: Which targets

    @Test("an optional target is waited for at least as long as asked, then left")
    func optional() throws {
        let (required, missing) = (ready(from: .seconds(1)), probe { _, _ in .failed(.refused) })
        let ending = try run([required, missing], optional: [1])
        #expect(ending.verdict == .ready)
        #expect(ending.at == .seconds(5))
        #expect(ending.progress.waitingOptionals == [1])
    }

    @Test("an optional target that becomes ready ends the wait for it")
    func optionalReady() throws {
        let ending = try run([ready(from: .zero), ready(from: .milliseconds(500))], optional: [1])
        #expect(ending.verdict == .ready)
        #expect(ending.at == .milliseconds(500))
    }

    @Test("optional targets are waited for as long as a required one is missing")
    func optionalBesidesRequired() throws {
        let (required, missing) = (ready(from: .seconds(20)), probe { _, _ in .failed(.refused) })
        let ending = try run([required, missing], optional: [1]) { $0.optionalWait = .seconds(2) }
        #expect(ending.verdict == .ready)
        #expect(ending.at >= .seconds(20))
        #expect(ending.at <= .milliseconds(20_500))
        #expect(try #require(missing.starts.last) > .seconds(19))
    }

    @Test("a timeout before the end of the wait for optional targets is no failure")
    func optionalAtTheEnd() throws {
        let (required, missing) = (ready(from: .seconds(1)), probe { _, _ in .failed(.refused) })
        let ending = try run([required, missing], optional: [1]) { $0.timeout = .seconds(3) }
        #expect(ending.verdict == .ready)
        #expect(ending.at == .seconds(3))
    }

    @Test(
        "any and a quorum end with the targets that are ready first",
        arguments: [(1, 100), (2, 200), (3, 300)])
    func quorum(needed: Int, milliseconds: Int) throws {
        let probes = [300, 100, 200].map { ready(from: .milliseconds($0)) }
        let ending = try run(probes) { $0.quorum = needed }
        #expect(ending.verdict == .ready)
        #expect(ending.at == .milliseconds(milliseconds))
        #expect(ending.progress.records.count { $0.state == .healthy } == needed)
    }

    // MARK: What counts

    @Test("good answers in a row are asked for, and a failure begins anew")
    func successThreshold() throws {
        let flapping = probe { number, _ in number == 3 ? .failed(.loading) : .ready() }
        let ending = try run([flapping]) { $0.successThreshold = 3 }
        #expect(ending.verdict == .ready)
        #expect(flapping.starts.count == 6)
    }

    @Test("stable asks for good answers over a time, and ends when it has passed")
    func stable() throws {
        let flapping = probe { _, now in now == .milliseconds(200) ? .failed(.refused) : .ready() }
        let ending = try run([flapping]) { $0.stable = .milliseconds(1250) }
        #expect(ending.verdict == .ready)
        // From the attempt after the failure, which a refusal follows 10 ms later.
        #expect(ending.at == .milliseconds(210 + 1250))
    }

    @Test("D-25: a good answer after the deadline of its attempt is a timeout, and opens nothing")
    func lateAnswers() throws {
        let late = probe { _, _ in .ready(after: .milliseconds(1100), keepsToDeadline: false) }
        let ending = try run([late]) {
            $0.attemptTimeout = .seconds(1)
            $0.timeout = .milliseconds(5095)
        }
        #expect(ending.verdict == .timedOut)
        #expect(ending.at <= .milliseconds(5105))
        #expect(ending.progress.records[0].failures.map(\.reason) == [.timeout])
    }

    @Test("an attempt that is late because everything stood still does not begin after the end")
    func nothingBeginsAfterTheEnd() throws {
        let refused = probe { _, _ in .failed(.refused) }
        clock.stall(from: .at(.milliseconds(985)), for: .seconds(30))
        let ending = try run([refused]) {
            $0.timeout = .seconds(1)
            $0.interval = .milliseconds(10)
        }
        #expect(ending.verdict == .timedOut)
        #expect(ending.at == .milliseconds(30_985))
        #expect(refused.starts.last == .milliseconds(980))
    }

    @Test("fail-fast ends at once for a permanent reason")
    func failFast() throws {
        let (silent, rejecting) = (
            probe { _, _ in .silence },
            probe { number, _ in number < 3 ? .failed(.starting) : .failed(.auth) }
        )
        let ending = try run([silent, rejecting]) { $0.failFast = .permanent }
        #expect(ending.verdict == .failed(target: 1))
        #expect(ending.at == .milliseconds(200))
        #expect(silent.attempts.map(\.wasCancelled) == [true])
    }

    @Test("an accepted reason is ready")
    func accepts() throws {
        let loading = probe { number, _ in number < 3 ? .failed(.refused) : .failed(.loading) }
        let ending = try run([loading]) { $0.accepted = [.loading] }
        #expect(ending.verdict == .ready)
        #expect(ending.at == .milliseconds(20))
    }

    // MARK: What is told

    @Test("news is told once for each change, and a reminder comes every 10 s")
    func tells() throws {
        let (changing, late) = (
            probe { _, now in
                now < .seconds(2) ? .failed(.refused) : now < .seconds(4) ? .failed(.starting) : .ready()
            },
            ready(from: .seconds(35))
        )
        let ending = try run([changing, late])
        #expect(ending.news == ["t0 refused", "t1 refused", "t0 starting", "t0 ready", "t1 ready"])
        #expect(ending.reminders == [.seconds(10), .seconds(20), .seconds(30)])
    }
}
