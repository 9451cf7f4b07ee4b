extension FieldSection {
    static let settings = [
        FieldSection(
            "M6: a variable with a wrong value is not named",
            [
                FieldCase(
                    "case-62", ["check", "-t", "2s", "postgres://app:secret@db/app"],
                    ["X": "", "PGSSLMODE": "false"], .usage, says: ["the variable PGSSLMODE is `false`"]),
                FieldCase(
                    "case-64", ["check", "-t", "2s", "db:5432"],
                    ["X": "", "PGTARGETSESSIONATTRS": "readwrite"], .usage,
                    says: ["the variable PGTARGETSESSIONATTRS is `readwrite`"]),
            ]),
        FieldSection(
            "M9: advice that does not fit",
            [
                FieldCase(
                    "case-68", "DATABASE_URL",
                    "postgres://app:secret@db:5432/app?sslrootcert=/etc/ssl/certs/ca-certificates.crt&sslmode=verify-full",
                    .notReady("tls"), says: ["sslrootcert"], never: ["ca_file"]),
                FieldCase(
                    "case-438",
                    check:
                        "postgres://app:secret@localhost:5432/app?sslmode=verify-full&sslrootcert=/etc/ssl/certs/ca-certificates.crt",
                    end: .notReady("tls"), says: ["sslrootcert"], never: ["ca_file"]),
            ]),
        FieldSection(
            "U13: host with a port inside `?host=`",
            [
                FieldCase(
                    "case-56", "DATABASE_URL",
                    "postgresql+psycopg2://app:secret@/app?host=db:5432&host=db:5433", .ready,
                    says: ["answers queries"]),
                FieldCase(
                    "case-57", "DATABASE_URL", "postgresql+psycopg2://app:secret@/app?host=db:5432", .ready,
                    says: ["answers queries"]),
            ]),
        FieldSection(
            "U5: two targets on one host",
            [
                FieldCase(
                    "case-616", ["check", "redis:6379", "redis:6380"], .ready,
                    says: ["redis:6379: ready", "redis:6380: ready"]),
                FieldCase(
                    "case-617", ["check", "127.0.0.1:5432", "127.0.0.1:6379"], .ready,
                    says: ["127.0.0.1:5432: ready", "127.0.0.1:6379: ready"]),
            ]),
        FieldSection(
            "U9: variables that name a file, or hold only a password",
            [
                FieldCase(
                    "case-290",
                    [
                        "check", "-t", "2s", "--set", "c.password_env=REDIS_PASSWORD",
                        "c=redis://127.0.0.1:6380",
                    ], ["REDIS_PASSWORD": "pw"], .ready, says: ["PONG"], never: ["warning"]),
                FieldCase(
                    "case-541", ["check", "-t", "2s", "env:DATABASE_URL"], ["DATABASE_URL_FILE": "LAB/url"],
                    .usage,
                    says: ["DATABASE_URL is not set; DATABASE_URL_FILE is: write env-file:DATABASE_URL_FILE"]),
                FieldCase(
                    "case-541 (env-file)", ["check", "-t", "2s", "env-file:DATABASE_URL_FILE"],
                    ["DATABASE_URL_FILE": "LAB/url"], .ready, says: ["answers queries"]),
            ]),
        FieldSection(
            "W12: Kerberos asked by the server",
            [
                FieldCase(
                    "case-232", check: "postgres://app:secret@127.0.0.1:PORT/app", end: .notReady("auth"),
                    says: ["Kerberos"], never: ["check the port"], .peer(.login(7))),
                FieldCase(
                    "case-527", check: "postgres://app:secret@127.0.0.1:PORT/app", end: .notReady("auth"),
                    says: ["Kerberos"], never: ["check the port"], .peer(.login(9))),
            ]),
        FieldSection(
            "W13: `@` in an HTTP path or query",
            [
                FieldCase(
                    "case-314", check: "http://127.0.0.1:WEB/@myorg/pkg", end: .ready, says: ["200 OK"]),
                FieldCase(
                    "case-315", check: "http://127.0.0.1:WEB/plain?to=a@b.c", end: .ready, says: ["200 OK"]),
            ]),
        FieldSection(
            "W7: roles on servers without WAL functions",
            [
                FieldCase(
                    "case-568", check: "--set", "x.role=standby", "x=postgres://app@127.0.0.1:PORT/app",
                    end: .ready, says: ["a standby"], .peer(.aurora)),
                FieldCase(
                    "case-569", check: "--set", "x.role=primary", "x=postgres://app@127.0.0.1:PORT/app",
                    end: .notReady("role"), never: ["server's log"], .peer(.aurora)),
            ]),
    ]
}
