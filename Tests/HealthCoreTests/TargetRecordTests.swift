import HealthCore
import Testing

@Suite("What is known of a target")
struct TargetRecordTests {
    /// One attempt a second, each of which took a tenth of one: the record, and what was news.
    private func recorded(_ outcomes: [Outcome]) -> (record: TargetRecord, news: [Bool]) {
        var record = TargetRecord(name: "db", kind: "postgres", isRequired: true, since: .at(.zero))
        let news = outcomes.indices.map { index in
            let end = Instant.at(.seconds(index + 1))
            return record.record(
                outcomes[index], startedAt: end.advanced(by: .milliseconds(-100)), endedAt: end)
        }
        return (record, news)
    }

    private func failed(_ reason: Reason, _ message: String = "seen") -> Outcome {
        .notReady(Failure(reason, message))
    }
    private var ready: Outcome { .ready(address: nil, detail: "PONG") }

    @Test("the first answer and every other one than before is news")
    func news() {
        let (_, news) = recorded([
            failed(.refused), failed(.refused), failed(.refused, "with other words"), failed(.starting),
            ready,
            ready, failed(.starting),
        ])
        #expect(news == [true, false, false, true, true, false, true])
    }

    @Test("what asked nobody, and says an earlier failure once more, is counted nowhere")
    func repeated() {
        var again = Failure(.timeout, "asked every 10 s at most")
        again.isRepeated = true
        let (record, news) = recorded([failed(.timeout), .notReady(again), .notReady(again)])
        #expect(record.attempts == 1 && record.failingStreak == 1 && record.story == "timeout ×1")
        #expect(record.lastOutcome?.message == "asked every 10 s at most" && news == [true, false, false])
    }

    @Test("failures and good answers are counted in rows, and each ends the other")
    func streaks() {
        var outcomes = [failed(.refused), failed(.refused), failed(.refused)]
        var record = recorded(outcomes).record
        #expect(record.failingStreak == 3)
        #expect(record.lastSuccess == nil)
        outcomes += [ready, ready]
        record = recorded(outcomes).record
        #expect(record.failingStreak == 0)
        #expect(record.successStreak == 2)
        #expect(record.firstSuccess == .at(.milliseconds(3900)))
        #expect(record.lastSuccess == .at(.seconds(5)))
        outcomes += [failed(.refused)]
        record = recorded(outcomes).record
        #expect(record.successStreak == 0)
        #expect(record.firstSuccess == nil)
        #expect(record.lastSuccess == .at(.seconds(5)))
        #expect(record.failingStreak == 1)
        #expect(record.attempts == 6)
        #expect(record.lastDuration == .milliseconds(100))
        #expect(record.lastOutcome == outcomes.last)
    }

    @Test("only permanent failures in a row count towards the longer pause")
    func permanentStreak() {
        var outcomes = [failed(.auth), failed(.noDatabase)]
        #expect(recorded(outcomes).record.permanentStreak == 2)
        outcomes += [failed(.refused)]
        #expect(recorded(outcomes).record.permanentStreak == 0)
        outcomes += [failed(.auth)]
        #expect(recorded(outcomes).record.permanentStreak == 1)
        outcomes += [ready]
        #expect(recorded(outcomes).record.permanentStreak == 0)
    }

    @Test("the story counts each reason in the order in which they came")
    func story() {
        #expect(recorded([]).record.story == "")
        let outcomes =
            [Outcome](repeating: failed(.refused), count: 58) + [failed(.starting), failed(.starting), ready]
            + [failed(.refused)]
        #expect(recorded(outcomes).record.story == "refused ×59, starting ×2")
    }

    @Test("a state is remembered with the moment it was entered, not the last one it was confirmed")
    func states() {
        var record = recorded([ready]).record
        #expect(record.state == .starting)
        #expect(record.since == .at(.zero))
        record.enter(.healthy, at: .at(.seconds(3)))
        record.enter(.healthy, at: .at(.seconds(9)))
        #expect(record.state == .healthy)
        #expect(record.since == .at(.seconds(3)))
    }
}
