import HealthCore
import Testing

@Suite("Variables that libpq reads itself, and would refuse")
struct PostgresVariableTests {
    @Test(
        "a value that libpq would refuse is a mistake that names the variable and the value",
        arguments: [
            ("PGSSLMODE", "false", "sslmode"), ("PGSSLMODE", "no-verify", "sslmode"),
            ("PGSSLMODE", "", "sslmode"),
            ("PGTARGETSESSIONATTRS", "readwrite", "target_session_attrs"),
            ("PGCHANNELBINDING", "on", "channel_binding"),
            ("PGSSLMINPROTOCOLVERSION", "1.2", "ssl_min_protocol_version"),
        ])
    func refused(variable: String, value: String, key: String) {
        let sentence = refusal { _ = try read(["db:5432"], context([variable: value])) }
        let shown = value.isEmpty ? "empty" : "`\(value)`"
        #expect(
            sentence?.hasPrefix("db.\(key): the variable \(variable) is \(shown), and not one of ") == true)
    }

    @Test(
        "a value that libpq knows, a parameter of the target, and a variable of a newer libpq are no mistake")
    func taken() throws {
        _ = try read(["db:5432"], context(["PGSSLMODE": "require", "PGTARGETSESSIONATTRS": "read-write"]))
        _ = try read(["postgres://db/?sslmode=require"], context(["PGSSLMODE": "false"]))
        _ = try read(["db:5432"], context(["PGSSLNEGOTIATION": "x"]))
        _ = try read(["db:6379"], context(["PGSSLMODE": "false"]))
    }

    @Test(
        "a password file that libpq ignores for its mode is asked for all the same where the target names it")
    func namedPassFile() throws {
        let around = context(exposedPassFiles: ["/pass": "*:*:*:*:x"])
        let target = try #require(try read(["postgres://u@db/a?passfile=/pass"], around).first)
        #expect(try target.password == .passFile(path: "/pass") && target.postgres.level == .query)
        #expect(target.warnings == [])
    }

    @Test(
        "one that PGPASSFILE names is warned of, if it has a line for the target and nothing else has a password"
    )
    func ambientPassFile() throws {
        func warnings(_ target: String, _ variables: [String: String] = [:]) throws -> [String] {
            let around = context(
                variables.merging(["PGPASSFILE": "/pass"]) { $1 },
                exposedPassFiles: ["/pass": "db:*:*:*:x"])
            return try read([target], around).flatMap(\.warnings)
        }
        let warned = try warnings("postgres://u@db/a")
        #expect(warned.count == 1 && warned[0].mentions("/pass") && warned[0].mentions("chmod 600"))
        #expect(try warnings("postgres://u@other/a") == [])
        #expect(try warnings("postgres://u:p@db/a") == [])
        #expect(try warnings("postgres://u@db/a", ["PGPASSWORD": "p"]) == [])
        #expect(try warnings("db:6379") == [])
    }
}
