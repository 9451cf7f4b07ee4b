/// What was typed at three in the morning, and said nothing that helped.
extension FieldSection {
    static let messages = [
        FieldSection(
            "3 a.m.: targets",
            [
                FieldCase(
                    "3am-1", ["-t", "2s", "localhost:5432", "localhost:6379", "--", "/bin/echo", "started"],
                    .exits(0), says: ["started\n", "localhost:5432", "localhost:6379"]),
                FieldCase(
                    "3am-2", check: "redis:6379", "http://redis:8084/", end: .exits(1),
                    says: ["redis:6379: ready", "redis:8084: not ready"]),
                FieldCase(
                    "3am-3", check: "http://db:WEB/plain", "http://db:WEB/plain2", end: .ready,
                    says: ["db:WEB/plain: ready", "db:WEB/plain2: ready"]),
                FieldCase(
                    "3am-4", check: "db.localhost:5432", "db.x.localhost:5432", end: .ready,
                    says: ["db.localhost:5432: ready", "db.x.localhost:5432: ready"]),
                FieldCase(
                    "3am-5", check: "postgress://app@db/app", end: .usage,
                    says: ["`postgress` is unknown; did you mean `postgres://`?"]),
                FieldCase(
                    "3am-6", check: "mongodb://db", end: .usage,
                    says: ["`mongodb` is unknown", "tcp://db:27017 asks for the bare port"]),
                FieldCase(
                    "3am-7", check: "postgres://$DB_USER@$DB_HOST/", end: .usage,
                    says: ["nobody replaced it", "env:NAME"]),
                FieldCase(
                    "3am-8", ["db"], .usage, says: ["its port is missing: db:5432"], never: ["did you forget"]
                ),
                FieldCase(
                    "3am-9", ["db:5432", "redis"], .usage, says: ["its port is missing: redis:6379"],
                    never: ["did you forget"]),
                FieldCase(
                    "3am-10", ["check", "env:A", "env:B", "env:C", "env:D"], .usage,
                    says: ["A is not set", "B is not set", "C is not set", "D is not set"]),
            ]),
        FieldSection(
            "3 a.m.: words and options",
            [
                FieldCase(
                    "3am-11", ["chek", "db:5432"], .usage, says: ["did you mean `check`?"],
                    never: ["did you forget"]),
                FieldCase(
                    "3am-12", ["waitfor", "db:5432"], .usage,
                    says: ["`waitfor` is the program itself: leave it out"]),
                FieldCase("3am-13", ["top", "--help"], .usage, says: ["no help about `top`"]),
                FieldCase(
                    "3am-14", ["db:5432", "./start.sh"], .usage,
                    says: ["did you forget `--` before `./start.sh`?"]),
                FieldCase("3am-15", ["--timout", "5", "db:5432"], .usage, says: ["did you mean --timeout?"]),
                FieldCase(
                    "3am-16", ["check", "--set", "r.level=query", "r=redis://redis"], .usage,
                    says: ["ping is the only level of a Redis"]),
                FieldCase(
                    "3am-17", ["check", "-t=5x", "redis:6379"], .usage, says: ["`5x`"], never: ["***"]),
                FieldCase(
                    "3am-18", ["redis:6379", "--", "--", "echo"], .exits(127), says: ["a second `--`"]),
                FieldCase(
                    "3am-19", ["redis:6379", "--", "/bin/true"], ["WAITFOR_GATE_TIMOUT": "1"], .exits(0),
                    says: ["did you mean `WAITFOR_GATE_TIMEOUT`?"]),
                FieldCase(
                    "3am-20", ["--log", "json", "--nosuch"], .usage, says: [#""event":"usage""#, "--nosuch"]),
            ]),
        FieldSection(
            "3 a.m.: files",
            [
                FieldCase(
                    "3am-21", ["check", "--set", "x.password_file=LAB/none/pw", "x=postgres://app@db/app"],
                    .usage, says: ["cannot read LAB/none/pw: No such file or directory"]),
                FieldCase(
                    "3am-22", check: "--password-file", "LAB/pw-cr", "postgres://app@db/app",
                    end: .notReady("auth"), says: ["carriage return (CRLF)"]),
                FieldCase(
                    "3am-23", check: "--password-file", "LAB/pw-empty", "postgres://app@db/app",
                    end: .notReady("config"), says: ["LAB/pw-empty is empty"]),
                FieldCase(
                    "3am-24", check: "--password-file", "LAB/pw-newline", "redis://redis",
                    end: .notReady("config"), says: ["LAB/pw-newline is empty"]),
                FieldCase(
                    "3am-25", ["redis:6379", "--", "LAB/env.sh"], .exits(126),
                    says: ["its interpreter nosuch is not in PATH"], never: ["waiting"]),
                FieldCase(
                    "3am-26", ["config", "check", "LAB/c.yaml"], .usage, says: ["3:1: a tab"],
                    never: ["token"], .file("targets:\n  db:\n\ttarget: db:5432\n")),
                FieldCase(
                    "3am-27", ["config", "check", "LAB/c.yaml"], .usage, says: ["4:4", "indentation"],
                    never: ["block mapping"], .file("targets:\n  db:\n    target: db:5432\n   timeout: 5s\n")),
                FieldCase(
                    "3am-28", ["config", "check", "LAB/c.yaml"], .usage,
                    says: ["did you mean `timeout`?", "did you mean `start_period`?"], never: ["known are"],
                    .file("targets:\n  db:\n    target: db:5432\n    timout: 5s\n    start-period: 3s\n")),
                FieldCase(
                    "3am-29", ["config", "check", "LAB/c.yaml"], .exits(0), says: ["1 target, no mistakes"],
                    .file("targets: {db: db:5432}\n")),
                FieldCase(
                    "3am-30",
                    ["agent", "--listen", "127.0.0.1:8642", "--ready-file", "LAB/none/ready", "redis:6379"],
                    .usage, says: ["cannot write the ready file LAB/none/ready: No such file or directory"]),
                FieldCase(
                    "3am-31", check: "postgres://app@db/app?passfile=LAB/none/pgpass", end: .notReady("auth"),
                    says: ["its password file LAB/none/pgpass cannot be read: No such file or directory"]),
                FieldCase(
                    "3am-32", ["check", "-c", "LAB/c.yaml"], .ready,
                    says: ["targets.a is left out: the variable of env:NOPE is not set", "b: ready"],
                    .file("targets:\n  a: env:NOPE?\n  b: redis://redis\n")),
                FieldCase(
                    "3am-33", ["check", "-c", "LAB/c.yaml"], .usage, says: ["none is left"],
                    .file("targets:\n  a: env-file:NOPE?\n")),
            ]),
        FieldSection(
            "3 a.m.: servers",
            [
                FieldCase(
                    "3am-34", check: "postgres://app:secret@127.0.0.1:POOLER/postgres?sslmode=require",
                    end: .notReady("tls"), says: ["offers no TLS"], never: ["check the certificate"]),
                FieldCase(
                    "3am-35", check: "rediss://redis:6379", end: .notReady("protocol"),
                    says: ["it does not speak TLS", "write redis://"], never: ["firewall"]),
                FieldCase(
                    "3am-36", check: "tls://redis:6379", end: .notReady("protocol"),
                    says: ["it does not speak TLS"], never: ["firewall"]),
                FieldCase(
                    "3am-37", check: "--set", "r.expect_key=warmed", "r=redis://redis",
                    end: .notReady("missing"), says: ["there is no key warmed"], never: ["path"]),
                FieldCase(
                    "3am-38", check: "redis+sentinel://redis:26379/nosuch", end: .notReady("missing"),
                    says: ["no master called nosuch"], never: ["path"]),
                FieldCase(
                    "3am-39", check: "redis://redis?ssl_cert_reqs=none", end: .ready,
                    says: ["without TLS these parameters mean nothing: ssl_cert_reqs"]),
                FieldCase(
                    "3am-40", check: "redis://redis:6400?ssl_cert_reqs=none&ssl=true", end: .ready,
                    says: ["PONG"], never: ["without TLS"]),
                FieldCase(
                    "3am-41", check: "postgres://app:secret@127.0.0.1:POOLER/postgres", end: .ready,
                    says: ["answers queries"]),
                FieldCase(
                    "3am-42", ["check", "-t", "2s", "env:U"],
                    [
                        "U": "postgres://app:secret@db/app?sslmode=verify-full&sslrootcert=system",
                        "SSL_CERT_DIR": "LAB/authorities",
                    ], .ready, says: ["answers queries"]),
                FieldCase("3am-43", ["check", "-v", "dns:redis"], .ready, says: ["name "]),
                FieldCase(
                    "3am-44", check: "tcp://[::1%lo]:1", end: .notReady("refused"), says: ["[::1%lo]:1"]),
            ]),
    ]
}
