import Glibc
import TestSupport
import Testing

/// TLS with real servers (nginx, Redis, `openssl s_server`), and certificates that the test made.
struct TLSProbeTests: ServerStateTests {
    private static let location = "location / { return 200 \"hello\\n\"; }"

    let kind = "tls"
    let targetName = "api"

    @Test(
        "a certificate is verified against the name, whatever address was dialled, and each mistake has its words"
    )
    func verification() throws {
        let authority = try Certificates()
        let other = try Certificates(name: "Other CA")
        let pair = try authority.sign("server", names: ["DNS:localhost", "DNS:*.app.test", "IP:127.0.0.1"])
        let server = try NginxServer(Self.location, certificate: pair)
        let (byName, byAddress) = (
            "https://localhost:\(server.securePort)", "https://127.0.0.1:\(server.securePort)"
        )
        let trusted = ["ca_file=\(authority.authority)"]
        try expect("ready", "verified", byName, trusted, says: "200 OK")
        try expect("ready", "verified, an address", byAddress, trusted)
        try expect("ready", "verified, the certificate itself", byName, ["ca_file=\(pair.certificate)"])
        try expect("ready", "verified, named", byAddress, trusted + ["server_name=www.app.test"])
        try expect(
            "ready", "verified, SSL_CERT_FILE", byName, environment: ["SSL_CERT_FILE": authority.authority])
        // Besides the authority there are a key, a request and a certificate of somebody else's in that folder.
        let folders = "/gone:\(authority.directory.path)"
        try expect("ready", "verified, SSL_CERT_DIR", byName, environment: ["SSL_CERT_DIR": folders])
        try expect(
            "ready", "verified, SSL_CERT_DIR and another file", byName,
            environment: ["SSL_CERT_DIR": folders, "SSL_CERT_FILE": other.authority])
        try expect(
            "tls", "unknown issuer, SSL_CERT_DIR", byName,
            environment: ["SSL_CERT_DIR": other.directory.path, "SSL_CERT_FILE": other.authority])
        try expect(
            "ready", "verified, tls://", "tls://localhost:\(server.securePort)", trusted, says: "speaks TLS")
        for (settings, state, words) in [
            (
                trusted + ["server_name=app.test"], "wrong name",
                "for localhost *.app.test, and not for app.test"
            ),
            (trusted + ["server_name=a.b.app.test"], "wrong name, wildcard", "not for a.b.app.test"),
            (trusted + ["server_name=127.0.0.2"], "wrong address", "not for 127.0.0.2"),
            (["ca_file=\(other.authority)"], "unknown issuer", "unknown issuer /CN=Test CA"),
            (["ca_file=\(other.authority)"], "unknown issuer", "its chain may lack the intermediate"),
        ] {
            let asked = try expect("tls", state, byName, settings, says: words)
            #expect(asked.isPermanent, "\(asked)")
        }
        try expect(
            "ready", "not verified", byName,
            ["ca_file=\(other.authority)", "insecure=true", "server_name=x.y"])
        // A farewell costs nothing, and keeps the server's log quiet.
        #expect(!server.errorLog.contains("unexpected eof"), "\(server.errorLog)")
        // The request was never sent where the server was not believed.
        #expect(server.accessLog.count(of: "\"waitfor\"") == 8, "\(server.accessLog)")
    }

    @Test("an expired certificate, one that soon will be, and how long it lasts")
    func expiry() throws {
        let authority = try Certificates()
        let old = try NginxServer(
            Self.location, certificate: try authority.sign("old", names: ["DNS:localhost"], days: -1))
        let new = try NginxServer(
            Self.location, certificate: try authority.sign("new", names: ["DNS:localhost"], days: 10))
        let trusted = "ca_file=\(authority.authority)"
        let (oldPlace, newPlace) = (
            "https://localhost:\(old.securePort)", "https://localhost:\(new.securePort)"
        )
        let asked = try expect("tls", "expired", oldPlace, [trusted], says: "has expired")
        #expect(asked.isPermanent)
        try expect("ready", "valid long enough", newPlace, [trusted, "min_validity=9d"])
        try expect(
            "tls", "not valid long enough", newPlace, [trusted, "min_validity=11d"],
            says: "less than 264h from now")
        try expect("tls", "not valid long enough, insecure", newPlace, ["insecure=true", "min_validity=2w"])

        let agent = try AgentUnderTest(
            """
            targets:
              old: {http: "\(oldPlace)", ca_file: "\(authority.authority)"}
              new: {http: "\(newPlace)", ca_file: "\(authority.authority)", min_validity: 9d}
              plain: {http: "http://127.0.0.1:\(new.port)"}
            """)
        let sample = { (name: String) in "waitfor_tls_cert_expiry_timestamp_seconds{target=\"\(name)\"}" }
        try agent.expect("new", "healthy", reason: nil, isReady: false, within: 5)
        let now = Double(time(nil))
        let left = try #require(try agent.metric(sample("new"))) - now
        #expect((9.9 * 86400...10.1 * 86400).contains(left), "\(left)")
        // Also of one that is refused.
        let isKnown = eventually(within: 5) { (try? agent.metric(sample("old"))) ?? 0 > 0 }
        #expect(isKnown)
        #expect(try #require(try agent.metric(sample("old"))) < now)
        #expect(try agent.metric(sample("plain")) == nil)
    }

