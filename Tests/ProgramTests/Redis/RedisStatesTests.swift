import TestSupport
import Testing

/// The states of a real Redis, by their names in `check`, and what
/// counts them as success.
struct RedisStatesTests {
    /// The words of a reply that the message must begin with: `NOAUTH `.
    private func expect(
        _ verdict: String, _ said: String, of state: ServerState,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let asked = try state.expect(verdict, sourceLocation: sourceLocation)
        #expect(asked.message.hasPrefix(said), "\(asked)", sourceLocation: sourceLocation)
    }

    @Test("Only PONG is ready; what is not started is refused, what is stopped is out of time (R-1)")
    func pong() throws {
        let server = try RedisServer()
        try ServerState(name: "redis: not started", target: server.target()).expect("refused")
        try server.start()
        let state = ServerState(name: "redis: PONG", target: server.target())
        try expect("ready", "PONG", of: state)
        #expect(try state.expect("ready").address == "127.0.0.1:\(server.port)")

        server.pause()
        let paused = ServerState(
            name: "redis: stopped by SIGSTOP", target: server.target(), options: ["-t", "400ms"])
        let asked = try paused.expect("timeout")
        #expect((0.38..<0.6).contains(asked.duration), "\(asked)")
        server.resume()
        try state.expect("ready")
        server.stop()
        try ServerState(name: "redis: killed", target: server.target()).expect("refused")
    }

