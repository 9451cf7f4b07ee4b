import Glibc
import TestSupport
import Testing

/// What reaches a terminal, a log, `docker inspect` or an endpoint is data: of whoever it comes.
struct HostileAgentTests {
    /// Whether there is nothing in it that a terminal obeys, and no line that is not its own.
    private func expectTame(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        for line in text.split(separator: "\n") {
            #expect(line.utf8.count < 1000, "\(line)", sourceLocation: sourceLocation)
            #expect(
                !line.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) },
                "\(text)", sourceLocation: sourceLocation)
        }
    }

    @Test("check --agent shows what an agent answers as printable lines, each at most 200 bytes")
    func agentsAnswer() throws {
        let long = String(repeating: "x", count: 5000)
        let lines = "[+]db \u{1B}[2J\u{7}\u{9B}31m\u{202E}ok\r\n\t[-]a\0b\r\(long)\n"
        let bodies: [(head: String, body: [UInt8], status: Int32)] = [
            ("HTTP/1.0 200 OK\r\n\r\n", Array(lines.utf8) + [0xFF, 0xFE, 0x0A], 0),
            ("HTTP/1.0 503 \u{1B}[31mno\r\n\r\n", Array(lines.utf8), 1),
            ("HTTP/1.0 404 \u{1B}[31mno\r\n\r\n", Array(lines.utf8), 1),
            ("HTTP/1.0 200 OK\r\n\u{1B}[31m\u{7}\r\n\r\n", [], 1), ("\u{1B}[31m\u{7}garbage\r\n", [], 1),
            ("HTTP/1.0 200 OK\r\nA: b\r\u{1B}[31m\r\n\r\n", [], 1),
        ]
        for (head, body, status) in bodies {
            try withLoopbackServer { connection in
                _ = connection.read()
                connection.write(Array(head.utf8) + body)
            } _: { server in
                let run = try Program.run(
                    Program.waitfor, ["check", "--agent=http://127.0.0.1:\(server.port)"])
                #expect(run.exitCode == status && !run.output.isEmpty, "\(run)")
                expectTame(run.output + run.errors)
                if status == 0 {
                    #expect(
                        run.output.hasPrefix("[+]db \\x1b[2J\\x07\\xc2\\x9b31m\\xe2\\x80\\xaeok\n"), "\(run)")
                    #expect(run.output.hasSuffix("…\n\\xff\\xfe\n"), "\(run)")
                    #expect(run.output.split(separator: "\n").allSatisfy { $0.utf8.count <= 200 }, "\(run)")
                }
            }
        }
    }

    @Test("a file or a socket may be called anything: it forges no line of a log, /readyz or the metrics")
    func hostileNames() throws {
        let directory = try TemporaryDirectory()
        let name = "a%0Awaitfor_ready%201%0A%5B+%5Ddb%20ok%1B%5B31m%22"
        let shown = "a\\x0awaitfor_ready\\x201\\x0a[\\x2b]db\\x20ok\\x1b[31m\\x22"
        for scheme in ["file", "unix", "redis+unix"] {
            let target = "\(scheme)://\(directory.path)/\(name)"
            let check = try Program.run(Program.waitfor, ["check", target])
            #expect(check.exitCode == 1 && check.output.hasPrefix("\(shown): not ready: missing"), "\(check)")
            #expect(check.output.count(of: "\n") == 1, "\(check)")
            for options in [[], ["--log", "json"]] {
                let gate = try Program.run(Program.waitfor, ["-t", "50ms", "-v"] + options + [target])
                #expect(gate.exitCode == 124, "\(gate)")
                expectTame(check.output + gate.errors)
                for line in gate.errors.split(separator: "\n") {
                    #expect(line.hasPrefix("waitfor: ") || line.hasPrefix("{\"ts\":"), "\(gate)")
                }
            }
            let port = try FreePort.make()
            let agent = try Program(Program.waitfor, ["agent", "--listen", "127.0.0.1:\(port)", target])
                .start()
            let place = HTTPPlace.port(port)
            #expect(eventually(within: 5) { ((try? place.get("/readyz").body) ?? "").contains("missing") })
            for path in ["/readyz?verbose", "/status", "/metrics", "/readyz/a%5Cx0a"] {
                let body = try place.get(path).body
                expectTame(body)
                #expect(!body.split(separator: "\n").contains { $0.hasPrefix("waitfor_ready 1") }, "\(body)")
                #expect(!body.split(separator: "\n").contains { $0.hasPrefix("[+]db") }, "\(body)")
            }
            #expect(FlatJSON(try place.get("/status").body).objects.contains { $0["name"] == shown })
            agent.stop()
            expectTame(agent.standardError)
        }
    }

    @Test("no target has the name of a check of the agent's own: refused where written, else the place")
    func takenNames() throws {
        for verb in [[], ["check"], ["agent"]] {
            let run = try Program.run(Program.waitfor, verb + ["shutdown=tcp://127.0.0.1:1"])
            #expect(run.exitCode == 125 && run.errors.contains("has this name"), "\(run)")
        }
        let server = try RedisServer.started()
        let url = "redis://127.0.0.1:\(server.port)"
        let port = try FreePort.make()
        let agent = try Program(
            Program.waitfor,
            ["agent", "--listen", "127.0.0.1:\(port)", "env:ping", "env:probes"],
            environment: Program.minimalEnvironment.merging(["ping": url, "probes": url]) { $1 }
        ).start()
        // Two targets with one place are told apart by names that somebody writes.
        #expect(
            agent.waitUntil(within: 5) {
                $0.standardError.contains("two targets are called redis:127.0.0.1:")
            })
        agent.stop()
        let other = try Program(
            Program.waitfor, ["agent", "--listen", "127.0.0.1:\(port)", "env:ping", "env:shutdown"],
            environment: Program.minimalEnvironment.merging(["ping": url, "shutdown": "file:///tmp"]) { $1 }
        ).start()
        defer { other.stop() }
        let place = HTTPPlace.port(port)
        let lines = ["[+]127.0.0.1:\(server.port) ok", "[+]file:shutdown ok", "[+]shutdown ok"]
        var body = ""
        let isAsExpected = eventually(within: 5) {
            body = (try? place.get("/readyz?verbose").body) ?? ""
            return body.split(separator: "\n").prefix(3).map(String.init) == lines
        }
        #expect(isAsExpected, "\(body)")
        let json = try place.get("/readyz", headers: ["Accept": "application/health+json"]).body
        #expect(json.count(of: "\"shutdown\":[") == 1, "\(json)")
    }

    @Test("60,000 variables in one another are a mistake at the start, and leave the old file at a reload")
    func deepVariables() throws {
        let deep = String(repeating: "${A:-", count: 60_000) + String(repeating: "}", count: 60_000)
        let yaml = "targets: {db: {tcp: \"127.0.0.1:1\", user: '\(deep)'}}\n"
        let directory = try TemporaryDirectory()
        try directory.write("deep.yaml", yaml)
        let check = try Program.run(Program.waitfor, ["config", "check", directory.file("deep.yaml")])
        #expect(check.exitCode == 125 && check.errors.contains("32 levels"), "\(check)")
        let agent = try AgentUnderTest("targets: {db: {tcp: \"127.0.0.1:1\"}}\n")
        try agent.rewrite(yaml)
        agent.program.send(SIGHUP)
        #expect(agent.program.waitUntil(within: 5) { $0.standardError.contains("the old one stays") })
        #expect(try agent.get("/livez").status == 200)
    }

    @Test("a first byte that begins no request is answered at once, and every answer has a date")
    func firstByte() throws {
        let agent = try AgentUnderTest("targets: {db: {tcp: \"127.0.0.1:1\"}}\n")
        for byte: UInt8 in [0x16, 0, 0x80, 0x7B] {
            let connection = try agent.place.connect()
            defer { connection.close() }
            let began = Monotonic.seconds()
            connection.write([byte])
            let reply = HTTPReply(connection.read(within: 5))
            #expect(reply.status == 400 && reply.fields["date"]?.hasSuffix(" GMT") == true, "\(reply)")
            #expect(Monotonic.seconds() - began < 1)
        }
        for path in ["/livez", "/readyz", "/none", "/metrics"] {
            let date = try agent.get(path).fields["date"] ?? ""
            let script =
                "import sys, email.utils, time; print(abs(email.utils.mktime_tz("
                + "email.utils.parsedate_tz(sys.argv[1])) - time.time()) < 5)"
            let run = try Program.run("/usr/bin/python3", ["-c", script, date])
            #expect(run.output == "True\n", "\(path) \(date) \(run)")
        }
    }

    @Test("a token among the arguments is told as a password is, and works")
    func tokenInArguments() throws {
        try withLoopbackServer { connection in
            let request = String(decoding: connection.read(), as: UTF8.self)
            let isLetIn = request.contains("\r\nAuthorization: Bearer s3cr3t-t0ken\r\n")
            connection.write("HTTP/1.1 \(isLetIn ? 200 : 401) x\r\nContent-Length: 0\r\n\r\n")
        } _: { server in
            let target = "api=http://127.0.0.1:\(server.port)/"
            let setting = "api.headers=Authorization: Bearer s3cr3t-t0ken"
            for verb in [["check"], ["-t", "2s"]] {
                let run = try Program.run(Program.waitfor, verb + [target, "--set", setting])
                #expect(run.exitCode == 0 && run.errors.contains("a token for api is an argument"), "\(run)")
                #expect(run.errors.contains("use header_file or env:NAME"), "\(run)")
                #expect(!(run.output + run.errors).contains("s3cr3t"), "\(run)")
            }
            let variable = try Program.run(
                Program.waitfor, ["check", target],
                environment: Program.minimalEnvironment.merging(["WAITFOR_CHECK_SET": setting]) { $1 })
            #expect(variable.exitCode == 0 && !variable.errors.contains("argument"), "\(variable)")
        }
    }
}
