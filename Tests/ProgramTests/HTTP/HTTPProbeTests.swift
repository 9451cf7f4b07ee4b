import TestSupport
import Testing

/// HTTP against a real nginx: over TCP, over a Unix socket, over TLS.
struct HTTPProbeTests: ServerStateTests {
    private static let locations = """
            location = / { return 200 "front\\n"; }
            location = /ready { return 200 "all is ready\\n"; }
            location = /busy { return 503 "busy\\n"; }
            location = /moved { return 302 /ready; }
            location = /away { return 302 http://localhost:1/; }
            location = /loop { return 302 /loop; }
            location = /plain { return 302 http://127.0.0.1:1/; }
            location = /empty { return 204; }
            location = /token { if ($http_authorization != "Bearer abc") { return 401; } return 200 "hello\\n"; }
            location = /posted { if ($request_method != POST) { return 405; } return 201; }
            location = /folded { add_header Content-Security-Policy "default-src 'self';
                img-src *"; return 200 "folded\\n"; }
            location = /b/c/dots { return 302 ../../ready; }
            location = /elsewhere { return 302 $arg_to; }
            location = /headers { return 200 "auth=$http_authorization cookie=$http_cookie own=$http_x_own;\\n"; }
            location = /large { try_files /large =404; }
            location = /chunked { chunked_transfer_encoding on; ssi on; types {} default_type text/html; try_files /page =404; }
        """

    let kind = "http"
    let targetName = "api"

