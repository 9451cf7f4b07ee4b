import Glibc
import TestSupport
import Testing

/// Real NATS servers, and peers that are none.
struct NATSTests: ServerStateTests {
    let kind = "nats"
    let targetName = "queue"

    private static let users = """
        authorization { users = [
          {user: app, password: "s3cr3t pw"}
          {user: narrow, password: "n4rr0w pw", permissions: {publish: ["orders"], subscribe: ["_INBOX.>"]}}
          {user: lone, password: "l0ne pw", permissions: {publish: ["orders"], subscribe: ["orders"]}}
        ] }
        """

    @Test("one that lets its client in is ready, also at its well-known port")
    func ready() throws {
        let server = try NATSServer()
        try expect("ready", "answers PING", "nats://127.0.0.1:\(server.port)", says: "PONG, NATS 2.")
        try Namespace().run {
            let usual = try NATSServer(port: 4222)
            for target in ["127.0.0.1:4222", "nats://localhost", "nats://127.0.0.1/"] {
                let check = try PeerCheck(target, within: 2000)
                check.expectReady()
                #expect(check.finished.output.contains(#""kind":"nats""#), "\(check.finished)")
            }
            withExtendedLifetime(usual) {}
        }
        #expect(!server.log.contains("[ERR]"), "\(server.log)")
    }