    @Test("a rotated certificate and a rotated CA need no restart")
    func rotation() throws {
        let (first, second) = (try Certificates(), try Certificates(name: "Second CA"))
        let server = try NginxServer(
            Self.location, certificate: try second.sign("server", names: ["DNS:localhost"]))
        let directory = try TemporaryDirectory()
        let file = try directory.write("ca.crt", readText(first.authority))
        let agent = try AgentUnderTest(
            """
            defaults: {interval: 100ms, timeout: 2s, retries: 1, start_period: 0s}
            targets:
              api: {http: "https://localhost:\(server.securePort)", ca_file: "\(file)"}
            """)
        try agent.expect("api", "unhealthy", reason: "tls", isReady: false, within: 5)
        try directory.write("ca.crt", readText(second.authority))
        try agent.expect("api", "healthy", reason: nil, isReady: true, within: 5)
        try directory.write("ca.crt", "nothing\n")
        try agent.expect("api", "unhealthy", reason: "config", isReady: false, within: 5)
    }

    @Test("a client certificate is shown where one is asked for")
    func clientCertificate() throws {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["DNS:localhost"])
        let client = try authority.sign("client", names: [])
        let others = try Certificates(name: "Stranger")
        let stranger = try others.sign("stranger", names: [])
        // nginx answers 400 to those without; Redis hangs up with an alert.
        let web = try NginxServer(
            Self.location, certificate: pair,
            tls: "ssl_client_certificate \(authority.authority); ssl_verify_client on;")
        let redis = try RedisServer.started([
            "port": "0", "tls-port": "\(try FreePort.make())", "tls-cert-file": pair.certificate,
            "tls-key-file": pair.key,
            "tls-ca-cert-file": authority.authority, "tls-auth-clients": "yes",
        ])
        let trusted = "ca_file=\(authority.authority)"
        let shown = [trusted, "cert_file=\(client.certificate)", "key_file=\(client.key)"]
        let wrong = [trusted, "cert_file=\(stranger.certificate)", "key_file=\(stranger.key)"]
        let place = "https://localhost:\(web.securePort)"
        try expect("ready", "client certificate", place, shown)
        try expect("http_status", "client certificate missing", place, [trusted], says: "400")
        let cache = "rediss://localhost:\(redis.tlsPort)"
        try expect("ready", "client certificate, Redis", cache, shown, says: "PONG")
        try expect(
            "tls", "client certificate missing, Redis", cache, [trusted],
            says: "asks for a client certificate")
        try expect(
            "tls", "client certificate of a stranger, Redis", cache, wrong,
            says: "refuses the client certificate")
        let both = try authority.directory.write(
            "both.pem", readText(client.certificate) + readText(client.key))
        try expect("ready", "client certificate with its key", cache, [trusted, "cert_file=\(both)"])
        for (settings, words) in [
            (["cert_file=\(client.certificate)", "key_file=\(pair.key)"], "is not the certificate's"),
            (["cert_file=\(client.key)"], "cannot read a certificate"),
            (["ca_file=\(client.key)"], "cannot read certificates from the CA file"),
        ] {
            try expect("config", "files of another kind", place, settings, says: words)
        }
    }

    @Test("Redis over TLS: the same questions, and the same answers")
    func redis() throws {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["IP:127.0.0.1"])
        let port = try FreePort.make()
        let server = try RedisServer.started([
            "tls-port": "\(port)", "tls-cert-file": pair.certificate, "tls-key-file": pair.key,
            "tls-ca-cert-file": authority.authority, "tls-auth-clients": "no", "requirepass": "secret",
        ])
        let trusted = ["ca_file=\(authority.authority)"]
        try expect("ready", "Redis", "rediss://:secret@127.0.0.1:\(port)/1", trusted, says: "PONG")
        try expect("auth", "Redis, no password", "rediss://127.0.0.1:\(port)", trusted, says: "NOAUTH")
        try expect("tls", "Redis, unknown issuer", "rediss://:secret@127.0.0.1:\(port)")
        // It waits for the end of a line, and is asked in the clear meanwhile.
        try expect(
            "protocol", "Redis, a port without TLS", "rediss://127.0.0.1:\(server.port)", trusted,
            says: "write redis://")
        try expect("closed", "Redis, plain to a port with TLS", "redis://127.0.0.1:\(port)")
    }

    @Test("a server without a common version of TLS is told from one without TLS")
    func versions() throws {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["DNS:localhost"])
        let trusted = ["ca_file=\(authority.authority)"]
        for (version, verdict) in [("-tls1_1", "tls"), ("-tls1_2", "ready"), ("-tls1_3", "ready")] {
            let port = try FreePort.make()
            let server = try Program(
                "/usr/bin/openssl",
                [
                    "s_server", "-accept", "127.0.0.1:\(port)", "-cert", pair.certificate, "-key", pair.key,
                    version,
                    "-cipher", "ALL:@SECLEVEL=0", "-quiet",
                ], standardInput: .open
            ).start()
            let isUp = eventually(within: 10) { (try? HTTPPlace.port(port).connect()) != nil }
            #expect(isUp, "\(server.standardError)")
            try expect(
                verdict, "version \(version)", "tls://localhost:\(port)", trusted,
                says: verdict == "tls" ? "no version of TLS in common" : "speaks TLS")
            server.stop()
        }
        let plain = try NginxServer(Self.location)
        try expect(
            "protocol", "no TLS at all", "https://localhost:\(plain.port)", trusted,
            says: "does not speak TLS")
    }
}
