import TestSupport
import Testing

/// Peers that are no NATS server, or do not do as one should.
struct NATSPeersTests {
    private static let info =
        #"INFO {"server_id":"X","version":"2.9.10","headers":true,"max_payload":1048576}"# + "\r\n"

    private func check(
        _ userinfo: String = "", within milliseconds: Int = 500, settings: [String] = [],
        scheme: String = "nats",
        _ body: @escaping @Sendable (LoopbackConnection) -> Void
    ) throws -> PeerCheck {
        try withLoopbackServer(body) { server in
            try PeerCheck(
                "x=\(scheme)://\(userinfo)127.0.0.1:\(server.port)", within: milliseconds,
                settings.flatMap { ["--set", "x.\($0)"] })
        }
    }

    @Test("silence, a hang-up, a slow answer and noise have their reasons")
    func peers() throws {
        let silent = try check { $0.holdSilently(within: 2) }
        silent.expect("timeout")
        try check { _ in }.expect("closed")
        try check { $0.reset() }.expect("closed")
        try check { connection in
            connection.write(Self.info)
            _ = connection.read()
        }.expect("closed")
        try check { connection in
            connection.write(Self.info)
            connection.holdSilently(within: 2)
        }.expect("timeout")
        try check { _ = $0.writeSlowly(Array(Self.info.utf8), every: 0.1) }.expect("timeout")
        try check(within: 3000) { connection in
            _ = connection.writeSlowly(Array(Self.info.utf8), every: 0.005)
            _ = connection.read()
            _ = connection.writeSlowly(Array("PONG\r\n".utf8), every: 0.005)
            connection.holdSilently(within: 1)
        }.expectReady(0.4...2.5)
        for noise in ["a", "\r\n", "\0", "INFO "] {
            try check(within: 2000) { connection in
                let bytes = Array(String(repeating: noise, count: 4096).utf8)
                while connection.write(bytes) {}
            }.expect("protocol")
        }
        for text in [
            "SSH-2.0-OpenSSH_9.2\r\n", "220 mail.test ESMTP\r\n", "INFO\r\n", "INFO {\r\n", "INFO []\r\n",
            "PING\r\n", "INFO {\"version\":\"\u{1b}[31m\"}x\r\n",
        ] {
            try check { connection in
                connection.write(text)
                connection.holdSilently(within: 1)
            }.expect("protocol")
        }
    }

    @Test("an endless conversation ends at the deadline, and one that is none at once")
    func conversations() throws {
        for (text, reason) in [
            ("PING\r\n", "timeout"), ("+OK\r\n", "timeout"), (Self.info, "timeout"),
            ("MSG a 1 0\r\n\r\n", "protocol"),
            ("MSG a 1 999999999999999999999\r\n", "protocol"), ("MSG a 1 -1\r\n", "protocol"),
            ("MSG\r\n", "protocol"),
            ("HMSG a 1 9 3\r\n", "protocol"), ("MSG a 1 2\r\nabcd", "protocol"),
            ("MSG a 1 65537\r\n", "protocol"),
            ("HMSG a 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n", "starting"),
            ("MSG a 1 2\r\n{}\r\n", "protocol"), ("MSG a 1 1\r\nx\r\n", "protocol"),
            (#"-ERR 'Slow Consumer'"# + "\r\n", "error"),
            (#"-ERR 'Server Shutdown'"# + "\r\n", "shutting_down"),
            (#"INFO {"ldm":true}"# + "\r\n", "shutting_down"),
        ] {
            let one = try check(within: 700, settings: ["jetstream=true"]) { connection in
                connection.write(Self.info)
                _ = connection.read()
                let bytes = Array(String(repeating: text, count: 20).utf8)
                while connection.write(bytes) {}
            }
            #expect(one.reason == reason, "\(text): \(one.finished)")
            one.expectManners()
        }
    }

    @Test("a password is not sent in the clear where TLS is asked for, nor before TLS that is demanded")
    func secrets() throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("said")
        for (scheme, more) in [
            ("nats+tls", ""), ("nats", #","tls_required":true"#), ("nats+tls", #","tls_required":true"#),
        ] {
            try writeFile(file, [])
            let asked = try check("app:hunter2hunter2@", within: 400, scheme: scheme) { connection in
                connection.write(#"INFO {"version":"2.9.10","auth_required":true\#(more)}"# + "\r\n")
                var said: [UInt8] = []
                while case let bytes = connection.read(within: 1), !bytes.isEmpty { said += bytes }
                try? writeFile(file, said)
            }
            #expect(["tls", "timeout"].contains(asked.reason), "\(asked.finished)")
            let isSaid = eventually(within: 3) { more.isEmpty || !(readFile(file) ?? []).isEmpty }
            #expect(isSaid && !readText(file).contains("hunter2") && !readText(file).contains("CONNECT"))
        }
        // Words behind INFO, which the handshake would make look encrypted.
        try check("app:hunter2hunter2@", scheme: "nats+tls") { connection in
            connection.write(#"INFO {"version":"2.9.10","tls_required":true}"# + "\r\nPONG\r\n")
            connection.holdSilently(within: 1)
        }.expect("protocol")
    }

    @Test("an error where TLS begins is the server's own: behind its INFO, or in answer to the handshake")
    func errorBeforeTLS() throws {
        let info = #"INFO {"version":"2.9.10","tls_required":true}"# + "\r\n"
        let error = "-ERR 'maximum connections exceeded'\r\n"
        for pieces in [[info + error], [info + "-ERR 'maximum conn", "ections exceeded'\r\n"]] {
            try check("app:hunter2hunter2@", within: 1000, scheme: "nats") { connection in
                for piece in pieces {
                    connection.write(piece)
                    Monotonic.sleep(0.05)
                }
                connection.holdSilently(within: 1)
            }.expect("too_many_connections")
        }
        try check("app:hunter2hunter2@", within: 1000, scheme: "nats") { connection in
            connection.write(info)
            _ = connection.read()
            connection.write(error)
            connection.holdSilently(within: 1)
        }.expect("too_many_connections")
    }

    @Test("its addresses have a login or a token, and nothing behind the port")
    func mistakes() throws {
        for (words, says) in [
            (["nats://h/1"], "path"), (["nats://h?tls=true"], "whom to trust"),
            (["nats://a:1,b:2"], "one host"),
            (["nats://:S3CRET@h"], "a token stands alone"),
            (["q=nats://h", "--set", "q.user=app"], "needs a password"),
            (["q=nats://h", "--set", "q.tls_first=true"], "write nats+tls://"),
            (["q=nats://h", "--set", "q.ca_file=/x"], "write nats+tls://"),
            (["q=nats://h", "--set", "q.jetstream=maybe"], "true or false"),
        ] {
            let finished = try Program.run(Program.waitfor, ["check"] + words)
            #expect(finished.exitCode == 125 && finished.errors.contains(says), "\(finished)")
        }
    }
}
