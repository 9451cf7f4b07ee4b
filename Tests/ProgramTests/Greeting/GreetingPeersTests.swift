import TestSupport
import Testing

/// Peers that do not greet as they should.
struct GreetingPeersTests {
    private static let schemes = ["smtp", "imap", "pop3", "ftp"]
    private static let greetings = ["smtp": "220 ", "imap": "* OK ", "pop3": "+OK ", "ftp": "220 "]

    private func check(
        _ scheme: String, within milliseconds: Int = 500,
        _ body: @escaping @Sendable (LoopbackConnection) -> Void
    ) throws -> PeerCheck {
        try withLoopbackServer(body) { server in
            try PeerCheck("x=\(scheme)://127.0.0.1:\(server.port)", within: milliseconds)
        }
    }

    @Test("silence, a hang-up, a slow greeting and noise have their reasons", arguments: schemes)
    func peers(scheme: String) throws {
        let greeting = Self.greetings[scheme] ?? ""
        let silent = try check(scheme) { $0.holdSilently(within: 2) }
        silent.expect("timeout")
        try check(scheme) { _ in }.expect("closed")
        try check(scheme) { $0.reset() }.expect("closed")
        try check(scheme) { connection in
            connection.write(greeting)
        }.expect("closed")
        try check(scheme) { _ = $0.writeSlowly(Array((greeting + greeting).utf8), every: 0.1) }.expect(
            "timeout")
        try check(scheme, within: 3000) { connection in
            _ = connection.writeSlowly(Array("\(greeting)hello\r\n".utf8), every: 0.05)
            connection.holdSilently(within: 5)
        }.expectReady(0.4...2.5)
        for noise in ["\(greeting)", "a", "\r\n", "220-\r\n", "\0"] {
            try check(scheme, within: 2000) { connection in
                let bytes = Array(String(repeating: noise, count: 4096).utf8)
                while connection.write(bytes) {}
            }.expect("protocol")
        }
        for text in ["SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 400 Bad Request\r\n", "\u{1b}[31m\r\n"] {
            try check(scheme) { connection in
                connection.write(text)
                connection.holdSilently(within: 1)
            }.expect("protocol")
        }
    }

    @Test("a session ends in order, and its end keeps nobody waiting", arguments: schemes)
    func farewell(scheme: String) throws {
        let greeting = Self.greetings[scheme] ?? ""
        let path = try TemporaryDirectory()
        let file = path.file("said")
        try check(scheme, within: 2000) { connection in
            connection.write("\(greeting)hello\r\n")
            let said = connection.read(within: 1)
            try? writeFile(file, said)
            connection.write("221 bye\r\n")
        }.expectReady(0...0.4)
        #expect(readText(file) == (scheme == "imap" ? "a LOGOUT\r\n" : "QUIT\r\n"))
        // A server that does not answer has greeted all the same.
        try check(scheme, within: 2000) { connection in
            connection.write("\(greeting)hello\r\n")
            connection.holdSilently(within: 2)
        }.expectReady(0.45...0.7)
        try check(scheme, within: 300) { connection in
            connection.write("\(greeting)hello\r\n")
            connection.holdSilently(within: 2)
        }.expectReady(0.1...0.25)
        try check(scheme, within: 2000) { connection in
            connection.write("\(greeting)hello\r\n")
        }.expectReady(0...0.4)
    }

    @Test("an address has no path, and nothing about TLS or logins")
    func mistakes() throws {
        for (words, says) in [
            (["smtp://h/1"], "path"), (["ftp://h/pub"], "path"), (["imap://"], "host"),
            (["m=smtp://h", "--set", "m.password=x"], "no setting of a smtp target"),
            (["m=imap://h", "--set", "m.ca_file=x"], "write imaps://"),
        ] {
            let finished = try Program.run(Program.waitfor, ["check"] + words)
            #expect(finished.exitCode == 125 && finished.errors.contains(says), "\(finished)")
        }
    }
}
