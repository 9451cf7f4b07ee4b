import HealthCore
import Testing

@Suite("Passwords whose file has more in it than was meant")
struct PasswordAdviceTests {
    private let refused = Failure(.auth, "28P01 password authentication failed")

    @Test(
        "a refused password is told of what editors add to its file",
        arguments: [
            ("secret\r", .passwordEndsInReturn), ("secret\n", .passwordEndsInNewline),
            ("secret\n\n", .passwordEndsInNewline), ("secret\r\n\r", .passwordEndsInReturn),
            ("secret ", .passwordHasBlanks), ("\tsecret", .passwordHasBlanks),
            ("\nsecret", .passwordHasBlanks),
            ("secret", nil), ("se cret", nil), ("", nil),
        ] as [(String, Advice?)])
    func ends(password: String, advice: Advice?) {
        let source = PasswordSource.file(path: "/pw")
        #expect(source.advising(refused, about: Secret(password.utf8)).hint == advice)
    }

    @Test("another failure, another advice and a password from elsewhere stay as they are")
    func others() {
        let secret = Secret("secret\r".utf8)
        let file = PasswordSource.file(path: "/pw")
        #expect(file.advising(Failure(.closed, "x"), about: secret).hint == nil)
        #expect(file.advising(refused.advising(.serverWantsTLS), about: secret).hint == .serverWantsTLS)
        #expect(file.advising(refused, about: nil).hint == nil)
        #expect(PasswordSource.given(secret).advising(refused, about: secret).hint == nil)
    }

    @Test("an advice is a part of a sentence, and names nothing that a peer said")
    func sentences() {
        for advice in Advice.allCases {
            #expect(!advice.rawValue.hasSuffix(".") && !advice.rawValue.hasSuffix(" "), "\(advice)")
            #expect(Failure(.auth, "x").advising(advice).advice == advice.rawValue)
        }
        #expect(Failure(.auth, "x").advice == Reason.auth.advice)
    }
}
