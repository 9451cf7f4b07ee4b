import HealthCore
import Testing

@Suite("What a PostgreSQL server's refusal means")
struct PostgresAnswerTests {
    static let reasons: [(String, String, Reason)] = [
        ("57P03", "the database system is starting up", .starting),
        ("57P03", "the database system is shutting down", .shuttingDown),
        ("57P03", "the database system is in recovery mode", .recovering),
        ("57P03", "the database system is not yet accepting connections", .recovering),
        ("57P03", "the database system is not accepting connections", .recovering),
        // Another language refines nothing, and is not ready all the same.
        ("57P03", "das Datenbanksystem fährt herunter", .starting),
        ("57P03", "le système de bases de données est en cours de démarrage", .starting),
        ("57P03", "", .starting),
        ("57P01", "terminating connection due to administrator command", .shuttingDown),
        ("57P02", "terminating connection because of crash of another server process", .shuttingDown),
        ("53300", "sorry, too many clients already", .tooManyConnections),
        ("53300", "die verbleibenden Verbindungen sind reserviert", .tooManyConnections),
        ("28000", "role \"app\" does not exist", .auth),
        ("28P01", "password authentication failed for user \"app\"", .auth),
        ("28P01", "Passwort-Authentifizierung für Benutzer »app« fehlgeschlagen", .auth),
        ("42501", "permission denied for database \"app\"", .denied),
        ("3D000", "database \"app\" does not exist", .noDatabase),
        ("55000", "database \"template0\" is not currently accepting connections", .noDatabase),
        ("08P01", "no such database: app", .noDatabase),
        ("08P01", "invalid startup packet", .error),
        ("25006", "cannot execute nextval() in a read-only transaction", .readOnly),
        ("0A000", "unsupported frontend protocol 3.1", .error),
        ("XX000", "cache lookup failed for type 0", .error),
        ("53200", "out of memory", .error),
        ("57014", "canceling statement due to statement timeout", .error),
        ("57P04", "database was dropped", .error),
        ("2D000", "invalid transaction termination", .error),
    ]

    /// What PgBouncer 1.18 passes on of its server, what poolers say themselves, and what they cannot know.
    static let words: [(String, Reason)] = [
        ("the database system is starting up", .starting),
        ("the database system is in recovery mode", .recovering),
        ("the database system is not yet accepting connections", .recovering),
        ("the database system is not accepting connections", .recovering),
        ("the database system is shutting down", .shuttingDown),
        ("terminating connection due to administrator command", .shuttingDown),
        ("terminating connection because of crash of another server process", .shuttingDown),
        ("the pooler is shutting down", .shuttingDown),
        ("sorry, too many clients already", .tooManyConnections),
        (
            "remaining connection slots are reserved for non-replication superuser connections",
            .tooManyConnections
        ),
        ("too many connections for role \"app\"", .tooManyConnections),
        ("too many connections for database \"app\"", .tooManyConnections),
        ("no more connections allowed (max_client_conn)", .tooManyConnections),
        ("client connections exceeded (max_user_client_connections)", .tooManyConnections),
        ("password authentication failed", .auth), ("SASL authentication failed", .auth),
        ("backend authentication failed", .auth),
        ("password authentication failed for user \"app\"", .auth),
        ("no pg_hba.conf entry for host \"::1\", user \"app\", database \"app\", no encryption", .auth),
        ("pg_hba.conf rejects connection for host \"::1\", user \"app\", database \"app\"", .auth),
        ("role \"app\" is not permitted to log in", .auth), ("role \"app\" does not exist", .auth),
        ("login rejected", .auth),
        ("permission denied for database \"app\"", .denied),
        ("no such database: app", .noDatabase), ("database \"app\" does not exist", .noDatabase),
        ("database \"app\" is disabled", .noDatabase),
        ("database \"app\" is not currently accepting connections", .noDatabase),
        ("server login has been failing, cached error: database \"app\" does not exist", .noDatabase),
        ("query_wait_timeout", .busy), ("client_login_timeout", .error), ("database removed", .error),
        ("server login has been failing, try again later (server_login_retry)", .error), ("", .error),
        ("bouncer config error", .error), ("unsupported startup parameter: database", .error),
        // Supavisor, PgCat, Odyssey, pgpool and old PgBouncers.
        ("(EMAXCONN) max client connections reached, limit: 200", .tooManyConnections),
        (
            "MaxClientsInSessionMode: max clients reached - in Session mode max clients are limited to pool_size",
            .tooManyConnections
        ),
        ("(EMAXPOOLSREACHED) max pools count reached", .tooManyConnections),
        ("too many tcp connections (global client_max 100)", .tooManyConnections),
        ("Sorry, too many clients already", .tooManyConnections),
        ("Tenant or user not found", .auth), ("(ENOTFOUND) tenant/user app.x not found", .auth),
        ("(ENOIDENTIFIER) no tenant identifier provided (external_id or sni_hostname required)", .auth),
        ("(EAUTHQUERY) user not found in the database", .auth), ("auth failed", .auth),
        ("No pool configured for database: \"app\", user: \"app\"", .noDatabase),
        (
            "server login has been failing, cached error: the database system is starting up (server_login_retry)",
            .starting
        ),
        ("server login has been failing, cached error: connect failed (server_login_retry)", .error),
        ("Timed-out waiting to acquire database connection", .busy),
        ("Unable to check out connection from the pool due to timeout", .busy),
        ("Unable to check out process from the pool due to timeout", .busy),
        ("could not get connection from the pool - AllServersDown", .busy),
        ("odyssey: c1a2b3: failed to get remote server connection", .busy),
        // Who takes no client without TLS.
        ("SSL required", .tls), ("SSL is required", .tls), ("TLS connection required", .tls),
        ("node is running secure mode, SSL connection required", .tls),
        ("cleartext connections are not permitted", .tls),
        ("(ESSLREQUIRED) SSL connection is required for user: app", .tls),
        ("connection is insecure (try using `sslmode=require`)", .tls),
        ("received unencrypted data after SSL request", .error), ("server does not support SSL", .error),
        // A name may be any of the words, and may have quotes in it.
        ("database \"the database system is starting up\" does not exist", .noDatabase),
        ("database \"a\"permission denied\"b\" does not exist", .noDatabase),
        ("permission denied for database \"authentication failed\"", .denied),
        ("no such database: too many connections", .noDatabase),
    ]

