import Glibc
import TestSupport
import Testing

/// An agent from its start to its end: signals, addresses, files.
struct RunningAgentTests {
    private static let fast = "defaults: {interval: 200ms, timeout: 200ms, retries: 1, start_period: 0s}\n"

    private func withRedis(_ body: (RedisServer, String) throws -> Void) throws {
        let server = try RedisServer.started()
        try body(server, Self.fast + "targets:\n  cache: {redis: redis://127.0.0.1:\(server.port)}\n")
    }

    @Test("SIGTERM ends it with 0, probes in flight and all; so does SIGINT")
    func termination() throws {
        let silent = try LoopbackServer { $0.holdSilently() }
        defer { silent.stop() }
        for signal in [SIGTERM, SIGINT] {
            let accepted = silent.accepted
            let agent = try AgentUnderTest("targets:\n  db: {redis: redis://127.0.0.1:\(silent.port)}\n")
            // Nobody answers it: from here on it is in flight for the 3 s that it may take.
            #expect(eventually(within: 5) { silent.accepted == accepted + 1 })
            let began = Monotonic.seconds()
            #expect(try agent.stop(signal).exitCode == 0)
            #expect(Monotonic.seconds() - began < 0.5)
        }
    }

    @Test("During the shutdown delay /readyz is 503 and /livez is 200; a second SIGTERM ends it at once")
    func shutdownDelay() throws {
        try withRedis { _, yaml in
            let agent = try AgentUnderTest("shutdown_delay: 30s\n" + yaml)
            try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 5)
            agent.program.send(SIGTERM)
            #expect(eventually(within: 2) { (try? agent.get("/readyz").status) == 503 })
            let verdict = try agent.get("/readyz")
            #expect(verdict.body.contains("[-]shutdown failed: process is shutting down"), "\(verdict)")
            #expect(try agent.get("/readyz/cache").status == 200)
            #expect(try agent.get("/livez").status == 200)
            #expect(try agent.metric("waitfor_ready") == 0)
            let began = Monotonic.seconds()
            #expect(try agent.stop().exitCode == 0)
            #expect(Monotonic.seconds() - began < 0.5)
            let short = try AgentUnderTest(yaml, ["--shutdown-delay", "400ms"])
            let start = Monotonic.seconds()
            #expect(try short.stop().exitCode == 0)
            #expect((0.4..<1.2).contains(Monotonic.seconds() - start))
        }
    }

    @Test("An address in use, or not of this machine, is one line that names it, and 125")
    func addresses() throws {
        let taken = try LoopbackServer { $0.holdSilently() }
        defer { taken.stop() }
        for (address, word) in [("127.0.0.1:\(taken.port)", "in use"), ("198.51.100.1:8642", "not have")] {
            let run = try Program.run(Program.waitfor, ["agent", "--listen", address, "db:5432"])
            #expect(run.exitCode == 125, "\(run)")
            #expect(run.errors.contains("cannot listen on \(address)") && run.errors.contains(word), "\(run)")
            #expect(run.errors.count(of: "\n") == 1, "\(run)")
        }
    }

    @Test("Several addresses: TCP and a Unix socket of mode 0660, which goes with the agent")
    func severalAddresses() throws {
        try withRedis { server, _ in
            let directory = try TemporaryDirectory()
            let (port, path) = (try FreePort.make(), directory.file("agent.sock"))
            let arguments = [
                "agent", "--listen", "127.0.0.1:\(port)", "--listen", "unix:\(path)", "-i", "200ms",
                "cache=redis://127.0.0.1:\(server.port)",
            ]
            let agent = try Program(Program.waitfor, arguments).start()
            for place in [HTTPPlace.port(port), .socket(path)] {
                #expect(eventually(within: 5) { (try? place.get("/readyz").status) == 200 })
            }
            var information = stat()
            #expect(lstat(path, &information) == 0 && information.st_mode & 0o7777 == 0o660)
            // Killed, it leaves the socket behind, and the next one takes it over.
            agent.stop()
            #expect(access(path, F_OK) == 0)
            let next = try Program(Program.waitfor, arguments).start()
            #expect(eventually(within: 5) { (try? HTTPPlace.socket(path).get("/readyz").status) == 200 })
            // One that is alive keeps it.
            let third = try Program.run(Program.waitfor, ["agent", "--listen", "unix:\(path)", "db:5432"])
            #expect(third.exitCode == 125 && third.errors.contains("another agent"), "\(third)")
            next.send(SIGTERM)
            #expect(try next.finish().exitCode == 0)
            #expect(access(path, F_OK) != 0)
        }
    }

    @Test(
        "The file of a Unix socket that somebody removed is said, and made anew; another one in its place stays"
    )
    func socketFileRemoved() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("agent.sock")
        let agent = try Program(
            Program.waitfor, ["agent", "--listen", "unix:\(path)", "x=exec:true"]
        ).start()
        let place = HTTPPlace.socket(path)
        #expect(eventually(within: 5) { (try? place.get("/readyz").status) == 200 })
        for round in 1...2 {
            unlink(path)
            #expect(eventually(within: 5) { (try? place.get("/readyz").status) == 200 })
            #expect(
                agent.waitUntil(within: 5) {
                    $0.standardError.count(of: "\(path): its file was gone, and was made anew") == round
                }, "\(agent.standardError)")
        }
        var information = stat()
        #expect(lstat(path, &information) == 0 && information.st_mode & 0o7777 == 0o660)
        unlink(path)
        try directory.write("agent.sock", "precious")
        #expect(
            agent.waitUntil(within: 5) { $0.standardError.contains("cannot be made anew: there is a file") })
        Monotonic.sleep(2.2)
        // A look that comes between the two calls before finds the address in use, and says that.
        let said = agent.standardError.count(of: "cannot be made anew: there is a file")
        #expect(said == 1 && readText(path) == "precious", "\(agent.standardError)")
        unlink(path)
        #expect(eventually(within: 5) { (try? place.get("/readyz").status) == 200 })
        agent.send(SIGTERM)
        #expect(try agent.finish().exitCode == 0)
        #expect(access(path, F_OK) != 0)
    }

    @Test("A file that is no socket is not touched")
    func foreignFile() throws {
        let directory = try TemporaryDirectory()
        try directory.write("precious", "data")
        let path = directory.file("precious")
        let run = try Program.run(Program.waitfor, ["agent", "--listen", "unix:\(path)", "db:5432"])
        #expect(run.exitCode == 125 && run.errors.contains("no socket"), "\(run)")
        #expect(readText(path) == "data")
    }

    @Test("The ready file is there while ready, is touched, and goes with the state, SIGTERM and a restart")
    func readyFile() throws {
        try withRedis { server, yaml in
            let directory = try TemporaryDirectory()
            let path = directory.file("ready")
            // From before a crash: gone before the first probe.
            try directory.write("ready", "")
            server.pause()
            let agent = try AgentUnderTest("ready_file: \(path)\n" + yaml)
            #expect(access(path, F_OK) != 0)
            server.resume()
            #expect(eventually(within: 5) { access(path, F_OK) == 0 })
            var before = stat()
            #expect(stat(path, &before) == 0)
            #expect(
                eventually(within: 3) {
                    var now = stat()
                    return stat(path, &now) == 0 && now.st_mtim.tv_sec > before.st_mtim.tv_sec
                })
            server.stop()
            #expect(eventually(within: 5) { access(path, F_OK) != 0 })
            try server.start()
            #expect(eventually(within: 5) { access(path, F_OK) == 0 })
            #expect(access(path + ".new", F_OK) != 0)
            #expect(try agent.stop().exitCode == 0)
            #expect(access(path, F_OK) != 0)
            // A mistake in the configuration must not leave an old one either.
            try directory.write("ready", "")
            let run = try Program.run(
                Program.waitfor, ["agent", "--ready-file", path, "-c", directory.file("none.yaml")])
            #expect(run.exitCode == 125 && access(path, F_OK) != 0, "\(run)")
        }
    }

    @Test("A link where the ready file is prepared is not followed")
    func readyFileLink() throws {
        try withRedis { _, yaml in
            let directory = try TemporaryDirectory()
            let path = directory.file("ready")
            try directory.write("precious", "data")
            #expect(symlink(directory.file("precious"), path + ".new") == 0)
            #expect(symlink(directory.file("precious"), path) == 0)
            let agent = try AgentUnderTest("ready_file: \(path)\n" + yaml)
            var information = stat()
            #expect(
                eventually(within: 5) {
                    lstat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFREG
                })
            #expect(readText(directory.file("precious")) == "data")
            _ = try agent.stop()
        }
    }

    @Test("check --agent: ready, not ready, live, nobody there; by TCP, by socket, by the configuration")
    func checkAgent() throws {
        try withRedis { server, yaml in
            let agent = try AgentUnderTest(yaml)
            func check(_ arguments: String...) throws -> Finished {
                try Program.run(Program.waitfor, ["check"] + arguments)
            }
            let url = "--agent=http://127.0.0.1:\(agent.port)"
            try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 5)
            let ready = try check(url)
            #expect(ready.exitCode == 0, "\(ready)")
            #expect(ready.output == "[+]cache ok\n[+]shutdown ok\nreadyz check passed\n", "\(ready)")
            #expect(try check("--agent=127.0.0.1:\(agent.port)").exitCode == 0)
            #expect(try check("--agent", "-c", agent.path).exitCode == 0)
            server.stop()
            try agent.expect("cache", "unhealthy", reason: "refused", isReady: false, within: 5)
            let unready = try check("--agent", "-c", agent.path)
            #expect(
                unready.exitCode == 1 && unready.output.contains("[-]cache failed: refused"), "\(unready)")
            #expect(try check(url, "--for", "liveness").exitCode == 0)
            // A file that has gone bad is the agent's to report: it goes on with the old one.
            try agent.rewrite("targets: {cache: {redis: ''}}\n")
            #expect(try check("--agent", "-c", agent.path, "--for", "liveness").exitCode == 0)
            _ = try agent.stop()
            let nobody = try check(url)
            #expect(nobody.exitCode == 1 && nobody.output.contains("refused"), "\(nobody)")
            #expect(nobody.errors.isEmpty && nobody.output.count(of: "\n") == 1, "\(nobody)")
        }
        let other = try LoopbackServer { connection in
            _ = connection.read()
            connection.write("HTTP/1.1 404 Not Found\r\n\r\n")
        }
        defer { other.stop() }
        let foreign = try Program.run(
            Program.waitfor, ["check", "--agent=http://127.0.0.1:\(other.port)"])
        #expect(foreign.exitCode == 1 && foreign.output.contains("404"), "\(foreign)")
    }
}
