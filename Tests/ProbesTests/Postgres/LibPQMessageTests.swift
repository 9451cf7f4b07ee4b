import Testing

@testable import HealthCore
@testable import Probes

@Suite("What libpq's own texts mean")
struct LibPQMessageTests {
    private static let prefix = #"connection to server at "db" (10.0.0.1), port 5432 failed: "#

    private func failure(
        _ text: String, needsPassword: Bool = false, sawAuthenticationRequest: Bool = false
    ) -> Failure {
        LibPQMessage(Array(text.utf8)).connectFailure(
            needsPassword: needsPassword, sawAuthenticationRequest: sawAuthenticationRequest)
    }

    @Test("what the server itself said wins over all that libpq makes of it")
    func serverAnswer() {
        let text = Self.prefix + "FATAL:  57P03: the database system is starting up"
        #expect(LibPQMessage(Array(text.utf8)).serverAnswer?.code == "57P03")
        let failure = failure(text, needsPassword: true, sawAuthenticationRequest: true)
        var expected = Failure(.starting, "57P03 the database system is starting up")
        expected.code = "57P03"
        #expect(failure == expected)
    }

    @Test("a password that is asked for and not there is auth, whatever else the text has")
    func password() {
        let failure = failure(Self.prefix + "fe_sendauth: no password supplied SSL", needsPassword: true)
        #expect(failure == Failure(.auth, "the server asks for a password, and there is none"))
    }

    @Test("each of libpq's own accounts has its reason")
    func accounts() {
        let accounts: [(String, Reason, Bool)] = [
            ("server does not support SSL, but SSL was required", .tls, false),
            ("SSL error: tlsv1 alert protocol version", .tls, false),
            ("SSL error: certificate verify failed", .tls, true),
            (#"server certificate for "a" does not match host name "b""#, .tls, true),
            ("SSL SYSCALL error: EOF detected", .closed, false),
            ("SSL SYSCALL error: Connection reset by peer", .closed, false),
            ("SSL error: unexpected eof while reading", .closed, false),
            ("SSL error: tlsv1 alert unknown ca", .tls, false),
            (#"private key file "/k" has group or world access; file must have permissions"#, .config, true),
            (#"private key file "/k" must be owned by the current user or root"#, .config, true),
            (#"could not load private key file "/k": no start line"#, .config, true),
            (#"certificate present, but not private key file "/k""#, .config, true),
            (#"could not read certificate file "/c": no start line"#, .config, true),
            (#"root certificate file "/r" does not exist"#, .tls, true),
            ("could not get home directory to locate root certificate file", .tls, true),
            ("session is read-only", .role, false), ("server is in hot standby mode", .role, false),
            ("server is not in hot standby mode", .role, false),
            ("server closed the connection unexpectedly", .closed, false),
            ("could not receive data from server: Connection reset by peer", .closed, false),
            ("could not send startup packet: Broken pipe", .closed, false),
            ("expected authentication request from server, but received H", .protocol, false),
            ("something that libpq has never said", .protocol, false),
        ]
        for (text, reason, isPermanent) in accounts {
            let failure = failure(Self.prefix + text)
            #expect(failure.reason == reason, "\(text)")
            #expect(failure.isPermanent == isPermanent, "\(text)")
        }
    }

    @Test("a root certificate that nobody named is not named, and one that somebody named is")
    func root() {
        func message(_ path: String) -> String {
            let text =
                #"root certificate file "\#(path)" does not exist"#
                + "\nEither provide the file or change sslmode to disable server certificate verification."
            let failure = failure(Self.prefix + text)
            #expect(failure.hint == .authority)
            return failure.message
        }
        for path in [LibPQParameters.noFile, "/home/app/.postgresql/root.crt"] {
            #expect(
                message(path)
                    == "sslmode verify-ca and verify-full need sslrootcert, and no root certificate is named")
        }
        #expect(message("/run/ca.crt") == #"root certificate file "/run/ca.crt" does not exist"#)
    }

    @Test("a failed login is auth only after the server has asked for one")
    func login() {
        for text in [
            "authentication method 7 not supported", "password retrieval failed",
            "channel binding required but not supported", "malformed SCRAM message (no nonce)",
            "none of the server's SASL authentication mechanisms are supported",
        ] {
            #expect(failure(Self.prefix + text).reason == .protocol, "\(text)")
            #expect(
                failure(Self.prefix + text, sawAuthenticationRequest: true) == Failure(.auth, text), "\(text)"
            )
        }
        let required =
            "authentication method requirement \"md5\" failed: server did not complete authentication"
        #expect(failure(Self.prefix + required) == Failure(.auth, required).advising(.requiredMethod))
        let kerberos = Self.prefix + "GSSAPI authentication not supported"
        #expect(failure(kerberos, sawAuthenticationRequest: true).message.contains("Kerberos"))
        #expect(failure(kerberos).reason == .protocol)
        let wrong = Self.prefix + "expected authentication request from server, but received H"
        #expect(failure(wrong, sawAuthenticationRequest: true).reason == .protocol)
    }

    @Test("of several connections the last one's story counts")
    func lastStory() {
        let refused = Self.prefix + "SSL error: certificate verify failed"
        let closed = Self.prefix + "server closed the connection unexpectedly\n\tThis probably means"
        #expect(failure(refused + "\n" + closed).reason == .closed)
        #expect(failure(closed + "\n" + refused).reason == .tls)
    }

    @Test("the message is the story's last line, without the prefix that names the address")
    func message() {
        #expect(
            failure(Self.prefix + "session is read-only") == Failure(.role, "session is read-only"))
        #expect(failure("session is read-only") == Failure(.role, "session is read-only"))
        #expect(failure("").message == "not the PostgreSQL protocol")
    }

    @Test("bytes that are no UTF-8 are one printable line")
    func bytes() {
        let text = Array((Self.prefix + "session is ").utf8) + [0xFF, 0x1B]
        let message = LibPQMessage(text).connectFailure(needsPassword: false, sawAuthenticationRequest: false)
            .message
        #expect(message.hasPrefix("session is ") && message.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }

    @Test("a query that came to nothing was closed, or is not PostgreSQL's")
    func query() {
        func reason(_ text: String) -> Reason { LibPQMessage(Array(text.utf8)).queryFailure.reason }
        #expect(reason("server closed the connection unexpectedly") == .closed)
        #expect(reason("SSL connection has been closed unexpectedly") == .closed)
        #expect(reason("could not receive data from server: Connection reset by peer") == .closed)
        #expect(reason("lost synchronization with server") == .protocol)
    }

    @Test("a socket that could not be made is what this machine has run out of, and passes")
    func shortage() throws {
        func shortage(_ text: String) -> Failure? { LibPQMessage(Array(text.utf8)).shortage }
        for (words, told) in [
            ("Too many open files", "ulimit"), ("Too many open files in system", "file-max"),
            ("Cannot allocate memory", "memory"), ("No buffer space available", "memory"),
        ] {
            let failure = try #require(
                shortage(Self.prefix + "could not create socket: \(words)"), "\(words)")
            #expect(failure.reason == .config && !failure.isPermanent, "\(words)")
            #expect(failure.message.contains(told), "\(failure.message)")
        }
        #expect(shortage(Self.prefix + "could not create socket: Operation not permitted") == nil)
        #expect(shortage(Self.prefix + "FATAL:  53300: could not create socket: Too many open files") == nil)
        #expect(shortage(Self.prefix + "Too many open files") == nil)
    }
}