    @Test("where a pooler has one code for everything, words count", arguments: words)
    func spoken(text: String, reason: Reason) {
        for code in ["08P01", "08006", "XX000", "58000"] {
            let answer = PostgresAnswer(code: code, text: Array(text.utf8))
            #expect(answer.reason == reason, "\(code) \(text)")
            #expect(answer.failure.isPermanent == [.auth, .denied, .noDatabase, .tls].contains(reason))
        }
        // Anywhere else the code knows better.
        #expect(PostgresAnswer(code: "57014", text: Array(text.utf8)).reason == .error)
        #expect(PostgresAnswer(code: "53300", text: Array(text.utf8)).reason == .tooManyConnections)
    }

    @Test(
        "the code decides, whatever the language; English texts refine 57P03 only (L-5)",
        arguments: reasons)
    func reason(code: String, text: String, reason: Reason) {
        let answer = PostgresAnswer(code: code, text: Array(text.utf8))
        #expect(answer.reason == reason)
        #expect(answer.failure.reason == reason)
        #expect(answer.failure.message == "\(code) \(text)")
    }

    @Test(
        "the advice is about TLS and pg_hba.conf where the server speaks of them, and about the password elsewhere",
        arguments: [
            ("28000", "This RDS Proxy requires TLS connections", .serverWantsTLS),
            (
                "28000", "no pg_hba.conf entry for host \"::1\", user \"a\", database \"b\", no encryption",
                .serverWantsTLS
            ),
            (
                "28000", "no pg_hba.conf entry for host \"::1\", user \"a\", database \"b\", SSL off",
                .serverWantsTLS
            ),
            (
                "28000",
                "pg_hba.conf rejects connection for host \"::1\", user \"a\", database \"b\", no encryption",
                .serverWantsTLS
            ),
            ("28000", "SSL connection is required. Please specify SSL options and retry.", .serverWantsTLS),
            ("08P01", "node is running secure mode, SSL connection required", .serverWantsTLS),
            (
                "28000", "no pg_hba.conf entry for host \"::1\", user \"a\", database \"b\", SSL encryption",
                .hostBasedRules
            ),
            ("28P01", "host based authentication rejected", .hostBasedRules),
            ("28P01", "password authentication failed for user \"no encryption\"", nil),
            ("28000", "role \"pg_hba.conf\" does not exist", nil),
            ("57P03", "the database system is starting up, SSL required", nil),
        ] as [(String, String, Advice?)])
    func advice(code: String, text: String, advice: Advice?) {
        #expect(PostgresAnswer(code: code, text: Array(text.utf8)).failure.hint == advice)
    }

