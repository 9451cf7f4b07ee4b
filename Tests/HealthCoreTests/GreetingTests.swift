import HealthCore
import Testing

/// What greets, and what is no greeting.
struct GreetingTests {
    /// The greeting of a ready server, or the reason; nothing while more lines follow.
    private func reading(_ greeter: Greeter, _ text: String) -> (greeting: String?, reason: Reason?) {
        var (lines, greeting) = (PeerLines(atMost: 100), Greeting(of: greeter))
        do throws(Failure) {
            lines.feed(Array(text.utf8))
            while let line = try lines.next() {
                if let said = try greeting.take(line) { return (said, nil) }
            }
            return (nil, nil)
        } catch {
            return (nil, error.reason)
        }
    }

    @Test(
        "a greeting is whole with its last line, and told by its first",
        arguments: [
            (Greeter.smtp, "220 mail.test ESMTP\r\n", "220 mail.test ESMTP"), (.smtp, "220\n", "220"),
            (.smtp, "220-mail.test\r\n220-more\r\n220 end\r\n", "220-mail.test"),
            (.ftp, "220-files\r\n any text\r\n\r\n221 no end\r\n220-\r\n220 end\r\n", "220-files"),
            (.imap, "* OK ready\r\n", "* OK ready"),
            (.imap, "* preauth IMAP4rev1\r\n", "* preauth IMAP4rev1"),
            (.pop3, "+OK <1.2@mail.test>\r\n", "+OK <1.2@mail.test>"), (.pop3, "+OK\r\n", "+OK"),
        ])
    func ready(greeter: Greeter, text: String, shown: String) {
        #expect(reading(greeter, text) == (shown, nil))
        let pieces = (0..<text.utf8.count).map {
            String(decoding: Array(text.utf8.prefix($0)), as: UTF8.self)
        }
        for piece in pieces { #expect(reading(greeter, piece) == (nil, nil), "\(piece)") }
    }

    @Test(
        "a refusal has its reason",
        arguments: [
            (Greeter.smtp, "421 4.7.0 too many connections\r\n", Reason.busy),
            (.smtp, "450 later\r\n", .busy),
            (.smtp, "554 no SMTP service here\r\n", .denied), (.smtp, "554-a\r\n554 b\r\n", .denied),
            (.smtp, "521 accepts no mail\r\n", .denied), (.smtp, "500 what\r\n", .error),
            (.ftp, "120 in 5 minutes\r\n", .starting), (.ftp, "421 too many users\r\n", .busy),
            (.smtp, "220-mail.test\r\n421 4.3.2 All server ports are busy\r\n", .busy),
            (.smtp, "220-mail.test\r\n521 5.7.1 blocked\r\n", .denied),
            (.ftp, "220-files\r\n421 too many\r\n", .busy),
            (.ftp, "530 no\r\n", .denied), (.ftp, "500 OOPS: vsftpd\r\n", .error),
            (.imap, "* BYE too many\r\n", .busy), (.pop3, "-ERR [SYS/TEMP] later\r\n", .busy),
            (.pop3, "-ERR no\r\n", .error),
        ])
    func refusals(greeter: Greeter, text: String, reason: Reason) {
        #expect(reading(greeter, text) == (nil, reason))
    }

    @Test(
        "whatever else is another protocol, at once",
        arguments: [
            "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 400 Bad Request\r\n", "+PONG\r\n", "\r\n", "22\r\n",
            "220x\r\n",
            "250 hello\r\n", "* NO\r\n", " * OK\r\n", "*  OK\r\n", "* \r\n", "a OK\r\n", "INFO {}\r\n",
            String(repeating: "2", count: 101),
            String(repeating: "2", count: 101) + "\r\n",
        ])
    func foreign(text: String) {
        for greeter in Greeter.allCases { #expect(reading(greeter, text) == (nil, .protocol), "\(greeter)") }
    }

    @Test("lines of a reply have one code, and there are at most a hundred")
    func replies() {
        #expect(reading(.smtp, "220-a\r\n221 b\r\n") == (nil, .protocol))
        #expect(reading(.smtp, "220-a\r\nb\r\n") == (nil, .protocol))
        #expect(reading(.smtp, "220-a\r\n220xb\r\n") == (nil, .protocol))
        for greeter in [Greeter.smtp, .ftp] {
            let many = String(repeating: "220-a\r\n", count: 99)
            #expect(reading(greeter, many + "220 b\r\n") == ("220-a", nil))
            #expect(reading(greeter, many + "220-a\r\n220 b\r\n") == (nil, .protocol))
        }
    }

    @Test(
        "an app's address is read without its login",
        arguments: [
            ("smtp://mail", 25), ("smtps://mail", 465), ("smtp+ssl://mail", 465),
            ("smtp+tls://mail:587", 587),
            ("imap://mail", 143), ("imaps://mail", 993), ("pop3://mail/", 110), ("pop3s://mail", 995),
            ("ftp://mail", 21), ("ftps://mail", 990), ("smtp://app:secret@mail:587/?encryption=tls", 587),
        ] as [(String, UInt16)])
    func addresses(text: String, port: UInt16) throws {
        let target = try TargetReader(context: ReadingContext(variable: { _ in nil })).read(
            Array(text.utf8), named: "x")
        #expect(target.endpoint == .network(host: "mail", port: port))
        #expect(target.warnings.count == (text.contains("?") ? 2 : 0), "\(target.warnings)")
        #expect(!"\(target)".contains("secret"))
    }
}
