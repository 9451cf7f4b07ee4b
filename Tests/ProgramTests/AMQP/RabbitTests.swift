import Glibc
import TestSupport
import Testing

/// One real RabbitMQ, from before its start to its end: it takes its seconds to start.
struct RabbitTests: ServerStateTests {
    let kind = "amqp"
    let targetName = "queue"

    @Test("RabbitMQ in its states, and what its log says of the probes")
    func states() throws {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["IP:127.0.0.1"])
        let server = try RabbitServer(pair)
        let (place, login) = ("127.0.0.1:\(server.port)", "app:s3cr3t%20pw")
        try expect("refused", "booting", "amqp://\(login)@\(place)")
        // The gate waits through the whole start.
        let gate = try Program.run(
            Program.waitfor, ["-t", "120s", "amqp://guest:guest@\(place)"], within: 130)
        #expect(gate.exitCode == 0, "\(gate)")
        try server.waitUntilUp()
        try server.evaluate(
            """
            rabbit_auth_backend_internal:add_user(<<"app">>, <<"s3cr3t pw">>, <<"test">>),
            rabbit_auth_backend_internal:add_user(<<"narrow">>, <<"n4rr0w pw">>, <<"test">>),
            rabbit_vhost:add(<<"shop">>, <<"test">>),
            rabbit_auth_backend_internal:set_permissions(<<"app">>, <<"/">>, <<".*">>, <<".*">>, <<".*">>, <<"test">>),
            rabbit_auth_backend_internal:set_permissions(<<"app">>, <<"shop">>, <<".*">>, <<".*">>, <<".*">>, <<"test">>),
            rabbit_auth_backend_internal:set_permissions(<<"narrow">>, <<"/">>, <<"">>, <<"">>, <<"">>, <<"test">>).
            """)
        try logins(server, place, login, trusting: authority)
        try quiet(server, place, login)
        try counted(server, place)
        try alarm(server, place, login)
        server.freeze()
        try expect("timeout", "stopped by SIGSTOP", "amqp://\(login)@\(place)")
    }

    private func logins(
        _ server: RabbitServer, _ place: String, _ login: String, trusting authority: Certificates
    ) throws {
        let said = "whether an alarm keeps publishers out was not asked"
        try expect("ready", "opens the vhost", "amqp://\(login)@\(place)", says: said)
        try expect("ready", "opens a vhost by its name", "amqp://\(login)@\(place)/shop", says: "vhost shop")
        let directory = try TemporaryDirectory()
        let file = try directory.write("password", "s3cr3t pw\n")
        try expect(
            "ready", "takes a password from a file", "amqp://\(place)",
            ["user=app", "password_file=\(file)", "vhost=shop"])
        let publish = ["level=publish"]
        try expect("ready", "takes a message", "amqp://\(login)@\(place)", publish, says: "takes messages")
        try expect(
            "ready", "opens the vhost over TLS", "amqps://\(login)@127.0.0.1:\(server.securePort)",
            ["ca_file=\(authority.authority)"])
        try expect("ready", "speaks AMQP", "amqp://\(place)", says: "login and vhost were not looked at")
        let wrong = try expect(
            "auth", "wrong password", "amqp://app:wr0ngwr0ng@\(place)", says: "403 ACCESS_REFUSED")
        #expect(wrong.isPermanent && !"\(wrong.finished)".contains("wr0ngwr0ng"))
        try expect(
            "no_database", "wrong vhost", "amqp://\(login)@\(place)/nope", says: "vhost nope not found")
        let narrow = "narrow:n4rr0w%20pw@\(place)"
        try expect("denied", "may not open the vhost", "amqp://\(narrow)/shop", says: "530 NOT_ALLOWED")
        try expect("denied", "may not publish", "amqp://\(narrow)", publish, says: "403 ACCESS_REFUSED")
        let plain = try Asked("queue=amqps://\(login)@\(place)")
        #expect(plain.verdict == "protocol" && plain.message.contains("does not speak TLS"), "\(plain)")
        let secure = try Asked("queue=amqp://\(login)@127.0.0.1:\(server.securePort)")
        #expect(["protocol", "closed"].contains(secure.verdict), "\(secure)")
    }

    /// Lines of the log that are more than information, each with its own head.
    private func complaints(_ server: RabbitServer) -> Int {
        lines(server.log).count { $0.contains(" [warning] ") || $0.contains(" [error] ") }
    }

    /// The number of complaints when it does not grow any more.
    private func settled(_ server: RabbitServer) -> Int {
        var (last, quiet) = (complaints(server), 0)
        while quiet < 5 {
            Monotonic.sleep(0.1)
            let now = complaints(server)
            (quiet, last) = (now == last ? quiet + 1 : 0, now)
        }
        return last
    }

    /// Not too fast: RabbitMQ drops lines of its log beyond 500 a second.
    private func quiet(_ server: RabbitServer, _ place: String, _ login: String) throws {
        let before = settled(server)
        // A probe at `publish` takes its time: five at once.
        for (level, targets) in [("login", 1), ("publish", 5)] {
            let names = (0..<targets).map { "q\($0)" }
            let finished = try Program.run(
                Program.waitfor,
                ["--success-threshold", "\(1000 / targets)", "-i", "5ms", "-t", "100s"]
                    + names.map { "\($0)=amqp://\(login)@\(place)" }
                    + names.flatMap { ["--set", "\($0).level=\(level)"] }, within: 110)
            #expect(finished.exitCode == 0, "\(finished)")
        }
        #expect(settled(server) == before, "\(server.log.suffix(3000))")
        #expect(server.log.count(of: "user 'app' authenticated") >= 2000)
    }

    /// Without a login each probe is a warning of two lines: the connection was closed, by the client.
    private func counted(_ server: RabbitServer, _ place: String) throws {
        let before = settled(server)
        let finished = try Program.run(
            Program.waitfor, ["--success-threshold", "20", "-i", "1ms", "-t", "30s", "amqp://\(place)"])
        #expect(finished.exitCode == 0, "\(finished)")
        #expect(finished.errors.contains("without a login each probe leaves a warning"), "\(finished)")
        #expect(settled(server) - before == 40, "\(server.log.suffix(3000))")
    }

    private func alarm(_ server: RabbitServer, _ place: String, _ login: String) throws {
        try server.evaluate("rabbit_alarm:set_alarm({{resource_limit, memory, node()}, []}).")
        let target = "amqp://\(login)@\(place)"
        let before = server.log.utf8.count
        try expect("ready", "an alarm, not asked about", target)
        let busy = try expect("busy", "an alarm at publish", target, ["level=publish"], says: "low on memory")
        #expect(busy.finished.output.contains("alarm"))
        for _ in 0..<9 {
            #expect(
                try Asked("queue=\(target)", options: ["--set", "queue.level=publish"]).verdict == "busy")
        }
        // It reads nothing of such a connection, and notices its end by the heartbeats all the same.
        var since: String { String(decoding: server.log.utf8.dropFirst(before), as: UTF8.self) }
        // docs/readiness.md has both: each probe is a warning, and an error in RabbitMQ 4, which names the process. That
        // its own processes end in disorder is another line of RabbitMQ's, now and then.
        let left =
            Distribution.name == "debian-12"
            ? "client unexpectedly closed TCP connection" : "> closing AMQP connection <"
        #expect(eventually(within: 30) { since.count(of: left) >= 10 }, "\(since)")
        #expect(since.count(of: left) == 10, "\(since)")
        try server.evaluate("rabbit_alarm:clear_alarm({resource_limit, memory, node()}).")
        let isOver = try eventually(within: 10) {
            try Asked("queue=\(target)", options: ["--set", "queue.level=publish"]).verdict == "ready"
        }
        #expect(isOver)
    }
}
