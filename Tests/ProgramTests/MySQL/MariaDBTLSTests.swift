import TestSupport
import Testing

/// A MariaDB with TLS, whose certificate is for `db.test` and this machine.
struct MariaDBTLSTests: ServerStateTests {
    let kind = "mariadb"
    let targetName = "db"

    private static func server(_ authority: Certificates, _ options: [String] = []) throws -> MariaDBServer {
        let pair = try authority.sign("server", names: ["DNS:db.test", "IP:127.0.0.1"])
        let server = try MariaDBServer.started(
            ["--ssl-cert=\(pair.certificate)", "--ssl-key=\(pair.key)", "--ssl-ca=\(authority.authority)"]
                + options)
        try server.execute(
            """
            CREATE USER app@'%' IDENTIFIED BY 'secret'; CREATE USER tls@'%' IDENTIFIED BY 'secret' REQUIRE SSL;
            CREATE USER cert@'%' IDENTIFIED BY 'secret' REQUIRE X509
            """)
        return server
    }

    @Test("Each mode takes the certificates that it says, and no other")
    func modes() throws {
        let (authority, other) = (try Certificates(), try Certificates(name: "Other CA"))
        let server = try Self.server(authority)
        let target = server.target("app:secret")
        let ca = "ca_file=\(authority.authority)"
        try expect(
            "ready", "TLS", target,
            [
                "query=SHOW STATUS WHERE Variable_name='Ssl_version' AND Value LIKE 'TLS%'",
                "expect_value=Ssl_version",
            ])
        try expect(
            "ready", "TLS off", target,
            [
                "ssl_mode=DISABLED",
                "query=SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME='Ssl_version'",
                "expect_value=",
            ])
        for mode in ["REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"] {
            try expect("ready", "TLS, \(mode)", target, ["ssl_mode=\(mode)", ca])
        }
        for mode in ["VERIFY_CA", "VERIFY_IDENTITY"] {
            let asked = try expect(
                "tls", "TLS, \(mode), unknown authority", target,
                ["ssl_mode=\(mode)", "ca_file=\(other.authority)"],
                says: "unknown issuer")
            #expect(asked.isPermanent)
        }
        let name = "server_name=other.test"
        try expect(
            "tls", "TLS, other name, verified", target, ["ssl_mode=VERIFY_IDENTITY", ca, name],
            says: "other.test")
        try expect("tls", "TLS, other name, no mode", target, [ca, name], says: "other.test")
        try expect(
            "tls", "TLS, REQUIRED, unknown authority", target,
            ["ssl_mode=REQUIRED", "ca_file=\(other.authority)"], says: "unknown issuer")
        try expect("ready", "TLS, its name", target, ["ssl_mode=VERIFY_IDENTITY", ca, "server_name=db.test"])
        try expect("tls", "TLS, certificate ends soon", target, ["min_validity=60d"], says: "ends on")
        try expect(
            "ready", "over the socket, TLS", "mysql+unix://app:secret@\(server.socket)", ["ssl_mode=REQUIRED"]
        )
    }

    @Test("Accounts that want TLS, or a certificate, and a server that takes nobody without")
    func demands() throws {
        let authority = try Certificates()
        let client = try authority.sign("client", names: [])
        let server = try Self.server(authority)
        try expect("ready", "account of TLS", server.target("tls:secret"))
        try expect(
            "auth", "account of TLS, without", server.target("tls:secret"), ["ssl_mode=DISABLED"],
            says: "1045 ")
        try expect("auth", "account of a certificate, without", server.target("cert:secret"), says: "1045 ")
        let pair = ["cert_file=\(client.certificate)", "key_file=\(client.key)"]
        try expect("ready", "account of a certificate", server.target("cert:secret"), pair)
        let strict = try Self.server(authority, ["--require-secure-transport"])
        try expect("ready", "server of TLS", strict.target("app:secret"))
        // Before 11.4 it says no more of it than of a wrong password.
        let isOld = strict.query("SELECT VERSION()").output.hasPrefix("10.")
        try expect(
            isOld ? "auth" : "tls", "server of TLS, without", strict.target("app:secret"),
            ["ssl_mode=DISABLED"],
            says: isOld ? "1045 " : "3159 ")
        let plain = try MariaDBServer.started(["--skip-ssl"])
        let asked = try expect(
            "tls", "no TLS", plain.target("root:"), ["ssl_mode=REQUIRED"], says: "offers no TLS")
        #expect(asked.isPermanent)
    }
}
