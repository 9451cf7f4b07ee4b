import HealthCore
import Testing

@Suite("Secrets")
struct SecretTests {
    private struct Holder {
        let user = "app"
        let password = Secret("hunter2".utf8)
    }

    @Test("nothing that shows a secret shows more than ***")
    func redaction() {
        let secret = Secret("hunter2".utf8)
        #expect("\(secret)" == "***")
        #expect(String(describing: secret) == "***")
        #expect(String(reflecting: secret) == "***")
        #expect(secret.description == "***")
        var dumped = ""
        dump(secret, to: &dumped)
        dump([secret], to: &dumped)
        dump(Holder(), to: &dumped)
        let shown =
            dumped + "\(Optional(secret) as Any) \([secret]) \(Holder()) \(PasswordSource.given(secret))"
            + "\(Mirror(reflecting: secret).children.map { "\($0)" })" + String(reflecting: [("a", secret)])
        #expect(!shown.mentions("hunter2"))
        // Nor its bytes as numbers, "hu" as they would stand in an array.
        #expect(!shown.mentions("104, 117"))
        #expect(shown.mentions("***"))
    }

    @Test("only the call that sends it sees the bytes")
    func reveals() {
        let secret = Secret([0x00, 0xFF, 0x0A] as [UInt8])
        #expect(secret.reveal { $0 } == [0x00, 0xFF, 0x0A])
        #expect(!secret.isEmpty)
        #expect(Secret("".utf8).isEmpty)
        #expect(secret == Secret([0x00, 0xFF, 0x0A] as [UInt8]))
        #expect(secret != Secret("x".utf8))
    }

    @Test("a text repeats a secret when it has all of it, or eight bytes of it in a row")
    func echoes() {
        let secret = Secret("correct horse".utf8)
        #expect(secret.isEchoed(in: "unknown command, with args: 'correct horse'"))
        #expect(secret.isEchoed(in: "cut off: correct "))
        #expect(secret.isEchoed(in: "…ct horse"))
        #expect(!secret.isEchoed(in: "correct"))
        #expect(Secret("pw".utf8).isEchoed(in: "a pw b"))
        #expect(!Secret("".utf8).isEchoed(in: "anything"))
        // What is printed has lost its quotes, and has escapes.
        #expect(Secret("it's-me-99".utf8).isEchoed(in: "bad password its-me-99"))
        #expect(Secret("hunt\"er2sup\"ersec".utf8).isEchoed(in: "JetStream: no hunt\\er2sup\\ersec"))
        #expect(Secret("h\nunter2\tsuper".utf8).isEchoed(in: "403 ACCESS h\\x0aunter2\\x09super"))
        #expect(!Secret("'a'".utf8).isEchoed(in: "a word"))
        // A word that it shares with the server's text does not hide that text.
        #expect(!Secret("user1234".utf8).isEchoed(in: "password authentication failed for user \"app\""))
    }
}
