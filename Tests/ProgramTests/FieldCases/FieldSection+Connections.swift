import TestSupport

extension FieldSection {
    static let connections = [
        FieldSection(
            "U4: the Host header",
            [
                FieldCase(
                    "case-304", check: "--set", "api.headers=Host: example.com",
                    "api=http://127.0.0.1:PORT/health", end: .ready, says: ["200 OK"], .peer(.vhost)),
                FieldCase(
                    "case-305", check: "--set", "api.server_name=example.com",
                    "api=http://127.0.0.1:PORT/health", end: .usage, says: ["headers"], .peer(.vhost)),
                FieldCase(
                    "case-306", check: "--set", "api.header_file=LAB/hdr", "api=http://127.0.0.1:PORT/health",
                    end: .ready, says: ["200 OK"], .peer(.vhost)),
                FieldCase(
                    "case-593", check: "--set", "api.headers=Host: example.com",
                    "api=http://127.0.0.1:8081/health", end: .ready, says: ["200 OK"]),
            ]),
        FieldSection(
            "U6: several Sentinels, lists of Redis hosts",
            [
                FieldCase(
                    "case-101", "CELERY_BROKER_URL", "sentinel://redis:26379;sentinel://cache:26379/0",
                    .usage,
                    says: ["CELERY_BROKER_URL.master", "redis+sentinel://host:26379/mymaster"]),
                FieldCase(
                    "case-102", "REDIS_URL", "redis-sentinel://redis:26379,cache:26379/0#mymaster", .ready,
                    says: ["a master"]),
                FieldCase(
                    "case-103", "REDIS_URL", "redis+sentinel://s1:26379,s2:26379,s3:26379/mymaster", .ready,
                    says: ["a master"]),
                FieldCase("case-121", "REDIS_URL", "redis://redis:6379,cache:6379", .ready, says: ["PONG"]),
                FieldCase(
                    "kin-40", "CELERY_BROKER_URL",
                    "sentinel://:pw@redis:26379/0;sentinel://:pw@cache:26379/0", .usage,
                    says: ["CELERY_BROKER_URL.master"]),
                FieldCase(
                    "kin-41", "REDIS_URL",
                    "redis:?host[redis:26379]&host[cache:26379]&redis_sentinel=mymaster", .ready,
                    says: ["a master"], never: ["dropped"]),
                FieldCase(
                    "kin-42", "REDIS_URL", "redis:?host[redis:6379]&host[cache:6379]&redis_cluster=1", .ready,
                    says: ["PONG", "redis_cluster"]),
                FieldCase(
                    "kin-43", "REDIS_URL", "redis://redis:26379?sentinel_master=mymaster", .ready,
                    says: ["a master"], never: ["dropped"]),
                FieldCase(
                    "kin-44", "REDIS_URL", "redis://redis:6379,redis://cache:6379/0", .ready, says: ["PONG"]),
                FieldCase(
                    "kin-45", "REDIS_URL", "redis:default:pw@?host[redis:6380]", .ready, says: ["PONG"]),
            ]),
        FieldSection(
            "M10: pg_hba wants TLS",
            [
                FieldCase(
                    "case-204", check: "postgres://app:secret@127.0.0.1:PORT/app?sslmode=disable",
                    end: .notReady("auth"),
                    says: ["TLS", "pg_hba.conf", "user and password are not the matter"],
                    never: ["check the user"],
                    .peer(.postgres("28000", "This RDS Proxy requires TLS connections"))),
                FieldCase(
                    "case-206", check: "postgres://app:secret@127.0.0.1:PORT/app", end: .notReady("auth"),
                    says: ["TLS", "pg_hba.conf", "user and password are not the matter"],
                    never: ["check the user"],
                    .peer(
                        .postgres(
                            "28000",
                            #"no pg_hba.conf entry for host "172.18.0.5", user "app", database "app", no encryption"#
                        ))),
                FieldCase(
                    "case-236", check: "postgres://sslonly@127.0.0.1/postgres?sslmode=disable",
                    end: .notReady("auth"),
                    says: ["TLS", "pg_hba.conf", "user and password are not the matter"],
                    never: ["check the user"]),
                FieldCase(
                    "kin-80", check: "postgres://app:secret@127.0.0.1:PORT/app", end: .notReady("auth"),
                    says: ["a client certificate with sslcert"], never: ["check the user"],
                    .peer(.postgres("28000", "connection requires a valid client certificate"))),
                FieldCase(
                    "kin-81", check: "postgres://app:secret@127.0.0.1:PORT/app", end: .notReady("tls"),
                    says: ["let the client speak TLS"],
                    .peer(.postgres("08004", "server requires encryption", isPooler: true))),
            ]),
        FieldSection(
            "M13: SELECT refused in other words",
            [
                FieldCase(
                    "case-255", check: "redis://127.0.0.1:PORT/1", end: .notReady("no_database"),
                    says: ["unsupported command", "0 is the one that all have"], never: ["server's log"],
                    .peer(.redis(["PING": "+PONG", "SELECT": "-unsupported command 'select'"]))),
                FieldCase(
                    "case-259", check: "redis://127.0.0.1:PORT/1", end: .notReady("no_database"),
                    says: ["invalid database index"], never: ["server's log"],
                    .peer(.redis(["PING": "+PONG", "SELECT": "-ERR invalid database index."]))),
                FieldCase(
                    "case-260", check: "redis://127.0.0.1:PORT/99", end: .notReady("no_database"),
                    says: ["invalid DB index"], never: ["server's log"],
                    .peer(.redis(["PING": "+PONG", "SELECT": "-ERR invalid DB index"]))),
                FieldCase(
                    "kin-83", check: "redis://127.0.0.1:PORT", end: .notReady("auth"),
                    says: ["check the user and the password"],
                    .peer(.redis(["PING": "-ERR NOAUTH Authentication required."]))),
                FieldCase(
                    "kin-84", check: "redis://127.0.0.1:PORT", end: .notReady("denied"),
                    says: ["protected mode off"], never: ["permissions of this user"],
                    .peer(
                        .redis(["PING": "-DENIED Redis is running in protected mode because it is enabled"]))),
            ]),
        FieldSection(
            "M17: a command that cannot start",
            [
                FieldCase(
                    "case-620", ["redis:6379", "--", "LAB/crlf.sh"], .exits(126),
                    says: ["/bin/sh\\r", "CRLF"],
                    never: ["waiting"]),
                FieldCase(
                    "case-622", ["redis:6379", "--", "LAB/noint.sh"], .exits(126),
                    says: ["its interpreter /no/such is missing"], never: ["waiting"]),
                FieldCase(
                    "case-628", ["redis:6379", "--", "LAB/dyn"], .exits(126),
                    says: ["its loader /lib/no-such-loader.so is missing"], never: ["waiting"]),
            ]),
        FieldSection(
            "M4: `--` forgotten",
            [
                FieldCase(
                    "case-165", ["db:5432 -- /bin/true"], .usage,
                    says: ["one argument has the whole command line"]),
                FieldCase(
                    "case-606", ["redis:6379", "/bin/true"], .usage,
                    says: ["did you forget `--` before `/bin/true`?"]),
                FieldCase(
                    "case-607", ["redis:6379", "./start.sh"], .usage,
                    says: ["did you forget `--` before `./start.sh`?"]),
            ]),
        FieldSection(
            "M8: a TLS port asked plainly",
            [
                FieldCase(
                    "case-277", check: "redis://127.0.0.1:PORT", end: .notReady("protocol"),
                    says: ["it speaks TLS: write rediss://"], .peer(.bytes([0x15, 3, 1, 0, 2, 2, 0x46]))),
                FieldCase(
                    "case-359", check: "api=http://127.0.0.1:PORT/health", end: .notReady("protocol"),
                    says: ["it speaks TLS: write https://"], never: ["service's own log"],
                    .peer(
                        .http(
                            "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Length: 52\r\n\r\n<h1>The plain HTTP request was sent to HTTPS port</h1>"
                        ))),
                FieldCase(
                    "case-594", check: "http://127.0.0.1:SECURE/", end: .notReady("protocol"),
                    says: ["it speaks TLS: write https://"]),
                FieldCase(
                    "kin-82", check: "postgres://app:secret@127.0.0.1:PORT/app", end: .notReady("protocol"),
                    says: ["it speaks TLS, and was asked without"],
                    .peer(.bytes([0x15, 3, 1, 0, 2, 2, 0x46]))),
            ]),
        FieldSection(
            "U11: HTTP/2-only servers",
            [
                FieldCase(
                    "case-310", check: "api=http://127.0.0.1:PORT/health", end: .notReady("protocol"),
                    says: ["HTTP/2 only"],
                    .peer(
                        .bytes([
                            0, 0, 0x12, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0x64, 0, 4, 0, 0x10, 0, 0, 0, 6, 0,
                            1, 0, 0,
                        ]))),
                FieldCase(
                    "case-311", check: "api=http://127.0.0.1:PORT/health", end: .notReady("protocol"),
                    says: ["HTTP/2 only"], .peer(.bytes([0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]))),
                FieldCase(
                    "case-603", check: "http://127.0.0.1:8084/",
                    end: .notReady(NginxServer.speaksBoth ? "closed" : "protocol"),
                    says: [NginxServer.speaksBoth ? "closed without an answer" : "HTTP/2 only"]),
            ]),
        FieldSection(
            "U3: an empty password in a URL",
            [
                FieldCase(
                    "case-40", "DATABASE_URL", "postgres://postgres:@db:5432/postgres", .ready,
                    says: ["answers queries", "its password is empty"]),
                FieldCase(
                    "case-86", "AIRFLOW__CELERY__BROKER_URL", "redis://:@redis:6379/0", .ready,
                    says: ["PONG", "its password is empty"]),
                FieldCase(
                    "case-87", "REDIS_URL", "redis://default:@redis:6379", .ready,
                    says: ["PONG", "its password is empty"]),
            ]),
        FieldSection(
            "U7: what follows the host of a Redis URL",
            [
                FieldCase(
                    "case-89", "REDIS_URL", "redis://redis:6379/0/", .ready, says: ["PONG"],
                    never: ["dropped"]),
                FieldCase(
                    "case-94", "MESSENGER_TRANSPORT_DSN", "redis://redis:6379/messages", .ready,
                    says: ["PONG", "its path is no database"], never: ["messages"]),
                FieldCase(
                    "case-95", "MESSENGER_TRANSPORT_DSN",
                    "redis://redis:6379/messages/symfony/consumer?auto_setup=true", .ready,
                    says: ["PONG", "its path is no database", "auto_setup"], never: ["messages"]),
            ]),
        FieldSection(
            "U8: a PostgreSQL target without a host, with PGHOST set",
            [
                FieldCase(
                    "case-536", ["check", "-t", "2s", "pg:"],
                    [
                        "PGHOST": "db", "PGPORT": "5432", "PGUSER": "app", "PGPASSWORD": "secret",
                        "PGDATABASE": "app",
                    ], .ready, says: ["answers queries"]),
                FieldCase(
                    "case-538", ["check", "-t", "2s", "postgres:///app"],
                    [
                        "PGHOST": "db", "PGPORT": "5432", "PGUSER": "app", "PGPASSWORD": "secret",
                        "PGDATABASE": "app",
                    ], .ready, says: ["answers queries"]),
                FieldCase(
                    "case-539", ["check", "-t", "2s", "pg:dbname=app"],
                    [
                        "PGHOST": "db", "PGPORT": "5432", "PGUSER": "app", "PGPASSWORD": "secret",
                        "PGDATABASE": "app",
                    ], .ready, says: ["answers queries"]),
            ]),
    ]
}
