import TestSupport
import Testing

/// A PostgreSQL with TLS, which `sslmode=prefer` takes: the same answers, and one attempt for each,
/// where libpq by itself asks once more without TLS (L-24, L-30).
struct PostgresTLSTests {
    @Test("With TLS the states have the same names, and no check leaves a second failure in the log (L-30)")
    func oneAttempt() throws {
        let server = try PostgresServer(
            settings: ["ssl": "on", "max_connections": "5"],
            hba: ["hostssl all app all scram-sha-256", "hostssl all all all trust"])
        try makeCertificate(for: server)
        try server.start()
        try server.createRole("app", password: "secret")
        let (right, wrong) = ("app:secret", "app:wrong")
        let cases: [(state: String, target: String, level: String, verdict: String, failures: Int)] = [
            ("accepting", server.target(), "ping", "ready", 0),
            ("accepting", server.target(), "query", "ready", 0),
            ("right password", server.target(right, "/postgres"), "ping", "ready", 0),
            ("right password", server.target(right, "/postgres"), "query", "ready", 0),
            ("wrong password", server.target(wrong, "/postgres"), "ping", "ready", 0),
            ("wrong password", server.target(wrong, "/postgres"), "query", "auth", 1),
            ("no password", server.target("app", "/postgres"), "query", "auth", 0),
            ("database missing, named", server.target(nil, "/gone"), "ping", "no_database", 1),
            ("user missing, named", server.target("gone"), "ping", "auth", 1),
        ]
        for (state, target, level, verdict, failures) in cases {
            let asked = try expect(verdict, "postgres: \(state), TLS", target, level, failures, server)
            #expect(failures == 0 || !asked.message.contains("no encryption"), "\(asked)")
        }
        let sessions = try server.exhaustSlots(includingReserved: true)
        for level in ["ping", "query"] {
            try expect(
                "too_many_connections", "postgres: all slots gone, TLS", server.target(), level, 1, server)
        }
        sessions.close()
    }

