import TestSupport

extension FieldSection {
    static let addresses = [
        FieldSection(
            "U1: URL parameters of frameworks and drivers that libpq or Redis do not know",
            [
                FieldCase(
                    "case-1", "DATABASE_URL",
                    "postgresql://app:secret@db:5432/app?serverVersion=16&charset=utf8", .ready,
                    says: [
                        "answers queries",
                        "parameters that mean nothing to a probe are dropped: serverVersion, charset",
                    ], never: ["app?"]),
                FieldCase(
                    "case-13", "DATABASE_URL",
                    "postgres://app:secret@db:5432/app?sslmode=require&supa=base-pooler.x", .ready,
                    says: ["answers queries", "parameters that mean nothing to a probe are dropped: supa"],
                    never: ["base-pooler"]),
                FieldCase(
                    "case-15", "DATABASE_URL",
                    "postgres://app:secret@db:5432/app?sslmode=require&uselibpqcompat=true", .ready,
                    says: [
                        "answers queries",
                        "parameters that mean nothing to a probe are dropped: uselibpqcompat",
                    ]),
                FieldCase(
                    "case-18", "DATABASE_URL", "postgres://app:secret@db:5432/app?ssl=no-verify", .ready,
                    says: ["answers queries"], never: ["dropped"]),
                FieldCase(
                    "case-19", "DATABASE_URL", "postgres://app:secret@db:5432/app?ssl=1", .ready,
                    says: ["answers queries"], never: ["dropped"]),
                FieldCase(
                    "case-20", "DATABASE_URL", "postgresql+asyncpg://app:secret@db:5432/app?ssl=require",
                    .ready, says: ["answers queries"], never: ["dropped"]),
                FieldCase(
                    "case-21", "DATABASE_URL",
                    "postgresql+asyncpg://app:secret@db:5432/app?prepared_statement_cache_size=0", .ready,
                    says: ["answers queries", "prepared_statement_cache_size"]),
                FieldCase(
                    "case-22", "DATABASE_URL",
                    "postgres://app:secret@db:5432/app?sslmode=disable&search_path=app", .ready,
                    says: ["answers queries", "search_path"]),
                FieldCase(
                    "case-23", "DATABASE_URL",
                    "postgres://app:secret@db:5432/app?pool_max_conns=10&default_query_exec_mode=simple_protocol",
                    .ready, says: ["answers queries", "pool_max_conns, default_query_exec_mode"],
                    never: ["simple_protocol"]),
                FieldCase(
                    "case-24", "DATABASE_URL",
                    "postgres://app:secret@db:5432/app?sslmode=disable&x-migrations-table=schema_migrations",
                    .ready, says: ["answers queries", "x-migrations-table"], never: ["schema_migrations"]),
                FieldCase(
                    "case-25", "DATABASE_URL",
                    "postgres://app:secret@db:5432/app?sslmode=disable&binary_parameters=yes&timezone=UTC",
                    .ready, says: ["answers queries", "binary_parameters, timezone"]),
                FieldCase(
                    "case-26", "DATABASE_URL",
                    "postgres://app:secret@db:5432/app?pool=5&encoding=unicode&prepared_statements=false&timeout=5000",
                    .ready, says: ["answers queries", "pool, encoding, prepared_statements, timeout"]),
                FieldCase(
                    "case-27", "DATABASE_URL",
                    "postgresql://app:secret@db:5432/app?schema=public&connection_limit=5&pool_timeout=10&sslaccept=strict",
                    .ready, says: ["answers queries", "schema, connection_limit, pool_timeout"],
                    never: ["sslaccept"]),
                FieldCase(
                    "case-28", "DATABASE_URL",
                    "postgresql://app:secret@db:5432/app?schema=public&connect_timeout=300&socket_timeout=30&pgbouncer=true",
                    .ready, says: ["answers queries", "schema, socket_timeout, pgbouncer"],
                    never: ["connect_timeout"]),
                FieldCase(
                    "case-29", "DATABASE_URL", "postgresql://app:secret@db:5432/app?currentSchema=public",
                    .ready, says: ["answers queries", "currentSchema"]),
                FieldCase(
                    "case-30", "DATABASE_URL",
                    "postgresql://app:secret@db:5432,db:5432/app?load_balance_hosts=random", .ready,
                    says: ["answers queries"]),
                FieldCase(
                    "case-31", "DATABASE_URL",
                    "postgresql://app:secret@db:5432/app?require_auth=scram-sha-256",
                    PostgresTemplate.version < 16 ? .usage : .ready,
                    says: [PostgresTemplate.version < 16 ? "require_auth needs libpq 16" : "answers queries"]),
                FieldCase(
                    "case-32", "DATABASE_URL",
                    "postgresql://app:secret@db:5432/app?sslmode=require&sslnegotiation=postgres", .ready,
                    says: ["answers queries"], never: ["dropped"]),
                FieldCase(
                    "case-34", "DATABASE_URL", "postgresql://app:secret@db:5432/app?sslcertmode=disable",
                    .ready, says: ["answers queries"], never: ["dropped"]),
                FieldCase(
                    "case-38", check: "pg:host=db user=app password=secret dbname=app TimeZone=UTC",
                    end: .ready,
                    says: ["answers queries", "parameters that mean nothing to a probe are dropped: 1"],
                    never: ["TimeZone"]),
                FieldCase(
                    "case-74", "DATABASE_URL", "postgres://app:secret@db:5432/app?sslmode=prefer&", .ready,
                    says: ["answers queries"], never: ["dropped"]),
                FieldCase(
                    "case-75", "DATABASE_URL", "postgres://app:secret@db:5432/app?ssl", .ready,
                    says: ["answers queries"]),
                FieldCase(
                    "case-90", "REDIS_URL", "redis://redis:6379?family=0", .ready, says: ["PONG", "family"]),
                FieldCase(
                    "case-91", "REDIS_URL", "redis://redis:6379/0?family=6", .ready, says: ["PONG", "family"]),
                FieldCase(
                    "case-92", "REDIS_URL", "rediss://redis:6400/0?ssl_cert_reqs=CERT_NONE", .ready,
                    says: ["PONG"], never: ["dropped", "without TLS"]),
                FieldCase(
                    "case-122", "REDIS_URL", "redis://default:pw@redis:6380/?allowUsernameInURI=true", .ready,
                    says: ["PONG", "allowUsernameInURI"]),
                FieldCase(
                    "case-482", ["config", "check", "LAB/c.yaml"],
                    ["DATABASE_URL": "postgres://app:secret@db/app?serverVersion=16"], .exits(0),
                    says: ["1 target, no mistakes"], .file("targets:\n  db:\n    target: env:DATABASE_URL\n")),
                FieldCase(
                    "kin-1", "DATABASE_URL",
                    "postgres://app:secret@db:5432/app?tlsmode=require&sslmode=REQUIRE", .ready,
                    says: ["answers queries"], never: ["dropped"]),
                FieldCase(
                    "kin-2", "DATABASE_URL", "postgres://app:secret@db:5432/app?useSSL=true", .ready,
                    says: ["answers queries"], never: ["dropped"]),
                FieldCase(
                    "kin-3", "DATABASE_URL",
                    "postgres://app:secret@db:5432/app?target_session_attributes=primary", .ready,
                    says: ["answers queries"], never: ["dropped"]),
                FieldCase(
                    "kin-4", "DATABASE_URL",
                    "postgres://app:secret@db:5432/app?pool=5&amp;sslmode=verify-ca",
                    .notReady("tls"), says: ["need sslrootcert", "dropped: pool"]),
                FieldCase(
                    "kin-5", "DATABASE_URL",
                    "postgres://app:secret@db:5432/app?sslmode=require&sslmode=require", .ready,
                    says: ["answers queries"]),
                FieldCase(
                    "kin-6", "DATABASE_URL",
                    "postgres://app:secret@db:5432/app?role=readonly&rejectUnauthorized=false",
                    .ready, says: ["dropped: role, rejectUnauthorized"]),
                FieldCase(
                    "kin-7", "DATABASE_URL",
                    "postgres://app:secret@db:5432/app?sslidentity=client.p12&sslpassword=hunter2",
                    .usage, says: ["PKCS #12", "sslcert and sslkey"], never: ["hunter2"]),
                FieldCase(
                    "kin-8", "DATABASE_URL",
                    "postgresql+pg8000://app:secret@/app?unix_sock=/nope/p:r:i/.s.PGSQL.5432",
                    .notReady("missing"), says: ["/nope/p:r:i/.s.PGSQL.5432"]),
                FieldCase(
                    "kin-9", "DATABASE_URL",
                    "jdbc:postgresql://db:5432/app?ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory&user=app&password=secret",
                    .ready, says: ["answers queries"]),
                FieldCase(
                    "kin-10", "DATABASE_URL",
                    "jdbc:postgresql://db:5432/app?sslmode=require&authenticationPluginClassName=com.azure.Plugin",
                    .ready, says: ["accepts connections", "authenticationPluginClassName"]),
                FieldCase(
                    "kin-11", "DATABASE_URL",
                    "jdbc:postgresql://db:5432/app;user=app;password=secret", .usage,
                    says: ["parameters begin with a `?`"], never: ["secret"]),
                FieldCase(
                    "kin-12", "REDIS_URL", "redis://redis:6379?db=0&db=0&auth=", .ready,
                    says: ["PONG", "its password is empty"]),
                FieldCase(
                    "kin-13", "REDIS_URL",
                    "rediss://redis:6400?ssl[verify_peer]=0&ssl[verify_peer_name]=0", .ready,
                    says: ["PONG"], never: ["dropped"]),
                FieldCase(
                    "kin-14", "REDIS_URL", "rediss://redis:6400?tls_skip_verify=true", .ready,
                    says: ["PONG"], never: ["dropped"]),
                FieldCase(
                    "kin-15", "REDIS_URL", "rediss://redis:6400?ssl_verify=false", .ready,
                    says: ["PONG"], never: ["dropped"]),
            ]),
        FieldSection(
            "U2: schemes and value forms that frameworks write",
            [
                FieldCase(
                    "case-2", "DATABASE_URL", "db+postgresql://airflow:airflow@postgres/airflow", .ready,
                    says: ["answers queries"]),
                FieldCase(
                    "case-4", "DATABASE_URL", "ecto://app:secret@db/app", .ready, says: ["answers queries"]),
                FieldCase(
                    "case-6", "DATABASE_URL", "psql://app:secret@db:5432/app", .ready,
                    says: ["answers queries"]
                ),
                FieldCase(
                    "case-10", "SPRING_DATASOURCE_URL", "jdbc:postgresql://db:5432/app", .ready,
                    says: ["accepts connections"]),
                FieldCase(
                    "case-11", "DATABASE_URL",
                    "jdbc:postgresql://db:5432/app?user=app&password=secret&prepareThreshold=0", .ready,
                    says: ["answers queries", "parameters that mean nothing to a probe are dropped: 1"],
                    never: ["prepareThreshold"]),
                FieldCase(
                    "case-12", "DATABASE_URL", "r2dbc:postgresql://app:secret@db:5432/app", .ready,
                    says: ["answers queries"]),
                FieldCase(
                    "case-35", "DSN",
                    "host=db user=app password=secret dbname=app port=5432 sslmode=disable TimeZone=Asia/Shanghai",
                    .ready,
                    says: ["answers queries", "parameters that mean nothing to a probe are dropped: 1"],
                    never: ["Asia"]),
                FieldCase(
                    "case-36", "DSN", "host=db user=app password=secret dbname=app", .ready,
                    says: ["answers queries"]),
                FieldCase(
                    "case-39", "ConnectionStrings__Default",
                    "Host=db;Port=5432;Username=app;Password=secret;Database=app", .ready,
                    says: ["answers queries"]),
                FieldCase(
                    "case-98", "REDIS_URL", "unix://:pw@LOCKED_SOCKET?db=1", .ready,
                    says: ["LOCKED_SOCKET PONG"]),
                FieldCase(
                    "case-99", "REDIS_URL", "redis://REDIS_SOCKET", .ready, says: ["REDIS_SOCKET PONG"]),
                FieldCase("case-104", "REDIS_URL", "valkey://redis:6379/0", .ready, says: ["PONG"]),
                FieldCase(
                    "case-105", "REDIS_URL", "valkeys://redis:6400/0", .notReady("tls"),
                    says: ["unknown issuer /CN=Test CA"], never: ["scheme"]),
                FieldCase("case-106", "REDIS_URL", "dragonfly://redis:6379/0", .ready, says: ["PONG"]),
                FieldCase(
                    "case-107", "REDIS_URL", "redis:6379,password=secret,ssl=False,abortConnect=False",
                    .notReady("auth"), says: ["without any password configured"], never: ["abortConnect"]),
                FieldCase(
                    "case-327", check: "ws://127.0.0.1:43931/socket", end: .usage,
                    says: ["`ws` is unknown; write http://", "tcp://127.0.0.1:43931"]),
                FieldCase(
                    "case-328", check: "grpc://127.0.0.1:43931", end: .notReady("refused"),
                    says: ["127.0.0.1:43931"]),
                FieldCase(
                    "case-330", check: "http+unix://%2Ftmp%2Ffl%2Fh.sock/_ping", end: .notReady("missing"),
                    says: ["no such socket (/tmp/fl/h.sock)"]),
                FieldCase(
                    "case-331", check: "http://unix:WEB_SOCKET:/plain", end: .ready,
                    says: ["WEB_SOCKET", "200 OK"]),
                FieldCase(
                    "kin-20", "DATABASE_URL", "pgsql:host=db;port=5432;dbname=app;user=app;password=secret",
                    .ready, says: ["answers queries"]),
                FieldCase(
                    "kin-21", "DATABASE_URL", "pg://app:secret@db/app", .ready, says: ["answers queries"]),
                FieldCase(
                    "kin-22", "DATABASE_URL", "pdo-pgsql://app:secret@db/app", .ready,
                    says: ["answers queries"]),
                FieldCase(
                    "kin-23", "DATABASE_URL", "yugabytedb://app:secret@db:5432/app", .ready,
                    says: ["answers queries"]),
                FieldCase(
                    "kin-24", "DATABASE_URL",
                    "jdbc:aws-wrapper:postgresql://db:5432/app?user=app&password=secret&wrapperPlugins=failover",
                    .ready, says: ["answers queries"]),
                FieldCase(
                    "kin-25", "DATABASE_URL", "jdbc:otel:postgresql://db:5432/app", .ready,
                    says: ["accepts connections"]),
                FieldCase(
                    "kin-26", "DATABASE_URL", "r2dbcs:postgresql://app:secret@db:5432/app", .notReady("tls"),
                    says: ["need sslrootcert"]),
                FieldCase(
                    "kin-27", "DATABASE_URL", "vertx-reactive:postgresql://app:secret@db:5432/app", .ready,
                    says: ["answers queries"]),
                FieldCase(
                    "kin-28", "DATABASE_URL", "jdbc:tc:postgresql:15-alpine:///app", .usage,
                    says: ["Testcontainers"]),
                FieldCase(
                    "kin-29", "DATABASE_URL", "jdbc:postgresql:app", .usage,
                    says: ["jdbc:postgresql://localhost/"]),
                FieldCase(
                    "kin-30", "DATABASE_URL", "postgres//app:secret@db/app", .usage,
                    says: ["a `:` is missing here: postgres://"]),
                FieldCase(
                    "kin-31", "DATABASE_URL", "psql 'postgresql://app:secret@db/app'", .usage,
                    says: ["what stands before `postgresql://` is no part"]),
                FieldCase(
                    "kin-32", "DATABASE_URL", "DATABASE_URL=postgres://app:secret@db:5432/app", .usage,
                    says: ["what stands before `postgres://` is no part"]),
                FieldCase(
                    "kin-33", "DATABASE_URL", "DATABASE_URL: postgres://app:secret@db:5432/app", .usage,
                    says: ["what stands before `postgres://` is no part"]),
                FieldCase(
                    "kin-34", "REDIS_URL", "tcp://redis:6380?password=pw&database=1", .ready, says: ["PONG"]),
                FieldCase(
                    "kin-35", "REDIS_URL", "redis:6379,$INFO=,abortConnect=false", .ready, says: ["PONG"]),
                FieldCase(
                    "kin-36", "REDIS_URL", "dragonfly+tls://redis:6400", .notReady("tls"),
                    says: ["unknown issuer"]),
            ]),
    ]
}
