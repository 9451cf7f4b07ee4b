import TestSupport
import Testing

/// Real gRPC servers, and a real proxy before one.
struct GRPCTests: ServerStateTests {
    let kind = "grpc"
    let targetName = "api"

    @Test("what the health service says of a service decides, in its own word")
    func health() throws {
        let server = try GRPCServer()
        let target = "grpc://127.0.0.1:\(server.port)"
        try expect("ready", "serving", target, says: "SERVING")
        try server.command("set SERVING orders.v1.Orders")
        try expect("ready", "a service serving", target + "/orders.v1.Orders", says: "SERVING")
        for (status, state) in [
            ("NOT_SERVING", "not serving"), ("UNKNOWN", "unknown"), ("SERVICE_UNKNOWN", "service unknown"),
        ] {
            try server.command("set \(status) orders.v1.Orders")
            let asked = try expect("busy", state, target + "/orders.v1.Orders", says: status)
            #expect(!asked.isPermanent)
        }
        let asked = try expect("missing", "no such service", target + "/none", says: "NOT_FOUND")
        #expect(!asked.isPermanent)
        try expect("ready", "the server while a service is not serving", target)
        try server.command("shutdown")
        try expect("busy", "draining", target, says: "NOT_SERVING")
        server.freeze()
        try expect("timeout", "stopped by SIGSTOP", target)
        server.stop()
        try expect("refused", "gone", target)
    }

    @Test("a call that fails has the reason of its status")
    func statuses() throws {
        let bare = try GRPCServer(isBare: true)
        let config = try expect(
            "config", "no health service", "grpc://127.0.0.1:\(bare.port)", says: "UNIMPLEMENTED")
        #expect(config.isPermanent)
        let server = try GRPCServer()
        let target = "grpc://127.0.0.1:\(server.port)"
        let directory = try TemporaryDirectory()
        let file = try directory.write("headers", "Authorization: Bearer ZeLy7XwJ9vKt\n", mode: 0o600)
        try server.command("token Bearer-ZeLy7XwJ9vKt")
        try expect("auth", "wants a token", target, says: "UNAUTHENTICATED: no “thank you”")
        try expect(
            "denied", "another token", target, ["header_file=\(file)"], says: "PERMISSION_DENIED")
        try directory.write("headers", "Authorization: Bearer-ZeLy7XwJ9vKt\nX-Other: 1\n", mode: 0o600)
        try expect("ready", "the token of a file", target, ["header_file=\(file)"])
        try expect("ready", "the token of a setting", target, ["headers=Authorization: Bearer-ZeLy7XwJ9vKt"])
        try server.command("abort UNAVAILABLE")
        try expect("busy", "unavailable", target, says: "UNAVAILABLE")
        try server.command("abort RESOURCE_EXHAUSTED")
        try expect("error", "exhausted", target, says: "RESOURCE_EXHAUSTED")
    }

