import TestSupport
import Testing

/// A server counts connections that nobody ends in order, and blocks a host that makes too many: from an address that
/// is no loopback, which the host cache does not know, with names that resolve.
struct HostBlockingTests: ServerStateTests {
    let kind = "mariadb"
    let targetName = "db"

    private static let address = "198.18.0.1"

    /// A server in a namespace with that address, which blocks after so many errors, and gives `body` its port.
    private func withServer(_ errors: Int, _ options: [String] = [], _ body: (MariaDBServer) throws -> Void)
        throws
    {
        let namespace = try Namespace(hosts: "127.0.0.1 localhost\n\(Self.address) client.test\n")
        try namespace.addAddress(Self.address)
        try namespace.run {
            let server = try MariaDBServer.started(
                ["--max-connect-errors=\(errors)"] + options, address: "0.0.0.0")
            try server.execute(
                "CREATE USER app@'%' IDENTIFIED BY 'secret'; CREATE USER app@'client.test' IDENTIFIED BY 'secret'"
            )
            try body(server)
        }
    }

    private func target(_ server: MariaDBServer, _ userinfo: String) -> String {
        "db=mysql://\(userinfo)@\(Self.address):\(server.port)"
    }

    @Test("A thousand refused logins block nobody, and six bare connections do")
    func thousand() throws {
        try withServer(5) { server in
            let gate = try Program(
                Program.waitfor,
                ["-t", "120", "-i", "1ms", "-v", "--log", "json", target(server, "app:wrong"), "--", "true"]
            ).start()
            let isDone = gate.waitUntil(within: 110) {
                $0.standardError.count(of: "\"reason\":\"auth\"") > 1000
            }
            #expect(isDone, "\(gate.standardError.suffix(500))")
            gate.stop()
            #expect(!gate.standardError.contains("1129 Host"))
            try expect("auth", "refused a thousand times", target(server, "app:wrong"), says: "1045 ")
            // No login in between has begun the count anew.
            for _ in 0..<6 { _ = try Asked("db=tcp://\(Self.address):\(server.port)") }
            let blocked = try expect("denied", "host blocked", target(server, "app:secret"), says: "1129 ")
            #expect(blocked.isPermanent)
            try server.execute("FLUSH HOSTS")
            try expect("ready", "host not blocked any more", target(server, "app:secret"))
        }
    }

    @Test(
        "A certificate that does not verify, one that ends soon, and no TLS where it is asked for block nobody"
    )
    func certificates() throws {
        let (authority, other) = (try Certificates(), try Certificates(name: "Other CA"))
        let pair = try authority.sign("server", names: ["DNS:db.test"])
        let tls = ["--ssl-cert=\(pair.certificate)", "--ssl-key=\(pair.key)"]
        try withServer(5, tls) { server in
            let app = target(server, "app:secret")
            for _ in 0..<4 {
                try expect(
                    "tls", "wrong authority, again", app,
                    ["ssl_mode=VERIFY_CA", "ca_file=\(other.authority)"])
                try expect(
                    "tls", "wrong name, again", app,
                    ["ssl_mode=VERIFY_IDENTITY", "ca_file=\(authority.authority)"])
                try expect("tls", "ends soon, again", app, ["min_validity=60d"])
            }
            try expect("ready", "after bad certificates", app)
        }
        // One makes a certificate for itself where it has none.
        try withServer(5, ["--skip-ssl"]) { server in
            let app = target(server, "app:secret")
            for _ in 0..<8 { try expect("tls", "no TLS, again", app, ["ssl_mode=REQUIRED"]) }
            try expect("ready", "after no TLS", app)
        }
    }

    @Test(
        "Two hundred attempts of a gate and of an agent with a bad certificate block nobody; bare connections do"
    )
    func twoHundred() throws {
        let (authority, other) = (try Certificates(), try Certificates(name: "Other CA"))
        let pair = try authority.sign("server", names: ["DNS:db.test"])
        let tls = ["--ssl-cert=\(pair.certificate)", "--ssl-key=\(pair.key)"]
        try withServer(100, tls) { server in
            let bad = ["--set", "db.ssl_mode=VERIFY_CA", "--set", "db.ca_file=\(other.authority)"]
            for words in [
                ["-t", "120", "-i", "1ms"],
                ["agent", "--listen", "127.0.0.1:8642", "--set", "db.interval=20ms"],
            ] {
                let asking = try Program(
                    Program.waitfor,
                    words + ["-v", "--log", "json"] + bad + [target(server, "app:secret")]
                ).start()
                let isDone = asking.waitUntil(within: 100) {
                    $0.standardError.count(of: "unknown issuer") > 200
                }
                #expect(isDone, "\(asking.standardError.suffix(500))")
                asking.stop()
                // Each has asked: none was cut, after which it would only have been said once more.
                #expect(!asking.standardError.contains("asked every 10 s"))
                #expect(!asking.standardError.contains("1129 Host"))
            }
            // No login in between has begun the count anew.
            #expect(try Asked(target(server, "app:wrong")).message.hasPrefix("1045 "))
            for _ in 0...100 { _ = try Asked("db=tcp://\(Self.address):\(server.port)") }
            #expect(try Asked(target(server, "app:secret")).message.hasPrefix("1129 "))
        }
    }

    @Test("A host of which no account may come is told so")
    func noAccount() throws {
        try withServer(5) { server in
            try server.execute("DROP USER app@'%', app@'client.test'; FLUSH PRIVILEGES")
            try expect("denied", "no account of the host", target(server, "app:secret"), says: "1130 ")
        }
    }

    @Test("A second address is dialled only when the first has failed")
    func noRace() throws {
        let namespace = try Namespace(
            hosts: "127.0.0.1 localhost\n198.18.0.1 both.test\n198.18.0.2 both.test\n")
        try namespace.addAddress("198.18.0.1")
        try namespace.addAddress("198.18.0.2")
        try namespace.run {
            let stuck = try FullBacklog(address: "198.18.0.1")
            let second = try LoopbackServer(address: "198.18.0.2", port: stuck.port) {
                $0.write(FakeMySQL.error(1040, "Too many connections", 0))
            }
            defer { second.stop() }
            let check = try PeerCheck("mysql://both.test:\(stuck.port)", within: 1000)
            check.expect("too_many_connections")
            // A race would have dialled it after 250 ms, and the first address has half of the time.
            let connected = FlatJSON(check.finished.output)["connect"].flatMap(Double.init) ?? 0
            #expect(connected > 0.45 && second.accepted == 1, "\(check.finished)")
        }
    }

    @Test("After twenty logins that were cut a server is asked every ten seconds, and the message says so")
    func gap() throws {
        let server = try LoopbackServer { connection in
            connection.write(FakeMySQL.greeting())
            connection.holdSilently(within: 20)
        }
        defer { server.stop() }
        let gate = try Program(
            Program.waitfor,
            [
                "-t", "14s", "-i", "10ms", "-v", "--log", "json", "--attempt-timeout", "50ms",
                "db=mysql://127.0.0.1:\(server.port)",
            ]
        ).run()
        #expect(
            gate.exitCode == 124 && gate.errors.contains("asked every 10 s at most"),
            "\(gate.errors.suffix(800))")
        // Twenty, and one for each ten seconds since.
        #expect((21...22).contains(server.accepted), "\(server.accepted)")
        // What asked nobody is no attempt.
        #expect(
            gate.errors.contains("\(server.accepted) attempts in 14s: timeout ×"),
            "\(gate.errors.suffix(800))")
    }
}
