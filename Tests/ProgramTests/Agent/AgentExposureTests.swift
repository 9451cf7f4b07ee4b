import TestSupport
import Testing

/// What other machines are told: names, states, reasons and times.
struct AgentExposureTests {
    @Test(
        "A listener for others shows no address, user, database or server text, anywhere; with expose it does"
    )
    func exposure() throws {
        let namespace = try Namespace(hosts: "127.0.0.1 localhost\n198.18.7.7 secret-host\n")
        try namespace.addAddress("198.18.7.7")
        try namespace.run {
            let wrong = try LoopbackServer(address: "198.18.7.7") { connection in
                _ = connection.read()
                connection.write("-ERR hidden words of a server\r\n")
            }
            defer { wrong.stop() }
            let postgres = try PostgresServer.started()
            let ports = (try FreePort.make(), try FreePort.make(), try FreePort.make())
            let directory = try TemporaryDirectory()
            try directory.write(
                "waitfor.yaml",
                """
                listen: ["198.18.7.7:\(ports.0)", "127.0.0.1:\(ports.1)"]
                defaults: {interval: 200ms, timeout: 1s, retries: 1, start_period: 0s}
                targets:
                  words: {redis: "redis://hiddenuser:hiddenpassword@secret-host:\(wrong.port)/7"}
                  db: {postgres: "postgres://hiddenuser@127.0.0.1:\(postgres.port)/hiddendatabase", level: query}
                  none: {tcp: "secret-host:1", optional: true}

                """)
            let arguments = ["agent", "-c", directory.file("waitfor.yaml")]
            let agent = try Program(Program.waitfor, arguments).start()
            let (outside, inside) = (HTTPPlace.address("198.18.7.7", ports.0), HTTPPlace.port(ports.1))
            #expect(
                eventually(within: 10) {
                    (try? inside.get("/status").body.count(of: "\"state\":\"unhealthy\"")) == 3
                })
            try expectNothing(at: outside, ports: [wrong.port, postgres.port])
            let told = try inside.get("/readyz?verbose").body
            #expect(told.contains("hidden words of a server") && told.contains("hiddenuser"), "\(told)")
            agent.send(15)
            #expect(try agent.finish().exitCode == 0)

            let open = try Program(Program.waitfor, arguments + ["--expose", "full"]).start()
            #expect(
                eventually(within: 10) {
                    (try? outside.get("/readyz?verbose").body.contains("hidden words of a server")) == true
                })
            open.send(15)
            #expect(try open.finish().exitCode == 0)

            // All addresses of both families are others' as well.
            let all = try Program(
                Program.waitfor, arguments + ["--listen", ":\(ports.2)"]
            ).start()
            for place in [
                HTTPPlace.address("198.18.7.7", ports.2), .address("127.0.0.1", ports.2),
                .address("::1", ports.2),
            ] {
                #expect(
                    eventually(within: 10) {
                        (try? place.get("/status").body.count(of: "\"state\":\"unhealthy\"")) == 3
                    })
                try expectNothing(at: place, ports: [wrong.port, postgres.port])
            }
            all.send(15)
            #expect(try all.finish().exitCode == 0)
        }
    }

    @Test(
        "a loopback address tells nothing to who calls it by a name that is not its own; others answer to any"
    )
    func rebinding() throws {
        let namespace = try Namespace()
        try namespace.addAddress("198.18.7.7")
        try namespace.run {
            let directory = try TemporaryDirectory()
            let (inside, outside) = (try FreePort.make(), try FreePort.make())
            let socket = directory.file("agent.sock")
            try directory.write(
                "waitfor.yaml",
                """
                listen: ["127.0.0.1:\(inside)", "[::1]:\(inside)", "198.18.7.7:\(outside)", "unix:\(socket)"]
                allowed_hosts: [agent.internal]
                targets: {hidden: {tcp: "127.0.0.1:\(inside)"}}

                """)
            let file = directory.file("waitfor.yaml")
            let agent = try Program(Program.waitfor, ["agent", "-c", file]).start()
            defer { agent.send(9) }
            let loopback: [HTTPPlace] = [.port(inside), .address("::1", inside)]
            #expect(
                eventually(within: 10) { loopback.allSatisfy { (try? $0.get("/readyz").status) == 200 } })
            for path in ["/", "/livez", "/readyz/hidden", "/status", "/metrics"] {
                for place in loopback {
                    let told = try place.get(path, headers: ["Host": "rebound.example:\(inside)"])
                    #expect(told.status == 421 && !told.body.contains("hidden"), "\(told)")
                    for host in ["Agent.Internal", "localhost:\(inside)", "127.0.0.1", "[::1]"] {
                        #expect(try place.get(path, headers: ["Host": host]).status == 200, "\(path)")
                    }
                }
                for place in [HTTPPlace.address("198.18.7.7", outside), .socket(socket)] {
                    #expect(try place.get(path, headers: ["Host": "any.example"]).status == 200, "\(path)")
                }
            }
            let check = try Program.run(Program.waitfor, ["check", "--agent=127.0.0.1:\(inside)"])
            #expect(check.exitCode == 0, "\(check)")
        }
    }

    private func expectNothing(at place: HTTPPlace, ports: [UInt16]) throws {
        let health = ["Accept": "application/health+json"]
        for (path, headers) in [
            ("/", [:]), ("/readyz", [:]), ("/readyz?verbose", [:]), ("/readyz?exclude=words", [:]),
            ("/readyz/words", [:]), ("/readyz/db", [:]), ("/healthz/none", [:]), ("/startupz?verbose", [:]),
            ("/livez?verbose", [:]), ("/healthz", health), ("/readyz", health), ("/startupz", health),
            ("/status", [:]), ("/metrics", [:]), ("/nonsense", [:]), ("/readyz/nonsense", [:]),
            ("/metrics", ["Accept": "application/openmetrics-text"]),
        ] {
            let body = try place.get(path, headers: headers).body
            #expect(!body.isEmpty)
            for word in ["hidden", "secret-host", "198.18.", "127.0.0.1", "FATAL", "ERR"] {
                #expect(!body.contains(word), "\(path) \(headers) has \(word): \(body)")
            }
            for port in ports { #expect(!body.contains("\(port)"), "\(path) has a port: \(body)") }
        }
        // Names, states and reasons stay.
        let verdict = try place.get("/readyz").body
        #expect(
            verdict.contains("[-]words failed: error\n") && verdict.contains("[-]db failed:"), "\(verdict)")
    }
}
