import HealthCore
import Testing

@Suite("Refusals that are about a user or a database that nobody named")
struct PostgresGuessTests {
    private static let rules =
        "no pg_hba.conf entry for host \"172.18.0.5\", user \"postgres\", database \"postgres\""

    /// Code, text, and whether it is about the user or about the database.
    static let refusals: [(String, String, user: Bool, database: Bool)] = [
        ("28000", "role \"postgres\" does not exist", true, false),
        ("28P01", "password authentication failed for user \"postgres\"", true, false),
        ("28000", "\(rules), SSL encryption", true, false),
        ("3D000", "database \"postgres\" does not exist", false, true),
        ("3D000", "route for 'postgres.postgres' is not found", false, true),
        // Poolers have one code for all that they say.
        ("08P01", "no such user: postgres", true, false), ("08P01", "no such user", true, false),
        ("08P01", "no such database: postgres", false, true),
        ("XX000", "Tenant or user not found", true, false),
        ("XX000", "(ENOTFOUND) tenant/user postgres not found", true, false),
        ("58000", "No pool configured for database: \"postgres\", user: \"postgres\"", false, true),
        // What the pooler's own login met is another's matter.
        (
            "08P01", "server login has been failing, cached error: no such user (server_login_retry)", false,
            false
        ),
        ("08P01", "password authentication failed", false, false), ("08P01", "login rejected", false, false),
        ("08P01", "server login failed: FATAL database \"postgres\" does not exist", false, false),
        // PgBouncer 1.24 passes on the code, too: the name tells whose login it was.
        ("28P01", "password authentication failed for user \"pooler\"", false, false),
        ("28000", "role \"pooler\" does not exist", false, false),
        ("28000", "role \"postgres2\" is not permitted to log in", false, false),
        (
            "28000", "no pg_hba.conf entry for host \"::1\", user \"pooler\", database \"postgres\"", false,
            false
        ),
        ("3D000", "database \"theirs\" does not exist", false, false),
        // Who translates does not say `user "`, and is believed.
        ("28P01", "la autentificación password falló para el usuario «pooler»", true, false),
        ("08P01", "query_wait_timeout", false, false),
        ("08P01", "no more connections allowed (max_client_conn)", false, false),
        (
            "28000", "pg_hba.conf rejects connection for host \"::1\", user \"postgres\", no encryption",
            true, false
        ),
        // Who has no TLS is never let in.
        ("28000", "\(rules), no encryption", false, false), ("28000", "\(rules), SSL off", false, false),
        ("28000", "This RDS Proxy requires TLS connections", false, false),
        ("28000", "SSL connection is required. Please specify SSL options and retry.", false, false),
        ("08P01", "SSL required", false, false),
        ("53300", "no such user: postgres", false, false),
        ("57P03", "no such database: postgres", false, false),
        ("42501", "permission denied for database \"postgres\"", false, false),
    ]

    @Test("a ping forgives what is about its guess, and nothing else", arguments: refusals)
    func forgiven(code: String, text: String, isAboutUser: Bool, isAboutDatabase: Bool) throws {
        let failure = PostgresAnswer(code: code, text: Array(text.utf8)).failure
        let guessed = try read("db:5432").postgres
        #expect(guessed.forgives(failure) == (isAboutUser || isAboutDatabase))
        var named = guessed
        named.userOrigin = .target
        #expect(named.forgives(failure) == isAboutDatabase)
        named.databaseOrigin = .libpqVariable
        #expect(!named.forgives(failure))
        named.userOrigin = .ours
        #expect(named.forgives(failure) == isAboutUser)
    }

    @Test("a failure without a code is never forgiven")
    func withoutCode() throws {
        #expect(!(try read("db:5432").postgres.forgives(Failure(.auth, "28000 role does not exist"))))
    }
}