    @Test("the status decides, and where it is asked for the body")
    func statusAndBody() throws {
        let server = try NginxServer(Self.locations)
        let base = "http://127.0.0.1:\(server.port)"
        try server.directory.write("large", String(repeating: "padding ", count: 150_000) + "the end\n")
        try server.directory.write(
            "page", String(repeating: "chunk ", count: 5000) + "<!--#echo var=\"host\" --> closing words")
        try expect("ready", "200", base, says: "200 OK")
        try expect("ready", "204", "\(base)/empty", says: "204 No Content")
        try expect(
            "http_status", "503", "\(base)/busy",
            says: "503 Service Temporarily Unavailable, and 200-399 is expected")
        try expect("http_status", "404", "\(base)/none?secret=1", says: "404 Not Found")
        try expect("ready", "404, expected", "\(base)/none", ["expect_status=200-299,404"])
        try expect("ready", "body as expected", "\(base)/ready", ["expect_body=is ready"])
        try expect("body_mismatch", "body not as expected", "\(base)/ready", ["expect_body=is not ready"])
        try expect(
            "body_mismatch", "expected behind the first MiB", "\(base)/large", ["expect_body=the end"],
            says: "first 1 MiB")
        try expect("ready", "chunked", "\(base)/chunked", ["expect_body=closing words"])
        try expect("ready", "HEAD", "\(base)/large", ["method=HEAD"])
        try expect("ready", "POST", "\(base)/posted", ["method=POST"], says: "201 Created")
        try expect("http_status", "405", "\(base)/posted", says: "405 Not Allowed")
        #expect(
            server.accessLog.contains("\"HEAD /large HTTP/1.1\" 200")
                && server.accessLog.contains("\"waitfor\""))
    }

    @Test("redirects are an answer, and followed on request and on the same host only")
    func redirects() throws {
        let server = try NginxServer(Self.locations)
        let base = "http://127.0.0.1:\(server.port)"
        try expect("ready", "302", "\(base)/moved", says: "302 Moved Temporarily")
        try expect(
            "ready", "302, followed", "\(base)/moved", ["follow_redirects=true", "expect_body=is ready"])
        try expect(
            "http_status", "302 to another host", "\(base)/away", ["follow_redirects=true"],
            says: "another host")
        try expect(
            "http_status", "302 without end", "\(base)/loop", ["follow_redirects=true"],
            says: "more than 5 redirects")
        try expect("refused", "302 to a port where nobody is", "\(base)/plain", ["follow_redirects=true"])
    }

    @Test("a field that nginx folds over two lines is one field, and dots in a Location are resolved")
    func foldsAndDots() throws {
        let server = try NginxServer(Self.locations)
        let base = "http://127.0.0.1:\(server.port)"
        let answer = try HTTPPlace.port(server.port).exchange(Array("GET /folded HTTP/1.0\r\n\r\n".utf8))
        let folded = String(decoding: answer, as: UTF8.self)
        try #require(folded.contains(";\n   "), "nginx does not fold: \(folded)")
        try expect("ready", "a folded field", "\(base)/folded", ["expect_body=folded"], says: "200 OK")
        let follow = "follow_redirects=true"
        try expect("ready", "302 with dots", "\(base)/b/c/dots", [follow, "expect_body=is ready"])
        #expect(server.accessLog.contains("\"GET /ready HTTP/1.1\" 200"), "\(server.accessLog)")
    }

    @Test(
        "a redirect to another port or scheme of the host takes no header of ours along, nor those of a file")
    func origins() throws {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["IP:127.0.0.1"])
        let server = try NginxServer(Self.locations, certificate: pair)
        let other = try NginxServer(Self.locations)
        let file = try server.directory.write("headers", "Authorization: Bearer s3cr3t-t0ken\n")
        let settings = [
            "follow_redirects=true", "header_file=\(file)", "headers=Cookie: id=s3cr3t\nX-Own: 1",
        ]
        let base = "http://127.0.0.1:\(server.port)/elsewhere?to="
        let places = [
            "/headers", "http://127.0.0.1:\(server.port)/headers", "http://127.0.0.1:\(other.port)/headers",
            "https://127.0.0.1:\(server.securePort)/headers",
            // There and back: a token that was dropped stays dropped.
            "http://127.0.0.1:\(other.port)/elsewhere?to=http://127.0.0.1:\(server.port)/headers",
        ]
        for (index, place) in places.enumerated() {
            let all = "auth=Bearer s3cr3t-t0ken cookie=id=s3cr3t own=1;"
            try expect(
                "ready", "302, header fields, \(index)", base + place,
                settings + ["expect_body=\(index < 2 ? all : "auth= cookie= own=;")"],
                environment: ["SSL_CERT_FILE": authority.authority])
        }
        let secure = "https://127.0.0.1:\(server.securePort)/elsewhere?to="
        let trusted = ["ca_file=\(authority.authority)"]
        try expect(
            "http_status", "302 to plain text", "\(secure)http://127.0.0.1:\(server.securePort)/headers",
            settings + trusted, says: "plain text")
        try expect(
            "ready", "302 over TLS", "\(secure)/headers", settings + trusted + ["expect_body=own=1;"])
    }

    @Test("a token comes from a file, is read anew for each request, and is never shown")
    func token() throws {
        let server = try NginxServer(Self.locations)
        let target = "http://127.0.0.1:\(server.port)/token"
        let file = try server.directory.write("headers", "Authorization: Bearer abc\n")
        try expect("http_status", "401", target, says: "401 Unauthorized")
        try expect("ready", "token", target, ["header_file=\(file)"])
        try expect("ready", "token", target, ["headers=Authorization: Bearer abc"])
        let gate = try Program(
            Program.waitfor,
            [
                "-v", "-t", "20", "-i", "100ms", "api=\(target)", "--set", "api.header_file=\(file)", "--set",
                "api.success_threshold=1000",
            ]
        ).start()
        #expect(gate.waitUntil(within: 5) { $0.standardError.contains("ready: 127") })
        try server.directory.write("headers", "Authorization: Bearer sEcReT-abd\n")
        #expect(gate.waitUntil(within: 5) { $0.standardError.contains("401 Unauthorized") })
        try server.directory.write("headers", "no field\n")
        #expect(gate.waitUntil(within: 5) { $0.standardError.contains("a line of the header file") })
        #expect(!gate.standardError.contains("sEcReT"))
        gate.stop()
        // Nor is a server quoted that repeats it.
        try withLoopbackServer { connection in
            let line = String(decoding: connection.read(), as: UTF8.self).split(separator: "\r\n").first {
                $0.hasPrefix("X-Token")
            }
            connection.write("HTTP/1.1 500 you said \(line ?? "nothing")\r\n\r\n")
        } _: { server in
            let told = try Asked(
                "api=http://127.0.0.1:\(server.port)/",
                options: ["--set", "api.headers=X-Token: sEcReT-abcdef"])
            #expect(told.verdict == "http_status" && !told.finished.output.contains("sEcReT"), "\(told)")
            #expect(told.message.contains("repeats"), "\(told)")
        }
        try withLoopbackServer { connection in
            _ = connection.read()
            connection.write("HTTP/1.1 200 welcome sEcReT-abcdef\r\nContent-Length: 0\r\n\r\n")
        } _: { server in
            let told = try Asked(
                "api=http://127.0.0.1:\(server.port)/",
                options: ["--set", "api.headers=X-Token: sEcReT-abcdef"])
            #expect(told.verdict == "ready" && !told.finished.output.contains("sEcReT"), "\(told)")
        }
    }

    @Test("a Unix socket is asked by its path, and nobody behind it is refused or missing")
    func unixSocket() throws {
        let server = try NginxServer(Self.locations)
        try expect("ready", "Unix socket", "http+unix://\(server.socket):/ready", ["expect_body=is ready"])
        try expect("http_status", "Unix socket, 503", "http+unix://\(server.socket):/busy")
        try expect("missing", "Unix socket missing", "http+unix://\(server.directory.file("none")):/")
    }

    @Test("what listens and is no HTTP server is named")
    func others() throws {
        let redis = try RedisServer.started()
        // A Redis takes `Host:` for an attack, and hangs up.
        try expect("closed", "a Redis answers", "http://127.0.0.1:\(redis.port)/")
        let postgres = try PostgresServer.started()
        try expect("closed", "a PostgreSQL answers", "http://127.0.0.1:\(postgres.port)/")
    }

    @Test("gate and agent ask as the check does")
    func gateAndAgent() throws {
        let server = try NginxServer(Self.locations)
        let target = "api=http://127.0.0.1:\(server.port)/ready"
        let gate = try Program.run(
            Program.waitfor, ["--set", "api.expect_body=is ready", target, "--", "echo", "started"])
        #expect(gate.output == "started\n", "\(gate)")
        let agent = try AgentUnderTest(
            """
            targets:
              api:
                http: http://127.0.0.1:\(server.port)/token
                headers: {Authorization: Bearer abc}
                expect_status: 200
            """)
        try agent.expect("api", "healthy", reason: nil, isReady: true, within: 5)
    }
}
