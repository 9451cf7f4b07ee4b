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

    @Test("an address is one printable line, whoever says it")
    func printableAddress() {
        let place = "127.0.0.1\0\n[+]db ok\u{1B}[31m:6379"
        let shown = "127.0.0.1\\x00\\x0a[+]db ok\\x1b[31m:6379"
        var failure = Failure(.refused, "no", address: place)
        #expect(failure.address == shown)
        #expect(Failure(.refused, "no").at(place).address == shown)
        failure.address = "a\nb"
        #expect(failure.address == "a\\x0ab")
        #expect(Outcome.notReady(failure).address == "a\\x0ab")
        let ready = Outcome.ready(address: place, detail: "PONG\n" + String(repeating: "x", count: 51_000))
        #expect(ready.address == shown)
        #expect(ready.message.hasPrefix("PONG\\x0axxx") && ready.message.utf8.count == 200)
        #expect(Endpoint.unixSocket(path: "/a\nb").description == "/a\\x0ab")
        #expect(Endpoint.local("/a\u{1B}b").description == "/a\\x1bb")
        #expect(ListenAddress.unixSocket(path: "/a\nb").description == "/a\\x0ab")
    }

    @Test("for who waits for an end, refusals and missing names are success, and everything else is not")
    func absence() {
        var noName = Failure(.dns, "no such host")
        noName.isGone = true
        for gone in [Failure(.refused, "connection refused"), Failure(.missing, "no such file"), noName] {
            #expect(
                Outcome.notReady(gone.at("h:1")).ofAbsence
                    == .ready(address: "h:1", detail: "\(gone.reason.rawValue): \(gone.message)"))
        }
        let others = [
            Failure(.dns, "no answer from the name server"), Failure(.timeout, ""), Failure(.auth, ""),
            Failure(.missing, "no such service").spokenByServer(), Failure(.refused, "full").present(),
        ]
        for there in others {
            let failure = Outcome.notReady(there).ofAbsence.failure
            #expect(failure?.reason == there.reason && failure?.isPermanent == false)
            #expect(failure?.advice == Advice.notGone.rawValue)
        }
        let ready = Outcome.ready(address: "h:1", detail: "PONG").ofAbsence
        #expect(ready.failure?.reason == .busy && ready.message == "PONG" && ready.address == "h:1")
    }
}
