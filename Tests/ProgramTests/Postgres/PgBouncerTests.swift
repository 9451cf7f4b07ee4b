import TestSupport
import Testing

/// What a real PgBouncer says of its server, and for itself: all of it under one code (08P01).
struct PgBouncerTests: ServerStateTests {
    let kind = "pgbouncer"
    let targetName = "db"

    /// Asks a pooler for the state of its server, which newer ones do not tell.
    private func expect(its state: String, _ name: String, _ pooler: PgBouncer) throws {
        let tells = PgBouncer.tellsOfItsServer
        try expect(
            tells ? state : "busy", name, target(pooler), ["level=query"],
            says: tells ? "08P01 " : "08P01 query_wait_timeout")
    }

    private func target(_ pooler: PgBouncer, _ userinfo: String = "postgres") -> String {
        "db=postgres://\(userinfo)@127.0.0.1:\(pooler.port)/postgres"
    }

    @Test("a PostgreSQL that starts behind it is starting, and a gate with --fail-fast waits for it")
    func starting() throws {
        let server = try PostgresServer.holdInStartup()
        let pooler = try PgBouncer(before: server)
        try expect(its: "starting", "starting", pooler)
        let gate = try Program(
            Program.waitfor,
            ["--fail-fast", "-t", "40", "--set", "db.level=query", target(pooler), "--", "echo", "started"]
        ).start()
        let reason = PgBouncer.tellsOfItsServer ? "starting" : "busy"
        #expect(gate.waitUntil(within: 10) { $0.standardError.contains("db: not ready: \(reason):") })
        server.releaseStartup()
        let finished = try gate.finish()
        #expect(finished.exitCode == 0 && finished.output == "started\n", "\(finished)")
    }

    @Test("a standby that is not consistent yet is recovering")
    func recovering() throws {
        let server = try PostgresServer.standbyNotConsistent()
        let pooler = try PgBouncer(before: server)
        try expect(its: "recovering", "recovering", pooler)
        try server.stop()
    }

    @Test("a server that waits for its last session is shutting down")
    func shuttingDown() throws {
        let (server, session) = try PostgresServer.shuttingDown()
        let pooler = try PgBouncer(before: server)
        try expect(its: "shutting_down", "shutting down", pooler)
        session.close()
    }

    @Test("why its server does not let it in is told as that")
    func refusals() throws {
        let server = try PostgresServer.started(
            hba: [
                "host all locked all reject", "host all secret all scram-sha-256",
                "host all postgres,limited,banned,plain,app all trust",
            ])
        for role in ["locked", "limited", "banned", "plain", "nobody"] { try server.createRole(role) }
        try server.createRole("secret", password: "right")
        try server.sql("ALTER ROLE limited CONNECTION LIMIT 0")
        try server.sql("ALTER ROLE banned NOLOGIN")
        try server.sql("CREATE DATABASE closed")
        try server.sql("REVOKE CONNECT ON DATABASE closed FROM public")
        for (login, verdict, words) in [
            ("user=limited", "too_many_connections", "too many connections for role"),
            ("user=banned", "auth", "is not permitted to log in"), ("user=gone", "auth", "pg_hba.conf"),
            ("user=app", "auth", "does not exist"), ("user=nobody", "auth", "no pg_hba.conf entry"),
            ("user=locked", "auth", "pg_hba.conf rejects connection"),
            ("user=secret password=wrong", "auth", "password authentication failed"),
            ("user=plain dbname=gone", "no_database", "does not exist"),
            ("user=plain dbname=template0", "no_database", "not currently accepting"),
            ("user=banned dbname=gone", "auth", "not permitted"),
        ] {
            let pooler = try PgBouncer(before: server, login: login)
            try expect(verdict, "its server: \(words)", target(pooler), ["level=query"], says: words)
        }
        let pooler = try PgBouncer(before: server, login: "user=plain dbname=closed")
        try expect(
            "denied", "its server: permission denied", target(pooler), ["level=query"],
            says: "permission denied")
    }

    @Test(
        "that it cannot log in to its server is not about the user that nobody named, and no ping forgives it"
    )
    func ping() throws {
        let server = try PostgresServer.started(hba: ["host all secret all scram-sha-256"])
        try server.createRole("secret", password: "right")
        let pooler = try PgBouncer(before: server, login: "user=secret password=wrong")
        try expect(
            "auth", "its server, ping",
            "db=postgres://127.0.0.1:\(pooler.port)/postgres", ["level=ping"],
            says: "password authentication failed")
    }

    @Test("a pool without a free session is busy, which passes")
    func full() throws {
        let server = try PostgresServer.started()
        let pooler = try PgBouncer(before: server, settings: ["default_pool_size": "1"])
        let session = try Session(in: pooler)
        defer { session.end() }
        let full = try expect(
            "busy", "pool without a free session", target(pooler), ["level=query"], says: "query_wait_timeout"
        )
        #expect(!full.isPermanent)
    }

    @Test(
        "its newer limits are those of connections, too",
        .enabled(if: !PgBouncer.tellsOfItsServer, "this PgBouncer has no such limits"),
        arguments: ["max_user_client_connections", "max_db_client_connections"])
    func newerLimits(limit: String) throws {
        let server = try PostgresServer.started()
        let pooler = try PgBouncer(before: server, settings: [limit: "1"])
        let session = try Session(in: pooler)
        defer { session.end() }
        try expect("too_many_connections", limit, target(pooler), ["level=query"], says: limit)
    }

    @Test("whom it refuses itself is refused: a wrong password, one connection too many")
    func itself() throws {
        let server = try PostgresServer.started()
        for method in ["plain", "md5", "scram-sha-256"] {
            let pooler = try PgBouncer(before: server, settings: ["auth_type": method])
            try expect("ready", "\(method), right password", target(pooler, "app:secret"))
            let wrong = try expect(
                "auth", "\(method), wrong password", target(pooler, "app:wrong"),
                says: "authentication failed")
            #expect(wrong.isPermanent)
        }
        let pooler = try PgBouncer(before: server, settings: ["max_client_conn": "1"])
        let session = try Session(in: pooler)
        defer { session.end() }
        try expect(
            "too_many_connections", "max_client_conn", target(pooler), ["level=query"],
            says: "max_client_conn")
    }
}

/// A session that does nothing, and lasts.
private struct Session {
    private let psql: RunningProgram

    init(in pooler: PgBouncer) throws {
        psql = try Program(
            PostgresServer.psql,
            [
                "-h", "127.0.0.1", "-p", "\(pooler.port)", "-U", "postgres", "-c", "SELECT 'logged in'", "-c",
                "SELECT pg_sleep(20)", "postgres",
            ]
        ).start()
        #expect(psql.waitUntil(within: 10) { $0.standardOutput.contains("logged in") })
    }

    func end() { psql.stop() }
}
