import TestSupport
import Testing

/// Errors about a user or a database: not ready if somebody named it, ready at `ping` if nobody
/// did; and who counts as somebody.
struct PostgresIdentityTests {
    @Test("A missing database is no_database whoever named it")
    func namedDatabaseMissing() throws {
        let server = try PostgresServer.started()
        let verdicts: KeyValuePairs = ["ping": "no_database", "query": "no_database"]
        try ServerState(name: "postgres: database missing, named", target: server.target(nil, "/gone"))
            .expect(verdicts)
        try ServerState(
            name: "postgres: database missing, named", target: server.target(), settings: ["database=gone"]
        ).expect(verdicts)
        for variable in ["PGDATABASE", "POSTGRES_DB"] {
            try ServerState(
                name: "postgres: database missing, named", target: server.target(),
                environment: [variable: "gone"]
            ).expect(verdicts)
        }
        let asked = try Asked(server.target(nil, "/gone"))
        #expect(asked.isPermanent && asked.message.hasPrefix("3D000 "), "\(asked)")
        // The target comes first: nobody asks for the variable's database.
        let own = try Asked(server.target(nil, "/template1"), environment: ["PGDATABASE": "gone"])
        #expect(own.verdict == "ready", "\(own)")
    }

    @Test("A missing database that is only our default is ready at ping, and no_database at query")
    func defaultDatabaseMissing() throws {
        let server = try PostgresServer.started()
        try server.sql("DROP DATABASE postgres", database: "template1")
        try ServerState(name: "postgres: database missing, defaulted", target: server.target()).expect([
            "ping": "ready", "query": "no_database",
        ])
    }

    @Test("A missing user is auth whoever named it")
    func namedUserMissing() throws {
        let server = try PostgresServer.started()
        let verdicts: KeyValuePairs = ["ping": "auth", "query": "auth"]
        try ServerState(name: "postgres: user missing, named", target: server.target("gone")).expect(
            verdicts)
        try ServerState(
            name: "postgres: user missing, named", target: server.target(), settings: ["user=gone"]
        ).expect(verdicts)
        for variable in ["PGUSER", "POSTGRES_USER"] {
            try ServerState(
                name: "postgres: user missing, named", target: server.target(),
                environment: [variable: "gone"]
            ).expect(verdicts)
        }
        let asked = try Asked(server.target("gone"))
        #expect(asked.isPermanent && asked.message.hasPrefix("28000 "), "\(asked)")
    }

    @Test("A missing user that is only our default is ready at ping, and auth at query (L-3, L-8)")
    func defaultUserMissing() throws {
        let server = try PostgresServer.started(superuser: "app")
        try ServerState(name: "postgres: user missing, defaulted", target: server.target()).expect([
            "ping": "ready", "query": "auth",
        ])
        // The user of the official image's variable exists.
        try ServerState(
            name: "postgres: user of POSTGRES_USER", target: server.target(),
            environment: ["POSTGRES_USER": "app"]
        ).expect(["ping": "ready", "query": "ready", "writable": "ready"])
        // PGUSER comes before it, and the target before both.
        let variables = ["PGUSER": "gone", "POSTGRES_USER": "app"]
        #expect(try Asked(server.target(), environment: variables).verdict == "auth")
        #expect(try Asked(server.target("app"), environment: variables).verdict == "ready")
    }

    @Test("A pg_hba rule that rejects is auth for a user who was named, ready at ping for our default")
    func rejected() throws {
        let server = try PostgresServer.started(hba: ["host all all all reject"])
        try server.createRole("app")
        try ServerState(name: "postgres: rejected by pg_hba, named", target: server.target("app")).expect([
            "ping": "auth", "query": "auth",
        ])
        try ServerState(name: "postgres: rejected by pg_hba, defaulted", target: server.target()).expect([
            "ping": "ready", "query": "auth",
        ])
    }

    @Test("Twenty checks of a server of initdb -U app leave no FATAL and no ERROR in its log (L-8)")
    func quietLog() throws {
        let rules = [["host all all all trust"], ["host all all all scram-sha-256"]]
        for (rule, level) in [
            (rules[0], "ping"), (rules[0], "query"), (rules[1], "ping"), (rules[1], "query"),
        ] {
            let server = try PostgresServer.started(superuser: "app", hba: rule)
            try server.sql("ALTER ROLE app PASSWORD 'secret'")
            var environment = ["POSTGRES_USER": "app"]
            // PGPASSWORD belongs to nobody but a user of PGUSER or of the target.
            if level == "query" { environment["PGUSER"] = "app"; environment["PGPASSWORD"] = "secret" }
            for _ in 0..<20 {
                let asked = try Asked(server.target(), ["level=\(level)"], environment: environment)
                #expect(asked.verdict == "ready", "\(rule) at \(level): \(asked)")
            }
            // A smart shutdown waits for the last backend, so the log is whole.
            try server.stop(.smart)
            for line in ["FATAL", "ERROR", "connection reset", "unexpected EOF"] {
                #expect(server.logCount(of: line) == 0, "\(rule) at \(level):\n\(server.log)")
            }
            #expect(server.logCount(of: "database system is shut down") == 1, "\(server.log)")
        }
    }
}
