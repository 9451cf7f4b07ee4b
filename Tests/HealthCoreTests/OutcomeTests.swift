import HealthCore
import Testing

@Suite("Outcomes and failures")
struct OutcomeTests {
    @Test("an accepted reason is success, with what was seen and where")
    func accepts() {
        let outcome = Outcome.notReady(Failure(.loading, "LOADING it loads", address: "127.0.0.1:6379"))
        #expect(
            outcome.accepting([.loading, .auth])
                == .ready(address: "127.0.0.1:6379", detail: "accepted loading: LOADING it loads"))
    }

    @Test("a reason that was not named stays a failure, and success stays success")
    func leaves() {
        let failure = Outcome.notReady(Failure(.refused, "connection refused"))
        #expect(failure.accepting([.loading]) == failure)
        #expect(failure.accepting([]) == failure)
        let ready = Outcome.ready(address: nil, detail: "PONG")
        #expect(ready.accepting([.loading]) == ready)
        #expect(ready.failure == nil)
        #expect(failure.failure?.reason == .refused)
    }

    @Test("a failure is as permanent as its reason, unless it says otherwise")
    func permanence() {
        #expect(Failure(.auth, "").isPermanent)
        #expect(!Failure(.tls, "").isPermanent)
        #expect(Failure(.tls, "the certificate has expired", isPermanent: true).isPermanent)
    }

    @Test("a failure keeps one printable line of at most 200 bytes")
    func message() {
        let failure = Failure(.error, "a\nb\u{1B}[31m" + String(repeating: "x", count: 1000))
        #expect(failure.message.hasPrefix("a\\x0ab\\x1b[31mxxx"))
        #expect(failure.message.utf8.count == 200)
    }

    @Test("a peer's words that repeat the password are withheld, and the reason stays")
    func withholds() {
        let failure = Failure(.auth, "WRONGPASS hunter2 is wrong", address: "h:6379")
        let withheld = failure.withholding(Secret("hunter2".utf8))
        #expect(withheld.message == "what it answers repeats a secret, and is not shown")
        #expect(withheld.reason == .auth)
        #expect(withheld.address == "h:6379")
        #expect(failure.withholding(Secret("other".utf8)) == failure)
        #expect(failure.withholding(nil) == failure)
    }

    @Test("a failure can be placed at an address")
    func address() {
        let failure = Failure(.refused, "connection refused")
        #expect(failure.address == nil)
        #expect(failure.at("[::1]:5432").address == "[::1]:5432")
        #expect(failure.at("[::1]:5432").message == failure.message)
    }
}