    @Test("A server with a password: none is NOAUTH, the wrong one WRONGPASS, the right one PONG (R-8)")
    func password() throws {
        let server = try RedisServer.started(["requirepass": "secret"])
        try expect("auth", "NOAUTH ", of: ServerState(name: "redis: NOAUTH", target: server.target()))
        let wrong = ServerState(name: "redis: WRONGPASS", target: server.target(":wrong"))
        try expect("auth", "WRONGPASS ", of: wrong)
        #expect(try wrong.expect("auth").isPermanent)
        try ServerState(name: "redis: right password", target: server.target(":secret"))
            .expect("ready")
        try ServerState(
            name: "redis: right password", target: server.target(nil, "?password=secret")
        ).expect("ready")
        try ServerState(
            name: "redis: right password", target: server.target(),
            environment: ["REDISCLI_AUTH": "secret"]
        ).expect("ready")
        try ServerState(
            name: "redis: WRONGPASS", target: server.target(),
            environment: ["REDISCLI_AUTH": "wrong"]
        ).expect("auth")
        // Userinfo comes first.
        #expect(
            try Asked(server.target(":secret"), environment: ["REDISCLI_AUTH": "wrong"]).verdict == "ready")
        let directory = try TemporaryDirectory()
        let path = try directory.write("password", "secret\n")
        try ServerState(
            name: "redis: right password", target: server.target(),
            options: ["--password-file", path]
        ).expect("ready")
    }

    @Test("REDISCLI_AUTH counts for a single Redis target only")
    func ambientPasswordOfTwo() throws {
        let server = try RedisServer.started(["requirepass": "secret"])
        let targets = ["a=redis://127.0.0.1:\(server.port)", "b=redis://127.0.0.1:\(server.port)"]
        let environment = Program.minimalEnvironment.merging(["REDISCLI_AUTH": "secret"]) { $1 }
        let both = try Program.run(Program.waitfor, ["check"] + targets, environment: environment)
        #expect(both.exitCode == 1 && both.output.count(of: "not ready: auth: NOAUTH ") == 2, "\(both)")
        let one = try Program.run(
            Program.waitfor, ["check", targets[0], "tcp://127.0.0.1:\(server.port)"], environment: environment
        )
        #expect(one.exitCode == 0, "\(one)")
    }

    @Test("A password that nobody asked for is auth if the target named it, ready if it was ambient")
    func passwordNotConfigured() throws {
        let server = try RedisServer.started()
        try expect(
            "auth", "ERR AUTH ",
            of: ServerState(name: "redis: password not configured, named", target: server.target(":secret")))
        try expect(
            "ready", "PONG",
            of: ServerState(
                name: "redis: password not configured, ambient", target: server.target(),
                environment: ["REDISCLI_AUTH": "secret"]))
    }

    @Test("A user of an ACL logs in with name and password; without PING it is denied (NOPERM)")
    func accessControl() throws {
        let server = try RedisServer.started()
        server.command(["ACL", "SETUSER", "app", "on", ">secret", "~*", "+@all"])
        try server.createUserWithoutPing("mute", password: "secret")
        try ServerState(name: "redis: ACL user", target: server.target("app:secret")).expect("ready")
        try expect(
            "auth", "WRONGPASS ",
            of: ServerState(name: "redis: ACL user, wrong password", target: server.target("app:wrong")))
        try expect(
            "denied", "NOPERM ", of: ServerState(name: "redis: NOPERM", target: server.target("mute:secret")))
        try ServerState(
            name: "redis: ACL user, wrong name", target: server.target("nobody:secret")
        ).expect("auth")
    }

    @Test("A database other than 0 is selected first; one out of range is no_database (R-15)")
    func select() throws {
        let server = try RedisServer.started(["databases": "4"])
        try expect(
            "no_database", "ERR DB index is out of range",
            of: ServerState(name: "redis: DB index out of range", target: server.target(nil, "/4")))
        server.command(["CONFIG", "RESETSTAT"])
        try ServerState(name: "redis: PONG", target: server.target(nil, "/0")).expect("ready")
        #expect(!server.command(["INFO", "commandstats"]).contains("cmdstat_select"))
        try ServerState(name: "redis: PONG, database selected", target: server.target(nil, "/3"))
            .expect("ready")
        #expect(server.command(["INFO", "commandstats"]).contains("cmdstat_select:calls=1,"))
        #expect(try Asked(server.target(nil, "?db=4")).verdict == "no_database")
    }

    @Test("A server that loads is loading until it is done; liveness and --accept take it as it is")
    func loading() throws {
        let server = try RedisServer.loading(for: 60)
        let state = ServerState(name: "redis: LOADING", target: server.target())
        try expect("loading", "LOADING ", of: state)
        // AUTH and SELECT work while it loads: only PING tells.
        try ServerState(name: "redis: LOADING", target: server.target(nil, "/3"))
            .expect("loading")
        for options in [["--for", "liveness"], ["--accept", "loading"], ["--accept=busy,loading"]] {
            let asked = try Asked(server.target(), options: options)
            #expect(asked.verdict == "ready", "\(options): \(asked)")
            #expect(asked.message.hasPrefix("accepted loading: LOADING "), "\(options): \(asked)")
        }
        for options in [["--for", "readiness"], ["--accept", "busy"]] {
            #expect(try Asked(server.target(), options: options).verdict == "loading")
        }
        let only = try Asked(server.target(), options: ["--set", "cache.accept=loading"])
        #expect(only.verdict == "ready", "\(only)")

        let gate = try Program(Program.waitfor, ["-t", "30", server.target(), "--", "echo", "loaded"]).start()
        #expect(gate.waitUntil(within: 10) { $0.standardError.contains("cache: not ready: loading: ") })
        server.finishLoading()
        let finished = try gate.finish()
        #expect(finished.exitCode == 0 && finished.output == "loaded\n", "\(finished)")
    }

    @Test("A replica without its master is masterdown")
    func masterDown() throws {
        let server = try RedisServer.masterDown()
        let state = ServerState(name: "redis: MASTERDOWN", target: server.target())
        try expect("masterdown", "MASTERDOWN ", of: state)
        try expectAlive(state)
    }

    @Test("A server that could not save is misconf: it refuses PING like a write")
    func misconfigured() throws {
        let server = try RedisServer.misconfigured()
        let state = ServerState(name: "redis: MISCONF", target: server.target())
        try expect("misconf", "MISCONF ", of: state)
        try expectAlive(state)
    }

    @Test("A server that runs a script without end is busy")
    func busy() throws {
        let server = try RedisServer.busy()
        let state = ServerState(name: "redis: BUSY", target: server.target())
        try expect("busy", "BUSY ", of: state)
        try expectAlive(state)
    }

    @Test("A server whose clients take all places is too_many_connections, said before it is asked (R-4)")
    func clientsExhausted() throws {
        let server = try RedisServer.clientsExhausted()
        let state = ServerState(name: "redis: maxclients", target: server.target())
        // It closes right after its answer: which of both is seen first must not matter.
        for _ in 0..<20 { try expect("too_many_connections", "ERR max number of clients", of: state) }
        try expectAlive(state)
    }

    @Test("A protected server answers DENIED to whoever comes from elsewhere (R-4)")
    func denied() throws {
        let namespace = try Namespace()
        try namespace.addAddress("198.18.0.1")
        try namespace.run {
            let server = try RedisServer.protected(at: "198.18.0.1")
            let state = ServerState(
                name: "redis: DENIED", target: "cache=redis://198.18.0.1:\(server.port)")
            for _ in 0..<20 { try expect("denied", "DENIED ", of: state) }
            try expectAlive(state)
            #expect(try Asked(server.target()).verdict == "ready")
        }
    }

    @Test("Liveness does not take refusal or silence for life")
    func notAlive() throws {
        let server = try RedisServer()
        let options = ["--for", "liveness", "-t", "300ms"]
        #expect(try Asked(server.target(), options: options).verdict == "refused")
        try server.start()
        #expect(try Asked(server.target(), options: options).verdict == "ready")
        server.pause()
        #expect(try Asked(server.target(), options: options).verdict == "timeout")
        server.resume()
    }

    /// A server that speaks is alive, whatever it says: nobody should restart it.
    private func expectAlive(
        _ state: ServerState, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let asked = try Asked(state.target, options: ["--for", "liveness"])
        #expect(asked.verdict == "ready", "\(asked)", sourceLocation: sourceLocation)
    }
}
