extension FieldSection {
    static let others = [
        FieldSection(
            "W9: a client key that libpq refuses",
            [
                FieldCase(
                    "case-238",
                    check: "postgres://app:secret@db/app?sslmode=require&sslcert=LAB/c.crt&sslkey=LAB/c.key",
                    end: .notReady("config"), says: ["LAB/c.key"], never: ["check the port"]),
                FieldCase(
                    "case-242",
                    check: "postgres://app:secret@db/app?sslmode=require&sslcert=LAB/c.crt&sslkey=LAB/pg.key",
                    end: .notReady("config"), says: ["LAB/pg.key"], never: ["check the port"]),
            ]),
        FieldSection(
            "M12: Kubernetes REDIS_PORT",
            [
                FieldCase(
                    "case-110", ["check", "-t", "2s", "redis:tcp://10.108.226.199:6379"], ["X": ""], .usage,
                    says: ["Kubernetes", "enableServiceLinks"]),
                FieldCase(
                    "kin-70", "REDIS_URL", "redis://redis:tcp://10.0.0.1:6379/0", .usage,
                    says: ["Kubernetes", "enableServiceLinks"]),
                FieldCase(
                    "kin-71", "DATABASE_URL", "postgres://app:secret@db:tcp://10.0.0.1:5432/app", .usage,
                    says: ["enableServiceLinks"]),
            ]),
        FieldSection(
            "M16: an intermediate certificate is missing",
            [
                FieldCase(
                    "case-641", check: "--set", "t.ca_file=LAB/other.crt", "t=https://localhost:SECURE/",
                    end: .notReady("tls"),
                    says: [
                        "unknown issuer /CN=Test CA, whose certificate it did not send",
                        "its chain may lack the intermediate",
                    ])
            ]),
        FieldSection(
            "U10: SSL_CERT_DIR",
            [
                FieldCase(
                    "case-431", ["check", "-t", "2s", "t=https://localhost:SECURE/plain"],
                    ["SSL_CERT_DIR": "LAB/authorities"], .ready, says: ["200 OK"])
            ]),
        FieldSection(
            "U12: expect_key on a cluster",
            [
                FieldCase(
                    "case-271", check: "--set", "c.expect_key=warmed", "c=redis://127.0.0.1:PORT",
                    end: .notReady("error"), says: ["the key lives on another node of the cluster"],
                    never: ["server's log"],
                    .peer(
                        .redis([
                            "PING": "+PONG", "GET": "-MOVED 3999 127.0.0.1:6381",
                            "EXISTS": "-MOVED 3999 127.0.0.1:6381",
                        ])))
            ]),
        FieldSection(
            "W1: `search .` in resolv.conf",
            [
                FieldCase(
                    "case-364", check: "tcp://db:PORT", end: .ready, says: ["accepts connections"],
                    never: ["Misformatted"],
                    .names("nameserver 127.0.0.1\noptions edns0 trust-ad\nsearch .\n", known: ["db"]))
            ]),
        FieldSection(
            "W14: obs-fold in an answer",
            [
                FieldCase(
                    "case-336", check: "api=http://127.0.0.1:PORT/health", end: .ready, says: ["200 OK"],
                    .peer(.http("HTTP/1.1 200 OK\r\nX-A: one\r\n two\r\nContent-Length: 0\r\n\r\n")))
            ]),
        FieldSection(
            "W15: PgBouncer is full",
            [
                FieldCase(
                    "case-192", check: "postgres://app:secret@127.0.0.1:PORT/app",
                    end: .notReady("too_many_connections"), says: ["max_client_conn"],
                    never: ["server's log"],
                    .peer(.postgres("08P01", "no more connections allowed (max_client_conn)", isPooler: true))
                )
            ]),
        FieldSection(
            "W16: a query after a unix:// path",
            [
                FieldCase(
                    "case-97", "REDIS_URL", "unix://REDIS_SOCKET?db=0", .ready, says: ["REDIS_SOCKET PONG"],
                    never: ["?db=0"])
            ]),
        FieldSection(
            "W3: Dragonfly while it loads",
            [
                FieldCase(
                    "case-248", check: "redis://127.0.0.1:PORT", end: .notReady("loading"),
                    .peer(
                        .redis(
                            ["PING": "+PONG"],
                            otherwise: "-LOADING Dragonfly is loading the dataset in memory")))
            ]),
        FieldSection(
            "W5: AUTH with a user on a server that knows only passwords",
            [
                FieldCase(
                    "case-252", check: "redis://h:secretpw@127.0.0.1:PORT/", end: .ready,
                    says: ["the server knows no users"], .peer(.oldRedis))
            ]),
        FieldSection(
            "W8: a Sentinel with a password",
            [
                FieldCase(
                    "case-567", check: "redis+sentinel://:pw@127.0.0.1:LOCKED_SENTINEL/mymaster", end: .ready,
                    says: ["a master"])
            ]),
    ]
}