    @Test("a login is asked for, and refused or taken")
    func logins() throws {
        let (users, token) = (try NATSServer(Self.users), try NATSServer("authorization { token: t0ken }"))
        let place = "127.0.0.1:\(users.port)"
        let directory = try TemporaryDirectory()
        let file = try directory.write("password", "s3cr3t pw\n")
        try expect("ready", "takes user and password", "nats://app:s3cr3t%20pw@\(place)")
        try expect(
            "ready", "takes a password from a file", "nats://\(place)", ["user=app", "password_file=\(file)"])
        try expect("ready", "takes a token", "nats://t0ken@127.0.0.1:\(token.port)")
        try expect(
            "ready", "takes a token from a variable", "nats://127.0.0.1:\(token.port)",
            ["password_env=TOKEN"],
            environment: ["TOKEN": "t0ken"])
        for server in [users, token] { #expect(!server.log.contains("[ERR]"), "\(server.log)") }
        // Who has no login is not even counted among the errors of the log.
        try expect("auth", "wants a login", "nats://\(place)", says: "asks for a login")
        #expect(!users.log.contains("[ERR]"), "\(users.log)")
        let wrong = try expect(
            "auth", "wrong password", "nats://app:wr0ngwr0ng@\(place)", says: "Authorization")
        #expect(wrong.isPermanent && !"\(wrong.finished)".contains("wr0ngwr0ng"))
        try expect("auth", "wrong token", "nats://wr0ngwr0ng@127.0.0.1:\(token.port)", says: "Authorization")
        let open = try NATSServer(
            "no_auth_user: guest\naccounts { A { users = [{user: guest, password: x}] } }")
        try expect("ready", "lets a user in that nobody names", "nats://127.0.0.1:\(open.port)")
    }

    @Test("JetStream is asked where it is wanted")
    func jetStream() throws {
        let directory = try TemporaryDirectory()
        let streams = NATSServer.jetStream(in: directory)
        let on = try NATSServer(streams)
        let wanted = ["jetstream=true"]
        try expect(
            "ready", "JetStream answers", "nats://127.0.0.1:\(on.port)", wanted, says: "JetStream answers")
        let off = try NATSServer(Self.users)
        let (app, narrow) = ("app:s3cr3t%20pw", "narrow:n4rr0w%20pw")
        try expect(
            "starting", "JetStream is off", "nats://\(app)@127.0.0.1:\(off.port)", wanted, says: "JetStream")
        try expect(
            "denied", "may not ask JetStream", "nats://\(narrow)@127.0.0.1:\(off.port)", wanted,
            says: "Permissions Violation")
        // docs/readiness.md has these lines: one for each subject, as often as it is asked.
        #expect(eventually(within: 5) { off.log.count(of: "[ERR]") == 1 }, "\(off.log)")
        #expect(off.log.contains("Publish Violation"))
        let lone = "nats://lone:l0ne%20pw@127.0.0.1:\(off.port)"
        #expect(try Asked("queue=\(lone)", options: ["--set", "queue.jetstream=true"]).verdict == "denied")
        #expect(eventually(within: 5) { off.log.count(of: "[ERR]") == 3 }, "\(off.log)")
        try expect("ready", "JetStream is not wanted", "nats://\(narrow)@127.0.0.1:\(off.port)")
        let other = try NATSServer(
            "jetstream { store_dir: \(directory.file("other")) }\n"
                + "accounts { A { users = [{user: a, password: apassword}] }, B { jetstream: enabled, users = [{user: b, password: bpassword}] } }"
        )
        try expect(
            "config", "JetStream is not for this account", "nats://a:apassword@127.0.0.1:\(other.port)",
            wanted,
            says: "JetStream not enabled for account")
    }

    @Test("TLS begins behind INFO, or before it")
    func encrypted() throws {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["IP:127.0.0.1"])
        let client = try authority.sign("client", names: ["DNS:client"])
        let tls = "cert_file: \(pair.certificate), key_file: \(pair.key)"
        let server = try NATSServer("tls { \(tls) }\n\(Self.users)")
        let trusted = ["ca_file=\(authority.authority)"]
        let place = "app:s3cr3t%20pw@127.0.0.1:\(server.port)"
        try expect("ready", "TLS behind INFO", "nats+tls://\(place)", trusted)
        try expect(
            "tls", "TLS that nobody asked for, and an unknown issuer", "nats://\(place)", says: "issuer")
        let inTheClear = try NATSServer(Self.users)
        let plain = "nats+tls://app:s3cr3t%20pw@127.0.0.1:\(inTheClear.port)"
        try expect("tls", "no TLS where it is asked for", plain, says: "offers no TLS")
        #expect(!inTheClear.log.contains("User"), "\(inTheClear.log)")
        let verifying = try NATSServer(
            "tls { \(tls), ca_file: \(authority.authority), verify_and_map: true }\n"
                + #"authorization { users = [{user: "CN=client"}] }"#)
        let shown = trusted + ["cert_file=\(client.certificate)", "key_file=\(client.key)"]
        try expect("ready", "a client certificate", "nats+tls://127.0.0.1:\(verifying.port)", shown)
        let first = shown.prefix(1) + ["tls_first=true"]
        if NATSServer.version.lexicographicallyPrecedes([2, 10]) {
            // It cannot do so itself: something speaks TLS before it.
            let inner = try NATSServer()
            let front = try TLSFront(before: inner.port, pair)
            try expect("ready", "TLS before INFO", "nats+tls://127.0.0.1:\(front.port)", Array(first))
        } else {
            let itself = try NATSServer("tls { \(tls), handshake_first: true }")
            try expect("ready", "TLS before INFO", "nats+tls://127.0.0.1:\(itself.port)", Array(first))
        }
    }

    @Test("one that takes nobody has its reason")
    func states() throws {
        try expect("refused", "nothing listens", "nats://127.0.0.1:\(try FreePort.make())")
        let full = try NATSServer("max_connections: 1")
        let target = "nats://127.0.0.1:\(full.port)"
        // One that comes before the server has let another one go is refused itself.
        var clients: [IdleConnections] = []
        let isFull = try eventually(within: 10) {
            clients.append(try IdleConnections(1, port: full.port))
            return try Asked("queue=\(target)").verdict != "ready"
        }
        try #require(isFull)
        try expect("too_many_connections", "connections gone", target, says: "maximum connections exceeded")
        withExtendedLifetime(clients) {}
        let stopped = try NATSServer()
        stopped.send(SIGSTOP)
        try expect("timeout", "stopped by SIGSTOP", "nats://127.0.0.1:\(stopped.port)")
        let duck = try NATSServer("lame_duck_duration: 31s\nlame_duck_grace_period: 10s")
        let held = try IdleConnections(1, port: duck.port)
        duck.send(SIGUSR2)
        try #require(eventually(within: 10) { duck.log.contains("lame duck") })
        // It has closed its port: nobody gets to see the word.
        try expect("refused", "in lame duck mode", "nats://127.0.0.1:\(duck.port)")
        withExtendedLifetime(held) {}
    }

    @Test("a thousand probes with a login leave no warning and no error in its log")
    func quiet() throws {
        let directory = try TemporaryDirectory()
        let server = try NATSServer("\(Self.users)\n\(NATSServer.jetStream(in: directory))\ndebug: false")
        let before = server.log.count(of: "[WRN]")
        let place = "app:s3cr3t%20pw@127.0.0.1:\(server.port)"
        let finished = try Program.run(
            Program.waitfor,
            [
                "--success-threshold", "1000", "-i", "1ms", "-t", "60s", "a=nats://\(place)",
                "b=nats://\(place)",
                "--set", "b.jetstream=true",
            ], within: 70)
        #expect(finished.exitCode == 0, "\(finished)")
        #expect(!server.log.contains("[ERR]") && server.log.count(of: "[WRN]") == before, "\(server.log)")
    }
}
