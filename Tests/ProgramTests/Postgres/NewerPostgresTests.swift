import TestSupport
import Testing

/// States that PostgreSQL has from version 17 on, or libpq.
@Suite(.enabled(if: PostgresTemplate.version >= 17, "this PostgreSQL is older than 17"))
struct NewerPostgresTests: ServerStateTests {
    let kind = "postgres"
    let targetName = "db"

    @Test("TLS that begins with the connection: the same verdicts, and a server without TLS hangs up")
    func directTLS() throws {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["IP:127.0.0.1"])
        let server = try PostgresServer(
            settings: ["ssl": "on"], hba: ["hostssl all app all scram-sha-256", "hostssl all all all trust"])
        try server.writeData("server.key", readText(pair.key))
        try server.writeData("server.crt", readText(pair.certificate))
        try server.start()
        try server.createRole("app", password: "secret")
        let direct = "sslnegotiation=direct&sslmode=verify-full&sslrootcert=\(authority.authority)"
        for (state, target, level, verdict) in [
            ("accepting", server.target(nil, "/postgres?\(direct)"), "ping", "ready"),
            ("accepting", server.target(nil, "/postgres?\(direct)"), "writable", "ready"),
            ("right password", server.target("app:secret", "/postgres?\(direct)"), "query", "ready"),
            ("wrong password", server.target("app:wrong", "/postgres?\(direct)"), "query", "auth"),
            ("database missing", server.target(nil, "/gone?\(direct)"), "query", "no_database"),
        ] {
            try expect(verdict, "\(state), direct TLS", target, ["level=\(level)"])
        }
        let plain = try PostgresServer.started()
        try expect(
            "closed", "no TLS, asked directly",
            plain.target(nil, "/postgres?sslnegotiation=direct&sslmode=require"))
    }

    @Test("slots that are reserved for a role are gone for the others")
    func reservedSlots() throws {
        let server = try PostgresServer.started(
            settings: [
                "max_connections": "6", "superuser_reserved_connections": "2", "reserved_connections": "2",
            ])
        for role in ["slot_holder", "app"] { try server.createRole(role) }
        let sessions = try server.openSessions(2, user: "slot_holder")
        try expect(
            "too_many_connections", "slots reserved for a role", server.target("app", "/postgres"),
            ["level=query"], says: "pg_use_reserved_connections")
        sessions.close()
    }

    @Test("a trigger that lets nobody in is an error of the server's")
    func loginTrigger() throws {
        let server = try PostgresServer.started()
        try server.createRole("app")
        try server.sql(
            """
            CREATE FUNCTION closed() RETURNS event_trigger LANGUAGE plpgsql AS $$
            BEGIN IF session_user = 'app' THEN RAISE EXCEPTION 'closed for maintenance'; END IF; END $$;
            CREATE EVENT TRIGGER closed ON login EXECUTE FUNCTION closed();
            """)
        for level in ["ping", "query"] {
            try expect(
                "error", "a trigger refuses the login", server.target("app", "/postgres"), ["level=\(level)"],
                says: "P0001 closed for maintenance")
        }
    }

    @Test("require_auth, which a server that trusts cannot meet, is about the login and not the protocol")
    func requiredMethod() throws {
        let server = try PostgresServer.started(hba: [
            "host all app all scram-sha-256", "host all all all trust",
        ])
        try server.createRole("app", password: "secret")
        let asked = try expect(
            "auth", "require_auth, trust", server.target(nil, "/postgres?require_auth=scram-sha-256"),
            ["level=query"], says: "authentication method requirement \"scram-sha-256\" failed")
        #expect(asked.isPermanent)
        try expect(
            "auth", "require_auth, another method", server.target("app:secret", "/postgres?require_auth=md5"),
            ["level=query"], says: "authentication method requirement \"md5\" failed")
        try expect(
            "ready", "require_auth, met", server.target("app:secret", "/postgres?require_auth=scram-sha-256"),
            ["level=query"])
    }
}
