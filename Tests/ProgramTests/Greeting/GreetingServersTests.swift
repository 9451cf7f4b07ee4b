import TestSupport
import Testing

/// Real servers that speak first: Postfix, Dovecot, vsftpd.
@Suite(.serialized)
struct GreetingServersTests: ServerStateTests {
    let kind = "greeting"
    let targetName = "mail"

    /// Servers with one certificate, made once for all tests of a run.
    private struct Servers {
        let authority: Certificates
        let pair: Certificates.Pair
        let postfix: PostfixServer
        let dovecot: DovecotServer

        init() throws {
            authority = try Certificates()
            pair = try authority.sign("server", names: ["IP:127.0.0.1"])
            (postfix, dovecot) = (try PostfixServer(pair), try DovecotServer(pair))
        }
    }

    private static let servers = Result { try Servers() }

    @Test("a server that greets is ready, over TLS too")
    func ready() throws {
        let servers = try Self.servers.get()
        let trusted = ["ca_file=\(servers.authority.authority)"]
        for (state, target, settings, words) in [
            ("Postfix greets", "smtp://127.0.0.1:\(servers.postfix.port(.open))", [], "220 mail.test ESMTP"),
            (
                "Postfix greets over TLS", "smtps://127.0.0.1:\(servers.postfix.port(.encrypted))", trusted,
                "220 mail.test ESMTP"
            ),
            ("Dovecot greets in IMAP", "imap://127.0.0.1:\(servers.dovecot.port(.imap))", [], "* OK ["),
            (
                "Dovecot greets in IMAP over TLS", "imaps://127.0.0.1:\(servers.dovecot.port(.imaps))",
                trusted,
                "* OK ["
            ),
            ("Dovecot greets in POP3", "pop3://127.0.0.1:\(servers.dovecot.port(.pop3))", [], "+OK "),
            (
                "Dovecot greets in POP3 over TLS", "pop3s://127.0.0.1:\(servers.dovecot.port(.pop3s))",
                trusted,
                "+OK "
            ),
        ] {
            try expect("ready", state, target, settings, says: words)
        }
        let files = try VsftpdServer(["ftpd_banner": "files"])
        try expect("ready", "vsftpd greets", "ftp://127.0.0.1:\(files.port)", says: "220 files")
        let banner = try servers.authority.directory.write("banner", "first\nsecond\n")
        let long = try VsftpdServer(["banner_file": banner])
        try expect(
            "ready", "vsftpd greets in several lines", "ftp://127.0.0.1:\(long.port)", says: "220-first")
        let secure = try VsftpdServer([
            "ssl_enable": "YES", "implicit_ssl": "YES", "rsa_cert_file": servers.pair.certificate,
            "rsa_private_key_file": servers.pair.key,
        ])
        try expect(
            "ready", "vsftpd greets over TLS", "ftps://127.0.0.1:\(secure.port)", trusted, says: "220 ")
        for plain in ["smtp", "imap", "pop3"] {
            let port = plain == "smtp" ? servers.postfix.port(.encrypted) : servers.dovecot.port(.imaps)
            // A server of TLS waits to be spoken to.
            let asked = try Asked("mail=\(plain)://127.0.0.1:\(port)", options: ["-t", "300ms"])
            #expect(asked.verdict == "timeout", "\(asked)")
        }
        let asked = try Asked("mail=smtps://127.0.0.1:\(servers.postfix.port(.open))")
        // Newer versions of Postfix complain of a client that speaks first, and do not greet.
        let isNamed = ["220 mail.test", "554 5.5.0"].contains { asked.message.contains($0) }
        #expect(asked.verdict == "protocol" && isNamed, "\(asked)")
        let untrusted = try Asked("mail=smtps://127.0.0.1:\(servers.postfix.port(.encrypted))")
        #expect(untrusted.verdict == "tls" && untrusted.isPermanent, "\(untrusted)")
    }