    @Test("over TLS the certificate is verified, and a peer without TLS is named, or one that wants it")
    func tls() throws {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["IP:127.0.0.1", "DNS:api.test"])
        let server = try GRPCServer(certificate: pair)
        let trusted = ["ca_file=\(authority.authority)"]
        let target = "grpcs://127.0.0.1:\(server.port)"
        try expect("ready", "serving over TLS", target, trusted, says: "SERVING")
        try expect("ready", "TLS for another name", target, trusted + ["server_name=api.test"])
        try expect("tls", "another name than the certificate's", target, trusted + ["server_name=other.test"])
        try expect("tls", "an unknown authority", target, says: "unknown issuer")
        let began = Monotonic.seconds()
        try expect("closed", "TLS asked without", "grpc://127.0.0.1:\(server.port)")
        let plain = try GRPCServer()
        try expect(
            "protocol", "no TLS asked with", "grpcs://127.0.0.1:\(plain.port)", trusted,
            says: "does not speak TLS: it speaks HTTP/2 in the clear; write grpc://")
        #expect(Monotonic.seconds() - began < 2, "named at once, beside the start of a server")
    }

    @Test("a web server is named, be it HTTP/1.1 in the clear or over TLS")
    func webServers() throws {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["IP:127.0.0.1"])
        let nginx = try NginxServer("location / { return 200; }", certificate: pair)
        let plain = try expect(
            "protocol", "a web server", "grpc://127.0.0.1:\(nginx.port)",
            says: "it speaks HTTP/1.1 and no HTTP/2")
        let secure = try expect(
            "protocol", "a web server over TLS", "grpcs://127.0.0.1:\(nginx.securePort)",
            ["ca_file=\(authority.authority)"], says: "does not agree to HTTP/2 over it (ALPN h2)")
        #expect(plain.duration < 0.5 && secure.duration < 0.5, "\(plain) \(secure)")
    }

    @Test("a proxy passes the call on by its authority, and what it answers itself is told from gRPC")
    func proxy() throws {
        let server = try GRPCServer()
        let front = try FreePort.make()
        let nginx = try NginxServer(
            """
            location / { return 404; }
            }
            server { listen 127.0.0.1:\(front) http2 default_server; return 421; }
            server { listen 127.0.0.1:\(front) http2; server_name api.test;
              location / { grpc_pass grpc://127.0.0.1:\(server.port); }
            """)
        let target = "grpc://127.0.0.1:\(front)"
        try expect("ready", "behind a proxy", target, ["authority=api.test"], says: "SERVING")
        try expect("protocol", "another authority", target, says: "it answers HTTP 421 without gRPC")
        server.stop()
        try expect("busy", "a proxy without a server", target, ["authority=api.test"], says: "HTTP 502")
        withExtendedLifetime(nginx) {}
    }

    @Test("a Unix socket is asked by its path, and a service behind a colon")
    func socket() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("api.sock")
        let server = try GRPCServer(socket: path)
        try server.command("set NOT_SERVING orders")
        try expect("ready", "on a Unix socket", "grpc+unix://\(path)", says: "SERVING")
        try expect("busy", "a service on a Unix socket", "grpc+unix://\(path):/orders", says: "NOT_SERVING")
        withExtendedLifetime(server) {}
    }

    @Test("a thousand calls leave no word in the server's log")
    func quiet() throws {
        let server = try GRPCServer(
            environment: ["PATH": Program.searchPath, "GRPC_VERBOSITY": "INFO", "GRPC_TRACE": "http"])
        try server.command("set SERVING")
        let began = server.log.utf8.count
        let finished = try Program.run(
            Program.waitfor,
            [
                "-t", "60s", "-i", "1ms", "--success-threshold", "1000",
                "grpc://127.0.0.1:\(server.port)", "--", "/bin/true",
            ], within: 70)
        #expect(finished.exitCode == 0, "\(finished)")
        let lines = server.log.utf8.dropFirst(began).split(separator: UInt8(ascii: "\n")).map {
            String(decoding: $0, as: UTF8.self)
        }
        // The trace shows that they came at all.
        #expect(lines.count > 1000, "\(lines.count)")
        let complaints = lines.filter { $0.hasPrefix("E") || $0.hasPrefix("W") }
        #expect(complaints.isEmpty, "\(complaints.prefix(5))")
    }

    @Test("mistakes in its targets and settings are told before anything is asked")
    func mistakes() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("headers", "grpc-timeout: 1S\n")
        for (words, says) in [
            (["grpc://h"], "gRPC has no usual one"), (["grpcs://h/s"], "gRPC has no usual one"),
            (["grpc://u:p@h:1"], "a token goes into header_file"),
            (["grpc://h:1/s?ssl_x=1"], "cannot be dropped"),
            (["grpc+unix://h/s"], "a socket has no host"), (["grpc+unix:///s.sock:x"], "begins with a `/`"),
            (["grpc://h:1/%ff"], "UTF-8"),
            (["c=grpc://h:1", "--set", "c.headers=TE: x"], "none of the connection's or gRPC's own"),
            (["c=grpc://h:1", "--set", "c.header_file=\(file)"], "one of gRPC's own"),
            (["c=grpc://h:1", "--set", "c.authority=a b"], "a host name"),
            (["c=grpc://h:1", "--set", "c.ca_file=/x"], "write grpcs://"),
            (["c=grpc://h:1", "--set", "c.password=x"], "no setting of a grpc target"),
        ] {
            let finished = try Program.run(Program.waitfor, ["check"] + words)
            #expect(finished.exitCode == 125 && finished.errors.contains(says), "\(finished)")
        }
    }
}
