extension FieldSection {
    static let habits = [
        FieldSection(
            "U14: small habits",
            [
                FieldCase(
                    "case-302", check: "--set", #"api.expect_body="UP""#, "api=http://127.0.0.1:PORT/health",
                    end: .notReady("body_mismatch"), says: ["compressed (gzip)"],
                    .peer(
                        .http(
                            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n\u{1F}\u{8B}"
                        ))),
                FieldCase(
                    "case-313", check: "http://user:pass@127.0.0.1:PORT/health", end: .ready,
                    says: ["200 OK", "a token for 127.0.0.1 is an argument"],
                    never: ["pass@", "dXNlcjpwYXNz"], .peer(.http(wants: "Authorization: Basic dXNlcjpwYXNz"))
                ),
                FieldCase(
                    "case-357", check: "--set", "api.expect_status=2xx", "api=http://127.0.0.1:PORT/health",
                    end: .ready, says: ["200 OK"],
                    .peer(.http("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))),
                FieldCase(
                    "case-170", ["--host=redis", "--port=6379", "--", "/bin/true"], .usage,
                    says: ["write `waitfor redis:6379 -- COMMAND`"]),
                FieldCase(
                    "case-176", ["check", "redis:6379"], ["WAITFOR_CHECK_TIMEOUT": ""], .ready,
                    says: ["PONG"],
                    never: ["WAITFOR_CHECK_TIMEOUT"]),
                FieldCase(
                    "case-180", ["check", "-t", "1s", "unix://@app"], .notReady("refused"),
                    says: ["@app: not ready: refused: connection refused (@app)"]),
                FieldCase("case-442", request: "OPTIONS / HTTP/1.0\r\n\r\n", answer: "HTTP/1.1 200 OK"),
                FieldCase(
                    "case-443", request: "OPTIONS /healthz HTTP/1.0\r\n\r\n", answer: "HTTP/1.1 200 OK"),
                FieldCase("case-456", request: "GET /healthz HTTP/1.0\n\n", answer: "HTTP/1.1 200 OK"),
                FieldCase(
                    "case-479", ["config", "check", "LAB/c.yaml"], .exits(0),
                    says: ["2 targets, no mistakes"],
                    .file("targets:\n  db: postgres://app@db/app\n  cache: redis://redis\n")),
                FieldCase(
                    "case-490", ["config", "check", "LAB/c.yaml"], .exits(0), says: ["1 target, no mistakes"],
                    .file(
                        "targets:\n  web:\n    http: http://127.0.0.1/health\n    expect_status: [200, 204]\n"
                    )),
                FieldCase(
                    "case-547", check: "[fe80::1%eth0]:5432", end: .notReady("unreachable"),
                    says: ["fe80::1%eth0: not ready", "there is no interface eth0"]),
            ]),
        FieldSection(
            "M3: variables that nobody expanded",
            [
                FieldCase(
                    "case-78", "DATABASE_URL", "postgres://app:${DB_PASSWORD}@db:5432/app", .notReady("auth"),
                    says: ["`${` stands in the value of DATABASE_URL, and nobody replaced it"],
                    never: ["DB_PASSWORD"]),
                FieldCase(
                    "case-80", "DATABASE_URL",
                    "postgresql://${POSTGRES_USER}:${POSTGRES_PASSWORD}@${POSTGRES_HOST}:${POSTGRES_PORT}/${POSTGRES_DB}",
                    .usage, says: ["DATABASE_URL", "nobody replaced it (there is no shell): write env:NAME"],
                    never: ["POSTGRES_PASSWORD"]),
                FieldCase(
                    "case-158", ["check", "-t", "1s", "localhost:$UI_PORT"], .usage,
                    says: ["`$UI_PORT` stands there, and nobody replaced it"]),
                FieldCase(
                    "case-159", ["check", "-t", "1s", "http://localhost:${PORT}/health"], .usage,
                    says: ["PORT is not set; write ${PORT:-default}"]),
                FieldCase(
                    "case-160", ["check", "-t", "1s", "$DATABASE_URL"], .usage,
                    says: ["`$DATABASE_URL`", "write env:DATABASE_URL"]),
                FieldCase(
                    "case-543", check: "postgres://app:$(DB_PASSWORD)@$(DB_HOST):5432/app", end: .usage,
                    says: ["a variable stands there, and nobody replaced it"], never: ["DB_PASSWORD"]),
                FieldCase(
                    "case-544", check: "env:$DATABASE_URL", end: .usage,
                    says: ["write env:DATABASE_URL, without `$`"]),
                FieldCase(
                    "case-545", check: "%DB_HOST%:5432", end: .usage,
                    says: ["`%DB_HOST%` stands there, and nobody replaced it"]),
                FieldCase(
                    "case-546", check: "{{ .Values.host }}:5432", end: .usage,
                    says: ["a variable stands there, and nobody replaced it"]),
                FieldCase(
                    "kin-60", "DATABASE_URL", "postgres://app:$(DB_PASSWORD)@db/app", .notReady("auth"),
                    says: ["`$(` stands in the value"], never: ["DB_PASSWORD"]),
                FieldCase(
                    "kin-61", "DATABASE_URL", "postgres://app:{{pw}}@db/app", .notReady("auth"),
                    says: ["`{{` stands in the value"]),
                FieldCase(
                    "kin-62", "DATABASE_URL", "postgres://app:[YOUR-PASSWORD]@db/app", .notReady("auth"),
                    says: ["`[YOUR-` stands in the value"]),
                FieldCase(
                    "kin-63", "DATABASE_URL", "postgres://app:secret@{host}/app", .usage,
                    says: ["`{` is not a character of a host name"]),
            ]),
    ]
}