    @Test("the server's words are shown as one printable line, in whatever encoding they came")
    func text() {
        let latin = PostgresAnswer(code: "28P01", text: [0x66, 0xFC, 0x72, 0x0A, 0x1B])
        #expect(latin.failure.message == "28P01 f\\xfcr\\x0a\\x1b")
        let long = PostgresAnswer(code: "XX000", text: [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20))
        #expect(long.failure.message.utf8.count <= 200)
        // Some fifty words are looked for in it: a megabyte would hold the loop for a tenth of a second.
        #expect(long.text.count == 4096)
    }

    static let prefix = "connection to server at \"127.0.0.1\", port 5432 failed: "

    static let found: [(String, String, String)] = [
        (
            "FATAL:  57P03: the database system is starting up\n", "57P03",
            "the database system is starting up"
        ),
        ("ВАЖНО:  57P03: система баз данных запускается\n", "57P03", "система баз данных запускается"),
        ("致命错误:  3D000: 数据库 \"a\" 不存在\n", "3D000", "数据库 \"a\" 不存在"),
        ("FATAL:  28P01: x", "28P01", "x"),
        // What looks like a second code is the server's text.
        (
            "FATAL:  3D000: database \"a:  28P01: b\" does not exist\n", "3D000",
            "database \"a:  28P01: b\" does not exist"
        ),
        // Lines after the first say anything.
        ("FATAL:  28000: no entry\nDETAIL:  57P03: lies\nLOCATION:  28P01: lies\n", "28000", "no entry"),
    ]

    @Test("the code is found behind a severity in any language (L-27)", arguments: found)
    func finds(message: String, code: String, text: String) {
        let answer = PostgresAnswer(libpqMessage: Array((Self.prefix + message).utf8))
        #expect(answer == PostgresAnswer(code: code, text: Array(text.utf8)))
    }

    @Test("of several connections the last one that had an answer counts (L-31)")
    func severalConnections() {
        let message = """
            connection to server at "db" (::1), port 5432 failed: FATAL:  57P03: the database system is starting up
            connection to server at "db" (127.0.0.1), port 5432 failed: FATAL:  28P01: wrong
            """
        #expect(PostgresAnswer(libpqMessage: Array(message.utf8))?.code == "28P01")
        let last = "\nconnection to server at \"db\" (10.0.0.1), port 5432 failed: Connection refused\n"
        #expect(PostgresAnswer(libpqMessage: Array((message + last).utf8))?.code == "28P01")
    }

    @Test("a socket's story is found as well")
    func socket() {
        let message =
            "connection to server on socket \"/run/postgresql/.s.PGSQL.5432\" failed: FATAL:  53300: full\n"
        #expect(PostgresAnswer(libpqMessage: Array(message.utf8))?.reason == .tooManyConnections)
    }

    @Test(
        "what has no code has no answer (L-4)",
        arguments: [
            "", "connection to server at \"db\", port 5432 failed: Connection refused\n",
            "connection to server at \"db\", port 5432 failed: FATAL:  could not fork new process\n",
            "connection to server at \"db\", port 5432 failed: FATAL:  57p03: lower case\n",
            "connection to server at \"db\", port 5432 failed: FATAL:  57P0: four\n",
            "connection to server at \"db\", port 5432 failed: FATAL:  57P033: six\n",
            "connection to server at \"db\", port 5432 failed: FATAL: 57P03: one space\n",
            "FATAL:  57P03: without libpq's prefix\n",
            "invalid URI query parameter: \"x:  28P01: y\"\n",
        ])
    func nothing(message: String) {
        #expect(PostgresAnswer(libpqMessage: Array(message.utf8)) == nil)
    }

    @Test("bytes that are no text do not hide the code")
    func bytes() {
        let message = Array(Self.prefix.utf8) + [0xFF, 0xC3] + Array(":  57P03: ".utf8) + [0xE9, 0x00, 0x74]
        #expect(
            PostgresAnswer(libpqMessage: message) == PostgresAnswer(code: "57P03", text: [0xE9, 0x00, 0x74]))
    }
}
