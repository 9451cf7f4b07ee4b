import HealthCore
import Testing

/// What apps put into their addresses, and a probe has no use for: one rule for all kinds.
struct ForeignParametersTests {
    /// Every form with a host in its address; HTTP's query is a part of the request.
    private static let forms = Kinds.forms.filter {
        !$0.isOpaque && !$0.example.contains(":///") && $0.word != "http"
    }

    private func read(_ form: TargetForm, _ parameter: String) throws -> Target {
        let mark = form.example.contains("?") ? "&" : "?"
        return try TargetReader(context: context()).read(
            Array("\(form.example)\(mark)\(parameter)".utf8), named: "x")
    }

    @Test("a parameter that means nothing to a probe is dropped, and a line says which")
    func dropped() throws {
        #expect(Self.forms.count > 20)
        for form in Self.forms {
            let said = try read(form, "pool_zzz=1").warnings.filter { $0.contains("dropped: pool_zzz") }
            #expect(said.count == 1, "\(form.scheme)")
        }
    }

    @Test("one that may say whom to trust is a mistake, unless nobody is trusted with anything")
    func protected() throws {
        for form in Self.forms {
            let words = refusal { _ = try read(form, "auth_zzz=1") }
            let trustsNobody = ["smtp", "imap", "pop3", "ftp"].contains(form.scheme)
            #expect((words == nil) == trustsNobody, "\(form.scheme): \(words ?? "read")")
            if let words { #expect(words.contains("`auth_zzz`"), "\(words)") }
        }
    }

    @Test("a setting of waitfor's own is none of the address's, and a line says where it goes")
    func settings() {
        for text in ["nats://h?jetstream=true", "amqp://a:b@h?level=publish", "grpcs://h:1?ca_file=/x"] {
            let words = refusal { _ = try HealthCoreTests.read(text) }
            #expect(words?.contains("is a setting of waitfor's own: --set NAME.") == true, "\(text)")
        }
        for text in ["nats://h?tls=true", "tcp://h:1?tls=true", "memcached://h?tls=1"] {
            #expect(refusal { _ = try HealthCoreTests.read(text) }?.contains("whom to trust") == true)
        }
    }

    @Test("what follows a password may be the rest of one, and is not shown")
    func unnamed() throws {
        let target = try HealthCoreTests.read("smtp://mail?password=ab&cd")
        #expect(target.warnings == ["parameters that mean nothing to a probe are dropped: password, 1 more"])
    }

    @Test("a kind that says it has no opaque form has none")
    func opaque() {
        for kind in Kinds() {
            #expect(kind.forms.contains { $0.isOpaque } == kind.hasOpaqueForm, "\(kind.word)")
        }
    }

    @Test("pairs of a driver at the port of another kind are said to be that driver's")
    func pairs() throws {
        let said = "such pairs are PostgreSQL's, so that is asked, although port 6379 is Redis's"
        let target = try HealthCoreTests.read("host=redis port=6379")
        #expect(target.kind == "postgres" && target.warnings.contains { $0.hasPrefix(said) })
        #expect(try HealthCoreTests.read("host=db port=5432").warnings.isEmpty)
        #expect(try HealthCoreTests.read("host=db port=15432").warnings.isEmpty)
    }

    @Test(
        "a password without a user is no token: to NATS's own clients it is something else",
        arguments: ["nats://:S3CRETS3CRET@h", "nats+tls://:S3CRETS3CRET@h:4222"])
    func tokens(text: String) {
        let words = refusal { _ = try HealthCoreTests.read(text) } ?? ""
        #expect(words.contains("a token stands alone, nats://TOKEN@host"), "\(words)")
        #expect(!words.contains("S3CRET"))
    }

    @Test(
        "a path where there is none is a mistake whose line says what to write",
        arguments: [
            ("ftp://h/dir", "write ftp://HOST:PORT"), ("imaps://h/INBOX", "write imaps://HOST:PORT"),
            ("nats://h/x", "write nats://HOST:PORT"), ("memcached://h/x", "write memcached://HOST:PORT"),
        ])
    func paths(text: String, says: String) {
        #expect(refusal { _ = try HealthCoreTests.read(text) }?.contains(says) == true)
    }
}
