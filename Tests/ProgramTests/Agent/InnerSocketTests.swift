import Glibc
import TestSupport
import Testing

/// Where an agent tells everything: at its abstract socket, to its own user.
struct InnerSocketTests {
    /// An agent on all addresses, one of whose targets fails with words of a server.
    private final class Open {
        let port: UInt16
        let agent: RunningProgram
        private let server: LoopbackServer

        init() throws {
            server = try LoopbackServer { connection in
                _ = connection.read()
                connection.write("-ERR hidden words\r\n")
            }
            port = try FreePort.make()
            let rhythm = ["--interval", "200ms", "--timeout", "1s", "--retries", "1", "--start-period", "0s"]
            agent = try Program(
                Program.waitfor,
                ["agent", "--listen", ":\(port)"] + rhythm
                    + ["words=redis://127.0.0.1:\(server.port)", "fine=dns:localhost"]
            ).start()
            let place = HTTPPlace.port(port)
            let isUp = eventually(within: 10) {
                let status = (try? place.get("/status").body) ?? ""
                return status.contains("unhealthy") && status.contains("\"healthy")
            }
            #expect(isUp, "\(agent.standardError)")
        }

        deinit { server.stop() }

        var name: String { "waitfor/:\(port)" }
        func check(_ arguments: String...) throws -> Finished {
            try Program.run(Program.waitfor, ["check", "--agent=127.0.0.1:\(port)"] + arguments)
        }
    }

    /// What curl is told at an abstract name, as another user if one is named.
    private func curl(_ name: String, _ path: String, by user: String? = nil) throws -> Finished {
        let become = user.map { "exec setpriv --reuid=\($0) --clear-groups " } ?? "exec "
        let line = "\(become)curl -sS --max-time 5 --abstract-unix-socket \(name) http://localhost\(path)"
        return try Program.run("/bin/sh", ["-c", line])
    }

    @Test("who has the agent's user is told everything beside it, and by TCP only what everybody is")
    func ownUser() throws {
        let open = try Open()
        let told = try curl(open.name, "/readyz?verbose")
        #expect(told.output.contains("hidden words"), "\(told)")
        for path in ["/status", "/status/words", "/readyz?verbose", "/history"] {
            let body = try HTTPPlace.port(open.port).get(path).body
            #expect(body.contains("words") && !body.contains("hidden"), "\(body)")
        }
        let check = try open.check("words")
        #expect(check.exitCode == 1 && check.output.contains("hidden words"), "\(check)")
        open.agent.stop()
        #expect(try curl(open.name, "/livez").exitCode == 7, "nobody is there any more")
    }

    @Test("another user is told nothing at the socket, and what everybody is by check --agent")
    func otherUser() throws {
        let open = try Open()
        for user in ["65534", "12345"] {
            for path in ["/livez", "/status"] {
                let refused = try curl(open.name, path, by: user)
                #expect(refused.output.isEmpty && [7, 52, 56].contains(refused.exitCode), "\(refused)")
            }
            let check = try Program.run(
                "/bin/sh",
                [
                    "-c",
                    "cd /; exec setpriv --reuid=\(user) --clear-groups \(Program.waitfor) check --agent=127.0.0.1:\(open.port) words",
                ])
            #expect(check.exitCode == 1 && check.output.contains("words: unhealthy"), "\(check)")
            #expect(!check.output.contains("hidden"), "\(check)")
        }
        // Refusals keep nobody waiting.
        let flood = try Program(
            "/bin/sh",
            [
                "-c",
                "exec setpriv --reuid=12345 --clear-groups /usr/bin/python3 -c 'import socket\nwhile 1:\n s = socket.socket(socket.AF_UNIX)\n try: s.connect(\"\\0\(open.name)\")\n except OSError: pass\n s.close()'",
            ]
        ).start()
        defer { flood.stop() }
        for _ in 0..<20 {
            let began = Monotonic.seconds()
            #expect(try HTTPPlace.port(open.port).get("/livez").status == 200)
            #expect(Monotonic.seconds() - began < 2)
        }
        #expect(flood.finished == nil, "\(flood.standardError)")
    }

    @Test("who comes from 127.0.0.1 by nginx's proxy_pass is told what everybody is")
    func proxied() throws {
        let open = try Open()
        let nginx = try NginxServer("location / { proxy_pass http://127.0.0.1:\(open.port); }")
        for path in ["/status", "/status/words", "/readyz?verbose", "/readyz/words", "/history", "/metrics"] {
            let body = try HTTPPlace.port(nginx.port).get(path).body
            #expect(body.contains("words") || body.contains("unavailable"), "\(path): \(body)")
            #expect(!body.contains("hidden") && !body.contains("127.0.0.1"), "\(path): \(body)")
        }
    }

