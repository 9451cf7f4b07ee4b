import HealthCore
import Testing

@Suite("Sentences about a target")
struct SentencesTests {
    private func record(_ outcomes: Outcome..., kind: String = "postgres") -> TargetRecord {
        var record = TargetRecord(name: "db", kind: kind, isRequired: true, since: .at(.zero))
        for outcome in outcomes { _ = record.record(outcome, startedAt: .at(.zero), endedAt: .at(.zero)) }
        return record
    }

    private func failed(_ reason: Reason, _ message: String, _ address: String? = nil) -> Outcome {
        .notReady(Failure(reason, message, address: address))
    }

    @Test("the last answer says reason, what was seen, where, and what to check")
    func sentences() {
        #expect(record().sentence == "not asked yet")
        #expect(
            record(.ready(address: "127.0.0.1:6379", detail: "PONG")).sentence == "ready: 127.0.0.1:6379 PONG"
        )
        #expect(record(.ready(address: nil, detail: "PONG")).sentence == "ready: PONG")
        #expect(
            record(failed(.refused, "connection refused", "10.0.0.1:5432")).sentence
                == "not ready: refused: connection refused (10.0.0.1:5432); is it started, and does it listen on"
                + " this address?")
        #expect(
            record(failed(.dns, "no such host")).sentence
                == "not ready: dns: no such host; check the name, and that both are on the same network")
    }

    @Test("a command that takes too long is no firewall's fault")
    func commandThatTakesTooLong() {
        let late = failed(.timeout, "no end within 3s, killed")
        #expect(
            record(late, kind: "exec").sentence
                == "not ready: timeout: no end within 3s, killed; run the command by hand")
        #expect(record(late, kind: "exec").explanation.hasSuffix("; run the command by hand"))
        #expect(record(late, kind: "dns").sentence.hasSuffix("; \(Reason.timeout.advice)"))
    }

    @Test("a login that takes too long is no firewall's fault either")
    func loginThatTakesTooLong() {
        let seen = "the server asks for 3000000 rounds of SCRAM, more than there is time for"
        let advice = "allow more time, or set the password anew with fewer rounds"
        #expect(record(failed(.timeout, seen)).sentence == "not ready: timeout: \(seen); \(advice)")
    }

    @Test("an address that the message names already is not said twice")
    func addressOnce() {
        #expect(
            record(failed(.refused, "[::1]:80 refused, 127.0.0.1:80 refused", "127.0.0.1:80")).sentence
                == "not ready: refused: [::1]:80 refused, 127.0.0.1:80 refused; is it started, and does it listen on"
                + " this address?")
    }

    @Test("after a story comes what the last failure said and what to check")
    func explanations() {
        #expect(
            record(failed(.dns, "no such host")).explanation
                == "no such host; check the name, and that both are on the same network")
        #expect(record().explanation == "not asked yet")
    }

    @Test("a wait that failed is told as a story")
    func stories() {
        let refused = failed(.refused, "connection refused", "172.18.0.2:5432")
        let starting = failed(.starting, "57P03 starting up", "172.18.0.2:5432")
        #expect(
            record(refused, refused, starting).story(over: .seconds(30))
                == "3 attempts in 30s: refused ×2, starting ×1; last 172.18.0.2:5432")
        #expect(record(failed(.dns, "x")).story(over: .milliseconds(1500)) == "1 attempt in 1.5s: dns ×1")
        #expect(record().story(over: .seconds(60)) == "0 attempts in 60s: no answer yet")
    }
}