    @Test("one that refuses has its reason")
    func states() throws {
        let servers = try Self.servers.get()
        try expect("refused", "nothing listens", "smtp://127.0.0.1:\(try FreePort.make())")
        try expect(
            "denied", "Postfix takes no mail from here", "smtp://127.0.0.1:\(servers.postfix.port(.closed))",
            says: "554 5.7.1")
        let narrow = "smtp://127.0.0.1:\(servers.postfix.port(.narrow))"
        let client = try IdleConnections(1, port: servers.postfix.port(.narrow))
        // The client is counted a moment after it is accepted.
        try #require(try eventually(within: 10) { try Asked("mail=\(narrow)").verdict != "ready" })
        try expect("busy", "Postfix has too many clients", narrow, says: "421 4.7.0")
        withExtendedLifetime(client) {}
        let files = try VsftpdServer(["max_clients": "1"])
        let full = "ftp://127.0.0.1:\(files.port)"
        // The first clients may come before the one has left that waited for the port.
        var (clients, refusals) = ([IdleConnections](), 0)
        let isFull = try eventually(within: 10) {
            clients.append(try IdleConnections(1, port: files.port))
            refusals = try Asked("mail=\(full)").verdict == "busy" ? refusals + 1 : 0
            return refusals == 3
        }
        try #require(isFull)
        try expect("busy", "vsftpd has too many clients", full, says: "421 ")
        withExtendedLifetime(clients) {}
        files.freeze()
        try expect("timeout", "vsftpd is stopped by SIGSTOP", "ftp://127.0.0.1:\(files.port)")
        let (postfix, dovecot) = (try PostfixServer(servers.pair), try DovecotServer(servers.pair))
        postfix.freeze()
        try expect("timeout", "Postfix is stopped by SIGSTOP", "smtp://127.0.0.1:\(postfix.port(.open))")
        dovecot.freeze()
        try expect("timeout", "Dovecot is stopped by SIGSTOP", "imap://127.0.0.1:\(dovecot.port(.imap))")
    }

    @Test("a thousand probes of each leave no warning, no error and no lost connection in a log")
    func quiet() throws {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["IP:127.0.0.1"])
        let (postfix, dovecot) = (try PostfixServer(pair), try DovecotServer(pair))
        let files = try VsftpdServer()
        let plain = [
            "smtp://127.0.0.1:\(postfix.port(.open))", "imap://127.0.0.1:\(dovecot.port(.imap))",
            "pop3://127.0.0.1:\(dovecot.port(.pop3))", "ftp://127.0.0.1:\(files.port)",
        ]
        let encrypted = [
            "smtps://127.0.0.1:\(postfix.port(.encrypted))", "imaps://127.0.0.1:\(dovecot.port(.imaps))",
            "pop3s://127.0.0.1:\(dovecot.port(.pop3s))",
        ]
        func probe(_ targets: [String], times: Int) throws {
            let named = targets.enumerated().map { "x\($0)=\($1)" }
            let trusted = targets.indices.map { "x\($0).ca_file=\(authority.authority)" }
            let settings = targets == plain ? [] : trusted.flatMap { ["--set", $0] }
            let options = ["--success-threshold", "\(times)", "-i", "1ms", "-t", "60s"]
            let finished = try Program.run(Program.waitfor, options + settings + named, within: 70)
            #expect(finished.exitCode == 0, "\(finished)")
        }
        // Those that waited for the ports of the servers have left without a farewell, and are logged after a moment.
        Monotonic.sleep(1)
        let before = [postfix.log, dovecot.log].map(Self.complaints)
        try probe(plain, times: 1000)
        try probe(encrypted, times: 100)
        let logs = [postfix.log, dovecot.log]
        #expect(logs.map(Self.complaints).map(\.count) == before.map(\.count), "\(logs.map(Self.complaints))")
        #expect(logs[0].count(of: "quit=1 commands=1") >= 1100)
        // Dovecot 2.3's words, and 2.4's.
        let ends = ["Aborted login by logging out", "Login aborted: Logged out"].map(logs[1].count(of:))
        #expect(ends.reduce(0, +) >= 2200, "\(logs[1].suffix(2000))")
        #expect(files.log.count(of: "\"221 Goodbye.\"") >= 1000 && !files.log.contains("500 OOPS"))
    }

    /// The lines of a log that are of something that went wrong.
    private static func complaints(_ log: String) -> [String] {
        let words = ["lost connection", "warning", "Warning", "error", "Error", "fatal", "Connection closed"]
        return lines(log).filter { line in words.contains(where: line.contains) }
    }
}
