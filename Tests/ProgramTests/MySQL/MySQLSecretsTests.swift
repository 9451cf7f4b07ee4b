import Synchronization
import TestSupport
import Testing

/// What a peer of MySQL's protocol is told and what is told of it, where passwords, users and certificates are at stake.
struct MySQLSecretsTests {
    private static let secret = "S3cr3tPassw0rd"

    @Test("a password that a peer repeats is not shown either where the last failure is said once more")
    func saidOnceMore() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("echo.sock")
        let server = try LoopbackServer(unixSocket: path) { connection in
            connection.write(FakeMySQL.greeting(plugin: "caching_sha2_password"))
            _ = connection.read(within: 2)
            connection.write(FakeMySQL.packet([1, 4], 2))
            let answer = connection.read(within: 2)
            connection.write(FakeMySQL.packet([1] + answer.dropFirst(4), 4))
            connection.holdSilently(within: 2)
        }
        defer { server.stop() }
        let gate = try Program(
            Program.waitfor,
            ["-t", "20s", "-v", "--set", "x.interval=20ms", "x=mysql+unix://a:\(Self.secret)@\(path)"]
        ).start()
        #expect(gate.waitUntil(within: 15) { $0.standardError.contains("asked every 10 s at most") })
        gate.stop()
        #expect(!gate.standardError.contains(Self.secret), "\(gate.standardError)")
    }

    /// Runs a check against a peer, and returns it with all that the peer has heard in answer to its greeting.
    private func heard(
        _ replies: [[UInt8]], greeting: [UInt8] = FakeMySQL.greeting(), userinfo: String = "app:\(secret)@",
        _ options: [String] = [], environment: [String: String] = Program.minimalEnvironment
    ) throws -> (check: PeerCheck, bytes: [UInt8]) {
        let heard = Mutex<[UInt8]>([])
        let directory = try TemporaryDirectory()
        let path = directory.file("mysql.sock")
        let server = try LoopbackServer(unixSocket: path) { connection in
            connection.write(greeting)
            for reply in replies {
                let bytes = connection.read(within: 2)
                heard.withLock { $0 += bytes }
                connection.write(reply)
            }
            let bytes = connection.read(within: 2)
            heard.withLock { $0 += bytes }
        }
        defer { server.stop() }
        let check = try PeerCheck(
            "x=mysql+unix://\(userinfo)\(path)", within: 1000, options, environment: environment)
        _ = eventually(within: 2) { heard.withLock { !$0.isEmpty } }
        return (check, heard.withLock { $0 })
    }

    @Test("once a way to log in was refused, no other one gets the password")
    func refusedOnce() throws {
        let replies = [
            FakeMySQL.change("dialog", 2), FakeMySQL.change("caching_sha2_password", 4),
            FakeMySQL.packet([1, 4], 6), FakeMySQL.error(1045, "no", 8),
        ]
        let (check, bytes) = try heard(replies)
        check.expect("auth")
        #expect(check.message.contains("the plugin dialog"), "\(check.finished)")
        #expect(!String(decoding: bytes, as: UTF8.self).contains(Self.secret))
        #expect(bytes.suffix(13) == [0, 0, 0, 3, 0, 0, 0, 5, 1, 0, 0, 7, 0], "\(bytes)")
    }

    @Test("a peer that lets in whom it got no password from has not checked one")
    func unchecked() throws {
        let (check, bytes) = try heard([FakeMySQL.change("dialog", 2), FakeMySQL.welcome(4)])
        check.expect("auth")
        // The farewell is in order.
        #expect(bytes.suffix(5) == [1, 0, 0, 0, 1], "\(bytes)")
    }

    @Test("a refusal in the greeting's place is about nobody's guess, and one of a sent login may be")
    func guesses() throws {
        for (number, reason) in [(1045, "auth"), (1049, "no_database"), (1044, "denied")] {
            let error = FakeMySQL.error(UInt16(number), "no", 0)
            try heard([], greeting: error, userinfo: "").check.expect(reason)
        }
        let refused = [FakeMySQL.error(1045, "no", 2)]
        let guess = try heard(refused, userinfo: "").check
        guess.expectReady()
        #expect(guess.finished.output.contains("(1045 access denied for root)"), "\(guess.finished)")
        let directory = try TemporaryDirectory()
        let file = try directory.write("pw", Self.secret)
        let options = ["--set", "x.level=ping", "--set", "x.password_file=\(file)"]
        try heard(refused, userinfo: "", options).check.expect("auth")
    }

    /// What a peer hears, and what is said of it, that answers an SSLRequest like this.
    private func answeringTLS(
        _ userinfo: String, _ options: [String] = [],
        _ answer: @escaping @Sendable (LoopbackConnection) -> Void
    ) throws -> (check: PeerCheck, bytes: [UInt8]) {
        let heard = Mutex<[UInt8]>([])
        let server = try LoopbackServer { connection in
            connection.write(FakeMySQL.greeting(offersTLS: true))
            let request = connection.read(within: 2)
            answer(connection)
            // The handshake may have come with the request.
            let rest = connection.read(within: 0.3)
            heard.withLock { $0 = request + rest }
        }
        defer { server.stop() }
        let check = try PeerCheck("x=mysql://\(userinfo)127.0.0.1:\(server.port)", within: 1000, options)
        _ = eventually(within: 3) { heard.withLock { !$0.isEmpty } }
        return (check, heard.withLock { $0 })
    }

    @Test(
        "an error in answer to a request for TLS is judged by its number, and nothing of a login follows it",
        arguments: [
            (1040, "too_many_connections"), (1129, "denied"), (1053, "shutting_down"),
            (1226, "too_many_connections"),
        ])
    func errorForTLS(number: Int, reason: String) throws {
        let error = FakeMySQL.error(UInt16(number), "as if \(number)", 2)
        for pieces in [[error], error.map { [$0] }, [Array(error.prefix(9)), Array(error.dropFirst(9))]] {
            for mode in ["PREFERRED", "REQUIRED"] {
                let (check, bytes) = try answeringTLS(
                    "app:\(Self.secret)@", ["--set", "x.ssl_mode=\(mode)"]
                ) { connection in
                    for piece in pieces {
                        connection.write(piece)
                        if pieces.count > 1 { Monotonic.sleep(0.005) }
                    }
                }
                check.expect(reason)
                #expect(check.message == "\(number) as if \(number)", "\(check.finished)")
                let said = String(decoding: bytes, as: UTF8.self)
                #expect(!said.contains("app") && !said.contains(Self.secret), "\(bytes)")
            }
        }
    }

    @Test("an error in answer to a request for TLS is about no guess, and what is none is another protocol")
    func noErrorForTLS() throws {
        try answeringTLS("") { $0.write(FakeMySQL.error(1045, "no", 2)) }.check.expect("auth")
        for answer in [FakeMySQL.welcome(2), [0xFF, 0xFF, 0xFF, 2, 0xFF, 1, 1], [3, 0, 0, 2, 0xFF, 1]] {
            try answeringTLS("") { $0.write(answer) }.check.expect(answer.count == 6 ? "closed" : "protocol")
        }
    }

    @Test("a demand for TLS has another advice where the server offers none than where nobody asked for it")
    func demandsTLS() throws {
        for (mode, offersTLS, advice) in [
            ("PREFERRED", false, "the server demands TLS and offers none: give it a certificate"),
            ("DISABLED", false, "set ssl_mode to REQUIRED or more"),
            ("DISABLED", true, "set ssl_mode to REQUIRED or more"),
        ] {
            let server = try LoopbackServer { connection in
                connection.write(FakeMySQL.greeting(offersTLS: offersTLS))
                _ = connection.read(within: 2)
                connection.write(FakeMySQL.error(3159, "insecure transport", 2))
                connection.holdSilently(within: 1)
            }
            defer { server.stop() }
            let finished = try Program.run(
                Program.waitfor,
                ["check", "--set", "x.ssl_mode=\(mode)", "x=mysql://app:pw@127.0.0.1:\(server.port)"])
            #expect(
                finished.output.contains("tls: 3159 insecure transport") && finished.output.contains(advice),
                "\(finished)")
        }
    }

    @Test("a user is named also if the password is the same word, or one of the server's")
    func sameWord() throws {
        for (user, password) in [("root", "root"), ("app", "(using password: YES)")] {
            let encoded = password.replacingSpaces
            let check = try heard(
                [FakeMySQL.error(1045, "Access denied for user (using password: YES)", 2)],
                userinfo: "\(user):\(encoded)@"
            ).check
            check.expect("auth")
            #expect(check.message == "1045 access denied for \(user)", "\(check.finished)")
        }
    }

    @Test("a certificate that is asked for is looked at before anything is forgiven")
    func validity() throws {
        let refused = [FakeMySQL.error(1045, "no", 2)]
        let options = ["--set", "x.min_validity=14d"]
        let (check, bytes) = try heard(refused, userinfo: "", options)
        check.expect("tls")
        #expect(check.message.contains("min_validity (336h)"), "\(check.finished)")
        #expect(!String(decoding: bytes, as: UTF8.self).contains("root"))
    }
}

extension String {
    fileprivate var replacingSpaces: String { split(separator: " ").joined(separator: "%20") }
}
