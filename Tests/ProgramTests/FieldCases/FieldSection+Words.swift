extension FieldSection {
    static let words = [
        FieldSection(
            "M15: forms people write for sockets, names, files, commands",
            [
                FieldCase(
                    "case-37", check: "host=db user=app dbname=app", end: .ready,
                    says: ["accepts connections"],
                    never: ["called host"]),
                FieldCase(
                    "case-402", check: "dns:db:5432", end: .usage, says: ["a name has no port: dns:NAME"],
                    .names("nameserver 127.0.0.1\n", known: ["db"])),
                FieldCase(
                    "case-316", check: "http://127.0.0.1:PORT/#/login", end: .ready, says: ["200 OK"],
                    .peer(.http("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))),
                FieldCase("case-332", check: "unix:lab/h.sock:/_ping", end: .usage, says: ["http+unix:///"]),
                FieldCase(
                    "case-182", ["check", "-t", "1s", "unix:REDIS_SOCKET"], .ready,
                    says: ["accepts connections"]),
                FieldCase(
                    "case-184", ["check", "-t", "1s", "file:ready"], .usage,
                    says: ["an absolute path", "file:///"]),
                FieldCase(
                    "case-590", ["check", "exec:test -f /x"], .notReady("config"), says: ["/bin/sh"],
                    never: ["command not found; correct"], .emptyRoot),
                FieldCase(
                    "case-614", ["check", "-t=5", "redis:6379"], .ready, says: ["PONG"], never: ["***"]),
            ]),
        FieldSection(
            "M2: quotes, blanks, BOM, CR around a value",
            [
                FieldCase(
                    "case-41", "DATABASE_URL", #""postgres://app:secret@db:5432/app""#, .ready,
                    says: ["answers queries", "quotation marks"]),
                FieldCase(
                    "case-42", "DATABASE_URL", "'postgres://app:secret@db:5432/app'", .ready,
                    says: ["answers queries", "quotation marks"]),
                FieldCase(
                    "case-44", "DATABASE_URL", "postgres://app:secret@db:5432/app\n", .ready,
                    says: ["answers queries", "blanks"]),
                FieldCase(
                    "case-46", "DATABASE_URL", " postgres://app:secret@db:5432/app", .ready,
                    says: ["answers queries", "blanks"]),
                FieldCase(
                    "case-47", "DATABASE_URL", "\u{FEFF}postgres://app:secret@db:5432/app", .ready,
                    says: ["answers queries", "byte order mark"]),
                FieldCase(
                    "case-116", "REDIS_URL", #""redis://redis:6379""#, .ready,
                    says: ["PONG", "quotation marks"]),
                FieldCase(
                    "case-117", "REDIS_URL", "redis://redis:6379/0\r", .ready,
                    says: ["PONG", "carriage return"]),
                FieldCase(
                    "case-325", "HEALTH_URL", "http://127.0.0.1:PORT/health\r", .ready,
                    says: ["200 OK", "carriage return"],
                    .peer(.http("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))),
                FieldCase(
                    "kin-50", "DATABASE_URL", "“postgres://app:secret@db:5432/app”", .ready,
                    says: ["answers queries", "quotation marks"]),
                FieldCase(
                    "kin-51", "DATABASE_URL", "`postgres://app:secret@db:5432/app`", .ready,
                    says: ["answers queries", "quotation marks"]),
                FieldCase(
                    "kin-52", "DATABASE_URL", " postgres://app:secret@db:5432/app​", .ready,
                    says: ["answers queries", "blanks"]),
            ]),
    ]
}
