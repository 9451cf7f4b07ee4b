extension FieldSection {
    private static let cached =
        "server login has been failing, cached error: the database system is starting up (server_login_retry)"

    static let servers = [
        FieldSection(
            "W10: poolers about a guessed user or database",
            [
                FieldCase(
                    "case-197", check: "pg:host=127.0.0.1 port=PORT", end: .ready,
                    says: ["accepts connections", "no such user: postgres"],
                    .peer(.postgres("08P01", "no such user: postgres", isPooler: true))),
                FieldCase(
                    "case-203", ["check", "-t", "2s", "pg:host=127.0.0.1 port=PORT"],
                    ["PGSSLMODE": "disable"],
                    .notReady("auth"), says: ["TLS"], never: ["postgres user"],
                    .peer(.postgres("28000", "This RDS Proxy requires TLS connections"))),
                FieldCase(
                    "case-205", check: "pg:host=127.0.0.1 port=PORT", end: .notReady("auth"),
                    says: ["TLS", "pg_hba.conf"], never: ["check the user"],
                    .peer(
                        .postgres(
                            "28000",
                            #"no pg_hba.conf entry for host "172.18.0.5", user "postgres", database "postgres", no encryption"#
                        ))),
            ]),
        FieldSection(
            "W2: SERVFAIL for one candidate of the search list",
            [
                FieldCase(
                    "case-368", check: "tcp://db:PORT", end: .ready, says: ["accepts connections"],
                    .names(
                        "nameserver 127.0.0.1\nsearch ns.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n",
                        known: ["db.svc.cluster.local"], failing: ["db.ns.svc.cluster.local"])),
                FieldCase(
                    "case-369", check: "tcp://db:PORT", end: .ready, says: ["accepts connections"],
                    .names(
                        "nameserver 127.0.0.1\nsearch c.proj.internal google.internal\noptions ndots:5\n",
                        known: ["db.google.internal"], failing: ["db.c.proj.internal"])),
                FieldCase(
                    "case-370", check: "tcp://db:PORT", end: .ready, says: ["accepts connections"],
                    .names(
                        "nameserver 127.0.0.1\nsearch corp.example\noptions ndots:0\n",
                        known: ["db.corp.example"], failing: ["db"])),
            ]),
        FieldSection(
            "W4: PgBouncer tells of a server that starts",
            [
                FieldCase(
                    "case-188", check: "postgres://app:secret@127.0.0.1:PORT/app", end: .notReady("starting"),
                    says: ["08P01", "wait"], never: ["no_database"],
                    .peer(.postgres("08P01", cached, afterPassword: true, isPooler: true))),
                FieldCase(
                    "case-534", ["--fail-fast", "-t", "1s", "postgres://app:secret@127.0.0.1:PORT/app"],
                    .exits(124), says: ["starting"], never: ["giving up", "no_database"],
                    .peer(.postgres("08P01", cached, afterPassword: true, isPooler: true))),
                FieldCase(
                    "case-535", ["-t", "1s", "postgres://app:secret@127.0.0.1:PORT/app"], .exits(124),
                    says: ["starting ×"], never: ["no_database"],
                    .peer(.postgres("08P01", cached, afterPassword: true, isPooler: true))),
            ]),
        FieldSection(
            "W6: a password file with wide permissions",
            [
                FieldCase(
                    "case-243", ["check", "-t", "2s", "postgres://app@db/app"], ["PGPASSFILE": "LAB/pgpass"],
                    .ready, says: ["LAB/pgpass of PGPASSFILE is not used", "chmod 600"]),
                FieldCase(
                    "case-244", check: "postgres://app@db/app?passfile=LAB/pgpass", end: .notReady("config"),
                    says: ["LAB/pgpass"]),
                FieldCase(
                    "case-525", ["check", "-v", "-t", "2s", "postgres://app@db/app"],
                    ["PGPASSFILE": "LAB/pgpass"], .ready,
                    says: ["LAB/pgpass of PGPASSFILE is not used", "chmod 600"]),
            ]),
        FieldSection(
            "M1: the message about a search list",
            [
                FieldCase(
                    "case-366", check: "tcp://db:PORT", end: .notReady("dns"), says: ["no such host"],
                    never: ["Misformatted"],
                    .names("nameserver 127.0.0.1\nsearch .\noptions edns0 trust-ad ndots:0\n")),
                FieldCase(
                    "case-578", ["-t", "5s", "redis://redis:PORT"], .ready, says: ["PONG"],
                    never: ["Misformatted"], .names("nameserver 127.0.0.1\nsearch .\n", known: ["redis"])),
            ]),
        FieldSection(
            "M11: `S`, then closed",
            [
                FieldCase(
                    "case-217", check: "postgres://app:secret@127.0.0.1:PORT/app?sslmode=require",
                    end: .notReady("closed"), never: ["certificate"], .peer(.hangsUpInTLS)),
                FieldCase(
                    "case-515", check: "postgres://app:secret@127.0.0.1:PORT/app?sslmode=require",
                    end: .notReady("closed"), never: ["certificate"], .peer(.hangsUpInTLS)),
            ]),
        FieldSection(
            "M14: a password file with two line ends",
            [
                FieldCase(
                    "case-246", check: "--password-file", "LAB/pw-cr", "postgres://app@db/app",
                    end: .notReady("auth"), says: ["ends in a carriage return"]),
                FieldCase(
                    "case-247", check: "--password-file", "LAB/pw-newlines", "postgres://app@db/app",
                    end: .notReady("auth"), says: ["several newlines"]),
            ]),
        FieldSection(
            "M18: HTTP status out of range",
            [
                FieldCase(
                    "case-346", check: "--set", "api.expect_status=200-599",
                    "api=http://127.0.0.1:PORT/health",
                    end: .notReady("http_status"), says: ["999"], never: ["not HTTP"],
                    .peer(.http("HTTP/1.1 999 Request denied\r\nContent-Length: 0\r\n\r\n"))),
                FieldCase(
                    "case-347", check: "api=http://127.0.0.1:PORT/health", end: .notReady("http_status"),
                    says: ["610"], never: ["not HTTP"],
                    .peer(.http("HTTP/1.1 610 x\r\nContent-Length: 0\r\n\r\n"))),
            ]),
        FieldSection(
            "M5: verify-full without a root",
            [
                FieldCase(
                    "case-241", check: "postgres://app:secret@db/app?sslmode=verify-full",
                    end: .notReady("tls"),
                    says: ["verify-full need sslrootcert", "no root certificate is named"],
                    never: ["/dev/null"]),
                FieldCase(
                    "case-587", check: "postgres://app@127.0.0.1/app?sslmode=verify-full",
                    end: .notReady("tls"), says: ["need sslrootcert"], never: ["/dev/null"], .emptyRoot),
            ]),
    ]
}
