import Glibc
import TestSupport
import Testing

/// Roles, lag, values and several hosts of real PostgreSQL servers, and what a PgBouncer hides.
struct PostgresRolesTests: ServerStateTests {
    let kind = "postgres"
    let targetName = "db"

    @Test("a primary and its streaming standby: roles, and a lag that an idle primary does not make")
    func replication() throws {
        let primary = try PostgresServer.primary()
        let standby = try PostgresServer.standby(of: primary)
        try primary.sql("CREATE TABLE t (n int)")
        try expect("ready", "primary", primary.target(), ["role=primary"], says: "answers queries, a primary")
        try expect(
            "role", "primary, and not a standby", primary.target(), ["role=standby"], says: "it is a primary")
        try expect("ready", "primary has no lag", primary.target(), ["max_lag=1s"])
        try expect("ready", "standby", standby.target(), ["role=standby", "max_lag=5s"], says: "a standby")
        try expect(
            "role", "standby, and not a primary", standby.target(), ["role=primary"], says: "it is a standby")
        try expect(
            "read_only", "standby takes no writes", standby.target(), ["level=writable", "role=standby"])

        // Idle for longer than the limit: nothing came, so nothing is missing.
        let isCaughtUp = eventually(within: 10) {
            (try? Asked(standby.target(), ["max_lag=100ms"]).verdict) == "ready"
        }
        #expect(isCaughtUp)
        let began = Monotonic.seconds()
        let isIdle = eventually(within: 5) { Monotonic.seconds() - began > 0.5 }
        #expect(isIdle)
        try expect("ready", "standby of an idle primary", standby.target(), ["max_lag=300ms"])

        // Its replay stands still, and something comes.
        try standby.sql("SELECT pg_wal_replay_pause()")
        try primary.sql("INSERT INTO t VALUES (1)")
        let isBehind = eventually(within: 10) {
            (try? Asked(standby.target(), ["max_lag=300ms"]).verdict) == "lag"
        }
        #expect(isBehind)
        try expect(
            "lag", "standby whose replay is paused", standby.target(), ["max_lag=300ms"],
            says: "the last replayed commit is")
        try expect("ready", "standby whose replay is paused, with patience", standby.target(), ["max_lag=1h"])
        try standby.sql("SELECT pg_wal_replay_resume()")
        let isBack = eventually(within: 10) {
            (try? Asked(standby.target(), ["max_lag=300ms"]).verdict) == "ready"
        }
        #expect(isBack)

        // Its receiver has nobody to hear.
        try primary.stop()
        let isLost = eventually(within: 10) {
            (try? Asked(standby.target(), ["max_lag=300ms"]).verdict) == "link_down"
        }
        #expect(isLost)
        try expect(
            "link_down", "standby of a stopped primary", standby.target(), ["max_lag=300ms"],
            says: "no WAL receiver runs")
        try expect("ready", "standby of a stopped primary, with patience", standby.target(), ["max_lag=1h"])
        try primary.start()
        let isLinked = eventually(within: 20) {
            (try? Asked(standby.target(), ["max_lag=300ms"]).verdict) == "ready"
        }
        #expect(isLinked)
    }

    @Test("a dead receiver is link_down, also for a user without rights")
    func deadReceiver() throws {
        let primary = try PostgresServer.primary()
        try primary.createRole("app")
        let standby = try PostgresServer.standby(of: primary)
        let isThere = eventually(within: 10) {
            (try? Asked(standby.target("app", "/postgres"), ["max_lag=5s"]).verdict) == "ready"
        }
        #expect(isThere)
        try standby.configure(["primary_conninfo": "host=127.0.0.1 port=1 user=postgres"])
        let isDead = eventually(within: 10) {
            (try? Asked(standby.target("app", "/postgres"), ["max_lag=200ms"]).verdict) == "link_down"
        }
        #expect(isDead)
    }