    @Test("With TLS a starting server is starting, and no check leaves a second failure in the log")
    func starting() throws {
        let server = try PostgresServer.holdInStartup()
        try makeCertificate(for: server)
        try server.configure(["ssl": "on"])
        let encrypted = "\(server.target())/?sslmode=require"
        var before = 0
        #expect(
            try eventually(within: 5) {
                before = server.logCount(of: "FATAL")
                return try Asked(encrypted).verdict == "starting"
            })
        // Its line in the log may come late, and is none of those that are counted below.
        #expect(eventually(within: 5) { server.logCount(of: "FATAL") > before })
        for level in ["ping", "query"] {
            try expect("starting", "postgres: starting, TLS", server.target(), level, 1, server)
        }
    }

    @Test("A user whom pg_hba.conf wants without TLS is asked again without, as the app's libpq would")
    func withoutEncryption() throws {
        let server = try PostgresServer(settings: ["ssl": "on"], hba: ["hostnossl all all all trust"])
        try makeCertificate(for: server)
        try server.start()
        try server.sql("CREATE ROLE app LOGIN")
        for level in ["ping", "query"] {
            let state = "postgres: TLS refused by pg_hba"
            try expect("ready", state, server.target("app", "/postgres"), level, 1, server)
        }
    }

    @Test(
        "a certificate that does not verify, and a key that libpq refuses, are told of in libpq's own words")
    func files() throws {
        let server = try PostgresServer(settings: ["ssl": "on"], hba: ["host all all all trust"])
        try makeCertificate(for: server)
        try server.start()
        let other = try Certificates()
        let pair = try other.sign("client", names: [])
        func said(_ parameters: String) throws -> (asked: Asked, text: String) {
            let target = "\(server.target("app", "/postgres"))?\(parameters)"
            let text = try Program.run(
                Program.waitfor, ["check", target], environment: Program.minimalEnvironment)
            return (try Asked(target), text.output)
        }
        let rootless = try said("sslmode=verify-full")
        #expect(rootless.asked.verdict == "tls" && rootless.asked.isPermanent, "\(rootless)")
        #expect(rootless.text.contains("verify-full need sslrootcert"), "\(rootless)")
        #expect(!rootless.text.contains("/dev/null"), "\(rootless)")
        let unknown = try said("sslmode=verify-ca&sslrootcert=\(other.authority)")
        #expect(unknown.asked.verdict == "tls", "\(unknown)")
        #expect(unknown.text.contains("sslrootcert") && !unknown.text.contains("ca_file"), "\(unknown)")
        let key = try said("sslmode=require&sslcert=\(pair.certificate)&sslkey=\(pair.key)")
        #expect(key.asked.verdict == "config", "\(key)")
        #expect(key.text.contains("has group or world access"), "\(key)")
        let plain = try PostgresServer.started()
        let target = "\(plain.target("postgres", "/postgres"))?sslmode=require"
        let none = try Program.run(
            Program.waitfor, ["check", target], environment: Program.minimalEnvironment)
        #expect(none.output.contains(": tls: ") && !none.output.contains("certificate"), "\(none)")
    }

    @Test(
        "libpq opens an encrypted key with sslpassword, whichever way it is encrypted, and with no other word",
        arguments: [
            ["rsa", "-aes256", "-traditional"], ["rsa", "-aes192", "-traditional"],
            ["rsa", "-des3", "-traditional"],
            ["pkcs8", "-topk8", "-v2", "aes-256-cbc"],
            ["pkcs8", "-topk8", "-v2", "des3", "-v2prf", "hmacWithSHA1"],
            ["pkcs8", "-topk8", "-scrypt"], ["pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES"],
        ])
    func encryptedKeys(form: [String]) throws {
        let server = try PostgresServer(settings: ["ssl": "on"], hba: ["host all all all trust"])
        try makeCertificate(for: server)
        try server.start()
        let authority = try Certificates(key: "rsa:2048")
        let (plain, key) = (authority.directory.file("ca.key"), authority.directory.file("encrypted.key"))
        let made = try Program.run(
            "/usr/bin/openssl", form + ["-in", plain, "-out", key, "-passout", "pass:opener"])
        try #require(made.exitCode == 0, "\(made)")
        _ = try Program.run("/bin/chmod", ["600", key])
        func asked(_ word: String) throws -> Asked {
            try Asked(
                server.target("postgres", "/postgres")
                    + "?sslmode=require&sslcert=\(authority.authority)&sslkey=\(key)&sslpassword=\(word)")
        }
        let (opened, closed) = try (asked("opener"), asked("wrong"))
        #expect(opened.verdict == "ready", "\(opened)")
        #expect(closed.verdict != "ready" && closed.message.contains("private key file"), "\(closed)")
    }

    @Test(
        "a server that likes DHE best, and has curves too, is spoken to with those", .needsTheStaticProgram)
    func preferredDHE() throws {
        let ciphers = "DHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"
        let server = try PostgresServer(
            settings: ["ssl": "on", "ssl_max_protocol_version": "TLSv1.2", "ssl_ciphers": ciphers],
            hba: ["hostssl all all all trust"])
        try makeCertificate(for: server, key: ["rsa:2048"])
        try server.start()
        for level in ["ping", "query"] {
            let asked = try ServerState(
                name: "DHE is liked best", target: "\(server.target())/?sslmode=require"
            )
            .expect([level: "ready"])
            #expect(asked.count == 1)
        }
    }

    /// Asks once, and counts the failures that the server has logged for it.
    @discardableResult
    private func expect(
        _ verdict: String, _ state: String, _ target: String, _ level: String, _ failures: Int,
        _ server: PostgresServer, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Asked {
        let before = server.logCount(of: "FATAL")
        let asked = try ServerState(name: state, target: target)
            .expect([level: verdict], sourceLocation: sourceLocation)
        // A backend may still be writing when its client has gone.
        _ = eventually(within: failures > 0 ? 2 : 0) { server.logCount(of: "FATAL") >= before + failures }
        _ = eventually(within: 0.2) { server.logCount(of: "FATAL") > before + failures }
        let logged = server.logCount(of: "FATAL") - before
        #expect(
            logged == failures, "\(state) at \(level): \(logged) failures\n\(server.log.suffix(1500))",
            sourceLocation: sourceLocation)
        return asked[0]
    }

    private func makeCertificate(
        for server: PostgresServer, key: [String] = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    ) throws {
        let made = try TemporaryDirectory()
        let finished = try Program.run(
            "/usr/bin/openssl",
            ["req", "-x509", "-newkey"] + key + [
                "-nodes", "-subj", "/CN=localhost", "-days", "2", "-keyout", made.file("key"), "-out",
                made.file("crt"),
            ])
        #expect(finished.exitCode == 0, "\(finished)")
        try server.writeData("server.key", readText(made.file("key")))
        try server.writeData("server.crt", readText(made.file("crt")))
    }
}