    @Test(
        "who has taken the agent's name with another user is not believed, and keeps the agent from nothing")
    func squatter() throws {
        let port = try FreePort.make()
        let liar = try Program(
            "/bin/sh",
            [
                "-c",
                """
                exec setpriv --reuid=12345 --clear-groups /usr/bin/python3 -c '
                import socket
                s = socket.socket(socket.AF_UNIX)
                s.bind("\\0waitfor/127.0.0.1:\(port)")
                s.listen()
                print("up", flush=True)
                while True:
                    c, _ = s.accept()
                    try:
                        print("asked", c.recv(9999), flush=True)
                        c.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\nok")
                    except OSError:
                        pass
                    c.close()'
                """,
            ]
        ).start()
        defer { liar.stop() }
        #expect(liar.waitUntil(within: 10) { $0.standardOutput.contains("up") }, "\(liar.standardError)")
        let nobody = try Program.run(Program.waitfor, ["check", "--agent=127.0.0.1:\(port)"])
        #expect(nobody.exitCode == 1 && nobody.output.contains("refused"), "\(nobody)")
        let agent = try Program(
            Program.waitfor, ["agent", "--listen", "127.0.0.1:\(port)", "down=tcp://127.0.0.1:1"]
        ).start()
        defer { agent.stop() }
        #expect(eventually(within: 10) { (try? HTTPPlace.port(port).get("/livez").status) == 200 })
        let warning = "not listening for its own user at @waitfor/127.0.0.1:\(port): the address is in use"
        #expect(agent.standardError.count(of: warning) == 1, "\(agent.standardError)")
        let check = try Program.run(Program.waitfor, ["check", "--agent=127.0.0.1:\(port)", "down"])
        #expect(check.exitCode == 1 && check.output.contains("connection refused"), "\(check)")
        #expect(!liar.standardOutput.contains("GET"), "it was asked: \(liar.standardOutput)")
    }

    @Test("check --agent NAME asks for one target, and says which one may be meant where there is none")
    func oneTarget() throws {
        let open = try Open()
        let fine = try open.check("fine")
        #expect(fine.exitCode == 0 && fine.output.hasPrefix("fine: healthy for "), "\(fine)")
        #expect(fine.output.count(of: "\n") == 1 && fine.errors.isEmpty, "\(fine)")
        let words = try open.check("words", "--fail-code", "7")
        #expect(words.exitCode == 7 && words.output.hasPrefix("words: unhealthy for "), "\(words)")
        let wrong = try open.check("word")
        #expect(wrong.exitCode == 125 && wrong.output.isEmpty, "\(wrong)")
        let hint = "waitfor: the agent has no target `word`; did you mean `words`?"
        #expect(wrong.errors.hasPrefix(hint) && wrong.errors.count(of: "\n") == 1, "\(wrong)")
        let quiet = try open.check("words", "-q")
        #expect(quiet.exitCode == 1 && quiet.output.isEmpty && quiet.errors.isEmpty, "\(quiet)")
    }

    @Test("check --agent --output json is the agent's report, at most 4096 bytes of it")
    func json() throws {
        let open = try Open()
        let all = try open.check("--output", "json")
        #expect(all.exitCode == 1 && all.output.count(of: "\n") == 1, "\(all)")
        let targets = FlatJSON(all.output).objects.filter { $0["name"] != nil }
        #expect(targets.map { $0["name"] } == ["words", "fine"], "\(all)")
        #expect(targets.first?["message"]?.contains("hidden words") == true, "\(all)")
        let one = try open.check("fine", "--output=json")
        #expect(one.exitCode == 0 && one.output.hasPrefix("{\"version\":1,\"ready\":true,"), "\(one)")
        let many = try AgentUnderTest(
            "targets:\n" + (0..<50).map { "  t\($0): {tcp: \"127.0.0.1:1\"}\n" }.joined())
        let short = try Program.run(
            Program.waitfor, ["check", "--agent=127.0.0.1:\(many.port)", "--output", "json"])
        #expect(short.output.utf8.count <= 4096 && short.output.contains("\"omitted\":"), "\(short)")
        #expect(try HTTPPlace.port(many.port).get("/status").body.utf8.count > 4096)
    }
}