    @Test("a standby that has never replayed a commit has no age, and is behind whatever is allowed")
    func nothingReplayed() throws {
        let standby = try PostgresServer.standby(of: try PostgresServer.primary())
        try standby.configure(["primary_conninfo": "host=127.0.0.1 port=1 user=postgres"])
        try #require(
            eventually(within: 10) {
                (try? standby.sql("SELECT count(*) FROM pg_stat_wal_receiver")) == "0"
            })
        try #require(try standby.sql("SELECT pg_last_xact_replay_timestamp() IS NULL") == "t")
        try expect(
            "link_down", "standby that has replayed nothing", standby.target(), ["max_lag=1h"],
            says: "nothing was ever replayed")
    }

    @Test("of several hosts the first that will do gives the verdict; who is refused is refused (L-28, L-29)")
    func severalHosts() throws {
        let primary = try PostgresServer.primary()
        let standby = try PostgresServer.standby(of: primary)
        let (one, two) = ("127.0.0.1:\(standby.port)", "127.0.0.1:\(primary.port)")
        let dead = "127.0.0.1:\(try FreePort.make())"
        func target(_ hosts: String, _ attributes: String) -> String {
            "db=postgres://\(hosts)/postgres?target_session_attrs=\(attributes)"
        }
        for (hosts, attributes, place) in [
            ("\(one),\(two)", "primary", two), ("\(one),\(two)", "read-write", two),
            ("\(one),\(two)", "standby", one),
            ("\(one),\(two)", "any", one), ("\(two),\(one)", "prefer-standby", one),
            ("\(dead),\(two)", "prefer-standby", two),
            ("\(dead),\(one),\(two)", "read-write", two), ("nowhere.invalid,\(one)", "read-only", one),
        ] {
            let asked = try expect("ready", "several hosts", target(hosts, attributes))
            #expect(asked.address == place, "\(hosts) \(attributes): \(asked)")
        }
        try expect("role", "no host of that role", target("\(one)", "primary"), says: "standby mode")
        try expect("role", "several hosts, none of that role", target("\(dead),\(two)", "standby"))
        try expect("refused", "several hosts, none is there", target("\(two),\(dead)", "standby"))
        try expect(
            "no_database", "several hosts, refused by the first", "db=postgres://\(two),\(dead)/gone",
            ["level=query"])
        // Hosts whose addresses are given are not looked up.
        let given = try expect(
            "ready", "several hosts, with addresses",
            "db=pg:host=a.invalid,b.invalid hostaddr=127.0.0.1,127.0.0.1 port=\(standby.port),\(primary.port)"
                + " user=postgres target_session_attrs=primary")
        #expect(given.address == two, "\(given)")
        // A host that never answers gets its share of the time, and no more.
        let silent = try RedisServer.started()
        silent.pause()
        let slow = try Asked(target("127.0.0.1:\(silent.port),\(two)", "primary"), options: ["-t", "1s"])
        #expect(slow.verdict == "ready" && (0.4...0.9).contains(slow.duration), "\(slow)")
        silent.resume()
    }

    @Test("a query has a first value, which must be the one that is expected")
    func values() throws {
        let server = try PostgresServer.started()
        try server.sql("CREATE TABLE migrations (version int)")
        let query = "query=SELECT max(version)::text FROM migrations"
        try expect(
            "body_mismatch", "no value", server.target(), [query, "expect_value=42"],
            says: "has another value")
        try server.sql("INSERT INTO migrations VALUES (42)")
        try expect("ready", "the expected value", server.target(), [query, "expect_value=42"])
        try expect("ready", "the usual value", server.target(), ["expect_value=1"])
        try expect("body_mismatch", "another value", server.target(), [query, "expect_value=43"])
        try expect(
            "body_mismatch", "no row", server.target(), ["query=SELECT 1 WHERE false", "expect_value=1"],
            says: "no value")
    }

    @Test("a pooler in front of a dead server accepts, and is not ready under query (L-14)")
    func pooler() throws {
        let server = try PostgresServer.started()
        let pooler = try PgBouncer(before: server)
        let target = "db=postgres://postgres@127.0.0.1:\(pooler.port)/postgres"
        try expect("ready", "through a pooler", target, ["level=query", "role=primary"])
        try expect("ready", "through a pooler, writable", target, ["level=writable"])
        try expect(
            "no_database", "a pooler without that database",
            "db=postgres://postgres@127.0.0.1:\(pooler.port)/gone", ["level=query"])
        try server.stop()
        let asked = try expect(
            "busy", "a pooler before a dead server", target, ["level=query"], says: "08P01 query_wait_timeout"
        )
        #expect(!asked.message.isEmpty)
        let accepts = try Program.run("/usr/bin/pg_isready", ["-h", "127.0.0.1", "-p", "\(pooler.port)"])
        #expect(accepts.exitCode == 0, "the control: \(accepts)")
        try server.start()
        let isBack = eventually(within: 15, every: 0.2) {
            (try? Asked(target, ["level=query"]).verdict) == "ready"
        }
        #expect(isBack)
    }

    @Test("verify-full verifies the name, and the end of the certificate is known")
    func certificates() throws {
        let authority = try Certificates()
        let others = try Certificates(name: "Other CA")
        let pair = try authority.sign("server", names: ["DNS:localhost"], days: 10)
        let client = try authority.sign("client", names: [], common: "app")
        let server = try PostgresServer(
            settings: ["ssl": "on", "ssl_ca_file": "ca.crt"],
            hba: ["hostssl all app all cert", "host all all all trust"])
        try server.writeData("server.crt", readText(pair.certificate))
        try server.writeData("server.key", readText(pair.key))
        try server.writeData("ca.crt", readText(authority.authority))
        try server.start()
        try server.createRole("app")
        let root = "sslmode=verify-full&sslrootcert=\(authority.authority)"
        func target(_ host: String, _ parameters: String, _ user: String = "postgres") -> String {
            "db=postgres://\(user)@\(host):\(server.port)/postgres?\(parameters)"
        }
        try expect("ready", "verify-full", target("localhost", root), ["level=query"])
        try expect(
            "tls", "verify-full, another name", target("127.0.0.1", root),
            says: "does not match host name \"127.0.0.1\"")
        try expect(
            "tls", "verify-full, unknown issuer",
            target("localhost", "sslmode=verify-full&sslrootcert=\(others.authority)"),
            says: "unknown issuer /CN=Test CA")
        try expect(
            "tls", "verify-ca, unknown issuer",
            target("127.0.0.1", "sslmode=verify-ca&sslrootcert=\(others.authority)"),
            says: "unknown issuer /CN=Test CA")
        try expect(
            "tls", "no version in common",
            target("localhost", root + "&ssl_max_protocol_version=TLSv1.1&ssl_min_protocol_version=TLSv1"))
        try expect(
            "ready", "verify-full, the system's certificates", target("localhost", "sslrootcert=system"),
            ["level=query"],
            environment: ["SSL_CERT_FILE": authority.authority])
        try expect("ready", "min_validity", target("localhost", root), ["min_validity=9d"])
        try expect(
            "tls", "min_validity, too near", target("localhost", root), ["min_validity=11d"],
            says: "the certificate ends on")
        try expect(
            "tls", "min_validity without TLS", target("localhost", "sslmode=disable", "postgres"),
            ["min_validity=1d"])
        _ = try Program.run("/bin/chmod", ["600", client.key])
        let shown = root + "&sslcert=\(client.certificate)&sslkey=\(client.key)"
        try expect("ready", "client certificate", target("localhost", shown, "app"), ["level=query"])
        try expect("auth", "client certificate missing", target("localhost", root, "app"), ["level=query"])
        let old = try authority.sign("old", names: ["DNS:localhost"], days: -1)
        try server.writeData("server.crt", readText(old.certificate))
        try server.writeData("server.key", readText(old.key))
        try server.configure([:])
        let isOld = eventually(within: 10) {
            (try? Asked(target("localhost", root)).message.contains("has expired")) == true
        }
        #expect(isOld)
        try expect("tls", "verify-full, expired", target("localhost", root), says: "has expired")
        // The name is looked at by verify-full alone, and after all else.
        for mode in ["require", "verify-ca", "verify-full"] {
            try expect(
                "tls", "\(mode), expired, for another name",
                target("127.0.0.1", "sslmode=\(mode)&sslrootcert=\(authority.authority)"), says: "has expired"
            )
        }
        try server.writeData("server.crt", readText(pair.certificate))
        try server.writeData("server.key", readText(pair.key))
        try server.configure([:])
        let agent = try AgentUnderTest(
            "defaults: {interval: 200ms}\ntargets:\n  db: {postgres: \"\(target("localhost", root).dropFirst(3))\"}\n"
        )
        try agent.expect("db", "healthy", reason: nil, isReady: true, within: 5)
        let end = try #require(try agent.metric("waitfor_tls_cert_expiry_timestamp_seconds{target=\"db\"}"))
        #expect((9.9 * 86400...10.1 * 86400).contains(end - Double(time(nil))))
    }
}
